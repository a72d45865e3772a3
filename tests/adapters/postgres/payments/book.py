"""A made-up book of payments, and what its lists ought to be: every filter again, in plain Python and one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from adapters.postgres.payments import rows, tables
from domain.kernel.ids import new_uuid
from domain.kernel.paging import PageRequest, Slice
from domain.payments.decline import DeclineCode
from domain.payments.filter import PaymentFilter, PaymentOrder
from domain.payments.method import CardBrand, PaymentMethodType
from domain.payments.payment import PaymentStatus
from tests.builders.moments import MORNING, after
from tests.builders.money import eur, jpy
from tests.builders.payments import a_customer, a_method, a_payment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random
    from uuid import UUID

    import asyncpg

    from domain.identity.actor import Scope
    from domain.kernel.span import Span
    from domain.payments.customer import Customer
    from domain.payments.payment import Payment

DAY = 86_400
CITIES = ("berlin", "bern", "tokyo")
_STATUSES = (PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED, PaymentStatus.DECLINED, PaymentStatus.IN_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All payments of all merchants, and their customers by id."""

    payments: list[Payment]
    customers: dict[UUID, Customer]

    def found(self, scope: Scope, wanted: PaymentFilter, order: PaymentOrder) -> list[Payment]:
        """All of a list."""
        by_amount = order in {PaymentOrder.AMOUNT_ASC, PaymentOrder.AMOUNT_DESC}
        chosen = [one for one in self.payments if scope.covers(one.merchant_id) and self._fits(one, wanted)]
        down = order in {PaymentOrder.AMOUNT_DESC, PaymentOrder.CREATED_AT_DESC}
        return sorted(chosen, key=lambda one: (scaled(one) if by_amount else one.created_at, one.id), reverse=down)

    def page(self, listed: Sequence[Payment], request: PageRequest, cursor_row: Payment | None) -> Slice[Payment]:
        """One page of it, from a row that may have left the list's filter behind."""
        at = listed.index(cursor_row) if cursor_row is not None else None
        if request.backward:
            before = list(listed[:at])
            rows_ = before[-request.limit :]
            return Slice(rows=rows_, has_next=at is not None, has_previous=len(before) > request.limit)
        following = list(listed[0 if at is None else at + 1 :])
        return Slice(
            rows=following[: request.limit], has_next=len(following) > request.limit, has_previous=at is not None
        )

    def _fits(self, one: Payment, wanted: PaymentFilter) -> bool:
        customer = self.customers.get(one.customer_id) if one.customer_id else None
        chosen = [
            (wanted.status, one.status),
            (wanted.currency, one.currency.code),
            (wanted.method, one.method.type),
            (wanted.brand, one.method.brand),
            (wanted.gateway, one.gateway),
            (wanted.decline_code, one.decline_code),
        ]
        same = [
            (wanted.payment_id, one.id),
            (wanted.last4, one.method.last4),
            (wanted.reference, one.reference),
            (wanted.customer_id, one.customer_id),
            (wanted.customer_email, customer and customer.email),
            (wanted.has_dispute, one.disputed_minor > 0),
            (wanted.has_refund, one.refunded_minor + one.refund_pending_minor > 0),
            (wanted.has_unknown_outcome, one.unknown_operations > 0),
        ]
        spans = [
            (wanted.amount, scaled(one)),
            (wanted.created_at, one.created_at),
            (wanted.captured_at, one.captured_at),
            (wanted.risk_score, one.risk_score),
        ]
        return (
            all(given is None or value in given for given, value in chosen)
            and all(given is None or value == given for given, value in same)
            and all(given is None or _within(given, value) for given, value in spans)
            and all(one.metadata.get(key) == value for key, value in wanted.metadata or ())
            and (wanted.text is None or self._has_words(one, customer, wanted))
        )

    @staticmethod
    def _has_words(one: Payment, customer: Customer | None, wanted: PaymentFilter) -> bool:
        texts = [one.reference or ""]
        if wanted.text_finds_emails and customer is not None:
            texts.append(customer.email or "")
        beginnings = re.findall(r"[a-z0-9]+", (wanted.text or "").lower())
        words = (re.findall(r"[a-z0-9]+", text.lower()) for text in texts)
        return any(all(any(w.startswith(b) for w in of_text) for b in beginnings) for of_text in map(list, words))


