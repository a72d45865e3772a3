"""What is read: each case is one read of the product, and asks for as many rows at every size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench.growth.site import LARGEST, PAGE, STAFF
from domain.kernel.paging import PageRequest
from domain.kernel.span import Span
from domain.payments.decline import DeclineCode
from domain.payments.filter import PaymentFilter, PaymentOrder
from domain.payments.method import CardBrand, PaymentMethodType
from domain.payments.payment import PaymentStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bench.growth.site import Site
    from domain.identity.actor import Scope
    from domain.payments.payment import Payment

_NEWEST = PaymentOrder.CREATED_AT_DESC
_FIRST_PAGE = PageRequest(limit=PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One read; it gets the turn's number, to ask for something else each time, and says how many rows came."""

    name: str
    scope: Scope
    read: Callable[[Site, int], Awaitable[int]]


def _always(wanted: PaymentFilter) -> Callable[[Site, int], PaymentFilter]:
    return lambda _site, _turn: wanted


def _search(
    name: str,
    scope: Scope,
    wanted: Callable[[Site, int], PaymentFilter],
    order: PaymentOrder = _NEWEST,
    request: Callable[[Site], PageRequest] | None = None,
) -> Case:
    async def read(site: Site, turn: int) -> int:
        page = await site.reads.search(scope, wanted(site, turn), order, request(site) if request else _FIRST_PAGE)
        return len(page.rows)

    return Case(name=name, scope=scope, read=read)


def _filter(field: str, scope: Scope = LARGEST, name: str = "", *, is_: object) -> Case:
    given: dict[str, Any] = {field: is_}
    value = PaymentFilter(**given)
    return _search(_name(scope, name or field), scope, _always(value))


def _name(scope: Scope, name: str) -> str:
    return f"{'staff_' if scope is STAFF else ''}filter_{name}"


def _of(field: str, value: Callable[[Payment], object], scope: Scope = LARGEST, name: str = "") -> Case:
    def wanted(site: Site, turn: int) -> PaymentFilter:
        given: dict[str, Any] = {field: value(site.payment(turn))}
        return PaymentFilter(**given)

    return _search(_name(scope, name or field), scope, wanted)


def _number(payment: Payment) -> str:
    """The last word of an order's reference, which no other has."""
    return (payment.reference or "").rpartition("-")[2]


def _email(scope: Scope) -> Case:
    def wanted(site: Site, turn: int) -> PaymentFilter:
        return PaymentFilter(customer_email=site.customer(turn).email)

    return _search(_name(scope, "customer_email"), scope, wanted)


def _by_email(name: str, text: Callable[[Site, int], str]) -> Case:
    def wanted(site: Site, turn: int) -> PaymentFilter:
        return PaymentFilter(text=text(site, turn), text_finds_emails=True)

    return _search(_name(LARGEST, name), LARGEST, wanted)


def _then(scope: Scope, column: str, start: timedelta) -> Case:
    """From the middle of the history on, backwards: a span that begins and ends somewhere inside."""

    def wanted(site: Site, _: int) -> PaymentFilter:
        span = Span(gte=site.half_time - start, lt=site.half_time)
        return PaymentFilter(created_at=span) if column == "created_at" else PaymentFilter(captured_at=span)

    return _search(_name(scope, column), scope, wanted)


async def _node(site: Site, turn: int) -> int:
    return len(await site.reads.payments(LARGEST, [site.payment(turn).id]))


async def _staff_node(site: Site, turn: int) -> int:
    return len(await site.reads.payments(STAFF, [site.payment(turn).id]))


async def _payments_of_customers(site: Site, _: int) -> int:
    pages = await site.reads.payments_of_customers(LARGEST, site.customers[:25], PageRequest(limit=5))
    return sum(len(page.rows) for page in pages)


async def _captures_of(site: Site, _: int) -> int:
    return sum(map(len, await site.reads.captures_of(LARGEST, site.newest)))


async def _refunds_of(site: Site, _: int) -> int:
    return sum(map(len, await site.reads.refunds_of(LARGEST, site.newest)))


def _everything(*_: object) -> PaymentFilter:
    return PaymentFilter()


def cases() -> list[Case]:
    """All that must stay as fast."""
    return [*_lists(), *_filters(), *_staff_filters(), *_look_ups()]


def _lists() -> list[Case]:
    return [
        _search("list", LARGEST, _everything),
        _search("list_oldest", LARGEST, _everything, PaymentOrder.CREATED_AT_ASC),
        _search("list_amount_desc", LARGEST, _everything, PaymentOrder.AMOUNT_DESC),
        _search("list_amount_asc", LARGEST, _everything, PaymentOrder.AMOUNT_ASC),
        _search("list_middle", LARGEST, _everything, request=lambda s: PageRequest(limit=PAGE, cursor=s.middle)),
        _search("list_backward", LARGEST, _everything, request=lambda _: PageRequest(limit=PAGE, backward=True)),
        _search("staff_list", STAFF, _everything),
        _search("staff_list_amount_desc", STAFF, _everything, PaymentOrder.AMOUNT_DESC),
        _search("page_1000", STAFF, _everything, request=lambda s: PageRequest(limit=9, cursor=s.page_1000)),
    ]