def scaled(one: Payment) -> int:
    """The amount in ten-thousandths of its major unit."""
    return one.amount_minor * 10 ** (4 - one.currency.exponent)


def _within(span: Span[Any], value: Any) -> bool:
    empty = (span.gte, span.gt, span.lte, span.lt) == (None, None, None, None)
    return empty or (
        value is not None
        and (span.gte is None or value >= span.gte)
        and (span.gt is None or value > span.gt)
        and (span.lte is None or value <= span.lte)
        and (span.lt is None or value < span.lt)
    )


def a_book(random: Random, merchants: dict[UUID, int]) -> Book:
    """So many payments of each merchant: with much in common, and many at the same moment and of the same amount."""
    customers = {
        customer.id: customer
        for merchant_id in merchants
        for number in range(4)
        for customer in [a_customer(id=new_uuid(MORNING), merchant_id=merchant_id, email=f"buyer.{number}@example.com")]
    }
    payments = [
        _a_payment(random, merchant_id, [one.id for one in customers.values() if one.merchant_id == merchant_id])
        for merchant_id, many in merchants.items()
        for _ in range(many)
    ]
    return Book(payments=payments, customers=customers)


def _a_payment(random: Random, merchant_id: UUID, customer_ids: list[UUID]) -> Payment:
    created_at = after(random.randrange(200) * 3600)
    amount = eur(random.randint(1, 50)) if random.random() < 0.8 else jpy(random.randint(10, 50))
    status = random.choice(_STATUSES)
    captured = status is PaymentStatus.CAPTURED
    refunded = captured and random.random() < 0.3
    card = random.random() < 0.8
    return a_payment(
        amount,
        id=new_uuid(created_at),
        merchant_id=merchant_id,
        status=status,
        **(
            {"captured": amount, "captured_at": created_at + random.choice((0, 1, 50)) * (after(3600) - MORNING)}
            if captured
            else {}
        ),
        refunded_minor=amount.minor // 2 if refunded else 0,
        disputed_minor=amount.minor // 2 if captured and random.random() < 0.1 else 0,
        unknown_operations=int(random.random() < 0.05),
        decline_code=random.choice([*DeclineCode]) if status is PaymentStatus.DECLINED else None,
        risk_score=random.randint(0, 100) if random.random() < 0.8 else None,
        reference=random.choice((None, "ORDER same", f"order-{random.randint(1, 40)} {random.choice(CITIES)}")),
        metadata=random.choice(({}, {"city": random.choice(CITIES), "till": str(random.randint(1, 30))})),
        customer_id=random.choice((None, *customer_ids)),
        gateway=random.choice(("simulator", "northbank")),
        method=a_method(
            type=PaymentMethodType.CARD if card else PaymentMethodType.PIX,
            brand=random.choice([*CardBrand]) if card else None,
            last4=random.choice(("4242", "1111", "0005")) if card else None,
        ),
        created_at=created_at,
        updated_at=created_at,
    )


async def write(owner: asyncpg.Connection, book: Book) -> None:
    """All of it at once; triggers see it as they see any insert."""
    owned = [
        {
            **{name: getattr(one, name) for name in ("id", "merchant_id", "email", "name", "country", "created_at")},
            "email_key": one.email,
        }
        for one in book.customers.values()
    ]
    listed = [rows.payment_values(one) for one in sorted(book.payments, key=attrgetter("created_at"))]
    for row in listed:
        row["metadata_"] = orjson.dumps(row["metadata_"]).decode()
    for table, values in ((tables.customers, owned), (tables.payments, listed)):
        columns = [column for column in table.columns if column.computed is None]
        records = map(itemgetter(*(column.key for column in columns)), values)
        await owner.copy_records_to_table(table.name, records=records, columns=[column.name for column in columns])
    await owner.execute("ANALYZE")