def _filters() -> list[Case]:
    return [
        _filter("status", is_=(PaymentStatus.DECLINED,)),
        _filter("status", name="status_two", is_=(PaymentStatus.DECLINED, PaymentStatus.AUTHORIZED)),
        _filter("currency", is_=("JPY",)),
        _filter("currency", name="currency_two", is_=("JPY", "SEK")),
        _filter("amount", is_=Span(gte=500_0000)),
        _filter("amount", name="amount_narrow", is_=Span(gte=200_0000, lt=250_0000)),
        _then(LARGEST, "created_at", timedelta(days=5)),
        _then(LARGEST, "captured_at", timedelta(days=5)),
        _filter("method", is_=(PaymentMethodType.PIX,)),
        _filter("brand", is_=(CardBrand.AMEX,)),
        _filter("last4", is_="4242"),
        _email(LARGEST),
        _of("customer_id", lambda payment: payment.customer_id),
        _of("reference", lambda payment: payment.reference),
        _filter("reference", name="reference_common", is_="sub 1"),
        _filter("gateway", is_=("fallback",)),
        _filter("decline_code", is_=(DeclineCode.INSUFFICIENT_FUNDS,)),
        _filter("risk_score", is_=Span(gte=95)),
        _filter("has_refund", is_=True),
        _filter("has_dispute", is_=True),
        _filter("has_unknown_outcome", is_=True),
        _of("metadata", lambda payment: (("order", _number(payment)),), name="metadata_rare"),
        _filter("metadata", is_=(("shop", "shop-1"),)),
        _of("text", _number, name="text_rare"),
        _filter("text", is_="order"),
        _filter("text", name="text_prefix", is_="ord"),
        _by_email("text_of_email_rare", lambda site, turn: (site.customer(turn).email or "").partition("@")[0]),
        _by_email("text_of_email", lambda _site, _turn: "example"),
    ]


def _staff_filters() -> list[Case]:
    return [
        _filter("status", STAFF, is_=(PaymentStatus.DECLINED,)),
        _filter("status", STAFF, name="status_open", is_=(PaymentStatus.PROCESSING, PaymentStatus.IN_REVIEW)),
        _filter("gateway", STAFF, is_=("fallback",)),
        _then(STAFF, "created_at", timedelta(days=2)),
        _of("reference", lambda payment: payment.reference, STAFF),
        _filter("reference", STAFF, name="reference_common", is_="sub 1"),
        _email(STAFF),
        _filter("has_unknown_outcome", STAFF, is_=True),
        _of("text", _number, STAFF, name="text_rare"),
        _filter("text", STAFF, is_="order"),
    ]


def _look_ups() -> list[Case]:
    return [
        Case(name="node", scope=LARGEST, read=_node),
        Case(name="staff_node", scope=STAFF, read=_staff_node),
        Case(name="payments_of_customers", scope=LARGEST, read=_payments_of_customers),
        Case(name="captures_of", scope=LARGEST, read=_captures_of),
        Case(name="refunds_of", scope=LARGEST, read=_refunds_of),
    ]


def combined() -> list[Case]:
    """What no index answers by itself, at its worst: it grows, but must end long before the statement's timeout."""
    rare = PaymentFilter(gateway=("fallback",), brand=(CardBrand.DISCOVER,), risk_score=Span(gte=99), has_dispute=True)
    amount = PaymentOrder.AMOUNT_DESC
    return [
        *(case for scope in (LARGEST, STAFF) for case in _unlucky_texts(scope)),
        _together("four_fields_rarely_together", LARGEST, rare),
        _together("four_fields_rarely_together", STAFF, rare),
        _together("metadata_rarely_together", LARGEST, PaymentFilter(metadata=(("shop", "shop-1"), ("order", "none")))),
        _together("status_by_amount", LARGEST, PaymentFilter(status=(PaymentStatus.FAILED,)), amount),
        _together("currency_by_amount", STAFF, PaymentFilter(currency=("SEK",)), amount),
        _together("last4", STAFF, PaymentFilter(last4="0007")),
        _together("risk_score", STAFF, PaymentFilter(risk_score=Span(gte=100))),
        _together("gateway_of_none", STAFF, PaymentFilter(gateway=("nowhere",))),
        _together("amount_of_few", LARGEST, PaymentFilter(amount=Span(gte=700_0000, lt=700_0500))),
        _search(
            "captured_lately_oldest_first",
            LARGEST,
            lambda site, _: PaymentFilter(captured_at=Span(gte=site.half_time)),
            PaymentOrder.CREATED_AT_ASC,
        ),
    ]


def _together(name: str, scope: Scope, wanted: PaymentFilter, order: PaymentOrder = _NEWEST) -> Case:
    return _search(f"{'staff_' if scope is STAFF else ''}{name}", scope, _always(wanted), order)


def _unlucky_texts(scope: Scope) -> list[Case]:
    """Words of which each has many payments, but all together none, or a few hundred."""
    return [
        _together("text_words_never_together", scope, PaymentFilter(text="order sub")),
        _together("text_prefix_of_hundreds", scope, PaymentFilter(text="00001")),
    ]
