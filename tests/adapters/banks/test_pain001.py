"""Files by the schema of ISO 20022, whatever is in them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.banks.pain001 import NAMESPACE, Pain001, problems
from adapters.currencies import currency_of
from app.simulator.bank.payment_file import read_payment_file
from domain.kernel.money import MAX_MINOR, Money
from domain.settlements.account_number import AccountScheme
from domain.settlements.file_errors import UnfitOrders
from domain.settlements.schedule import BankCalendar
from tests.builders.money import eur, jpy, kwd
from tests.builders.payment_files import (
    CBU,
    DOLLAR_ACCOUNT,
    EURO_ACCOUNT,
    PESO_ACCOUNT,
    a_head,
    an_order,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from domain.settlements.house_account import HouseAccount
    from domain.settlements.payment_order import PaymentOrder

_A = AccountScheme
NS = {"": NAMESPACE}
FORMAT = Pain001()


def _read(content: bytes) -> Element:
    return fromstring(content)  # noqa: S314 - written by us a moment ago


def _account(currency: str) -> HouseAccount:
    return replace(EURO_ACCOUNT, name=f"{currency.lower()}-main", currencies=(currency,))


def _of(currency: str, minor: int, **values: Any) -> PaymentOrder:
    return an_order(amount=Money(minor, currency_of(currency)), **values)


CASES = {
    "EUR to an IBAN": (EURO_ACCOUNT, _of("EUR", 123_45)),
    "EUR to an IBAN alone": (EURO_ACCOUNT, _of("EUR", 1, bic=None)),
    "ARS to a CBU": (PESO_ACCOUNT, _of("ARS", 987_654_32, scheme=_A.CBU, number=CBU, bic=None)),
    "ARS to a CVU": (PESO_ACCOUNT, _of("ARS", 5_00, scheme=_A.CVU, number="0000003100010000000001", bic=None)),
    "USD by ABA": (
        DOLLAR_ACCOUNT,
        _of("USD", 10_00, scheme=_A.US_ACH, number="987654321", routing="026009593", bic=None),
    ),
    "BRL to a branch": (
        replace(_account("BRL"), calendar=BankCalendar.BRAZIL),
        _of("BRL", 77_70, scheme=_A.BR_TED, number="1234567", routing="001", branch="0001", bic=None),
    ),
    "JPY without digits": (_account("JPY"), an_order(amount=jpy(1500))),
    "KWD with three": (_account("KWD"), an_order(amount=kwd("12.345"), number="KW81CBKU0000000000001234560101")),
}


def _text(root: Element, path: str) -> str:
    found = root.find(path, NS)
    assert found is not None, path
    assert found.text is not None, path
    return found.text


@pytest.mark.parametrize("case", CASES)
async def test_every_kind_of_account_and_currency_is_valid(case: str) -> None:
    account, order = CASES[case]
    orders = [order, replace(order, end_to_end_id=f"{order.end_to_end_id}2")]
    currency = order.amount.currency
    content = await FORMAT.write(a_head(account, currency=currency), orders)
    assert problems(content) == []
    root = _read(content)
    total = Decimal(order.amount.plain) * 2
    assert len(order.amount.plain.partition(".")[2]) == currency.exponent
    for head in ("CstmrCdtTrfInitn/GrpHdr", "CstmrCdtTrfInitn/PmtInf"):
        assert Decimal(_text(root, f"{head}/CtrlSum")) == total
        assert _text(root, f"{head}/NbOfTxs") == "2"
    amounts = root.findall(".//InstdAmt", NS)
    assert [(one.get("Ccy"), one.text) for one in amounts] == [(currency.code, order.amount.plain)] * 2
    read = read_payment_file(content)
    assert [(one.end_to_end_id, one.amount_minor, one.creditor_account) for one in read.transfers] == [
        (one.end_to_end_id, one.amount.minor, one.number) for one in orders
    ]
    assert {one.account.number for one in read.transfers} == {account.number}


async def test_what_a_file_in_sepa_says() -> None:
    order = an_order(holder="Bäckerei <Müller> & Söhne")
    root = _read(await FORMAT.write(a_head(), [order]))
    payment = "CstmrCdtTrfInitn/PmtInf"
    assert _text(root, "CstmrCdtTrfInitn/GrpHdr/MsgId") == _text(root, f"{payment}/PmtInfId") == a_head().message_id
    assert _text(root, "CstmrCdtTrfInitn/GrpHdr/CreDtTm") == "2026-03-02T09:00:00Z"
    assert _text(root, f"{payment}/BtchBookg") == "false"
    assert _text(root, f"{payment}/PmtTpInf/SvcLvl/Cd") == "SEPA"
    assert _text(root, f"{payment}/ChrgBr") == "SLEV"
    assert _text(root, f"{payment}/ReqdExctnDt/Dt") == "2026-03-03"
    assert _text(root, f"{payment}/Dbtr/Nm") == "Paydesk GmbH"
    assert _text(root, f"{payment}/DbtrAcct/Id/IBAN") == EURO_ACCOUNT.number
    assert _text(root, f"{payment}/DbtrAcct/Ccy") == "EUR"
    assert _text(root, f"{payment}/DbtrAgt/FinInstnId/BICFI") == "COBADEFFXXX"
    transfer = f"{payment}/CdtTrfTxInf"
    assert _text(root, f"{transfer}/PmtId/InstrId") == order.end_to_end_id
    assert _text(root, f"{transfer}/PmtId/EndToEndId") == order.end_to_end_id
    assert _text(root, f"{transfer}/CdtrAgt/FinInstnId/BICFI") == "ABNANL2A"
    assert _text(root, f"{transfer}/Cdtr/Nm") == "Backerei Muller + Sohne"
    assert _text(root, f"{transfer}/CdtrAcct/Id/IBAN") == order.number
    assert _text(root, f"{transfer}/RmtInf/Ustrd") == order.remittance_text.replace("_", "-")


async def test_national_accounts_and_clearings_go_by_their_names() -> None:
    account, order = CASES["ARS to a CBU"]
    root = _read(await FORMAT.write(a_head(account, currency=order.amount.currency), [order]))
    payment = "CstmrCdtTrfInitn/PmtInf"
    other = f"{payment}/CdtTrfTxInf/CdtrAcct/Id/Othr"
    assert (_text(root, f"{other}/Id"), _text(root, f"{other}/SchmeNm/Prtry")) == (CBU, "CBU")
    assert _text(root, f"{payment}/DbtrAgt/FinInstnId/Othr/Id") == "NOTPROVIDED"
    assert _text(root, f"{payment}/PmtTpInf/SvcLvl/Cd") == "NURG"
    account, order = CASES["USD by ABA"]
    root = _read(await FORMAT.write(a_head(account, currency=order.amount.currency), [order]))
    member = f"{payment}/CdtTrfTxInf/CdtrAgt/FinInstnId/ClrSysMmbId"
    assert (_text(root, f"{member}/ClrSysId/Cd"), _text(root, f"{member}/MmbId")) == ("USABA", "026009593")
    assert _text(root, f"{payment}/CdtTrfTxInf/CdtrAcct/Id/Othr/SchmeNm/Cd") == "BBAN"
    account, order = CASES["BRL to a branch"]
    root = _read(await FORMAT.write(a_head(account, currency=order.amount.currency), [order]))
    agent = f"{payment}/CdtTrfTxInf/CdtrAgt"
    assert _text(root, f"{agent}/FinInstnId/ClrSysMmbId/MmbId") == "001"
    assert _text(root, f"{agent}/BrnchId/Id") == "0001"


async def test_the_same_input_gives_the_same_bytes() -> None:
    orders = [an_order(), an_order(amount=eur(7))]
    assert await FORMAT.write(a_head(), orders) == await FORMAT.write(a_head(), orders)


async def test_orders_that_no_file_can_hold_are_named_and_nothing_else() -> None:
    fit = an_order()
    nameless = an_order(holder="☃☃")
    unrouted = an_order(scheme=_A.US_ACH, number="1", bic=None)
    with pytest.raises(UnfitOrders) as refused:
        await FORMAT.write(a_head(), [fit, nameless, unrouted])
    assert [(one.payout_id, one.code) for one in refused.value.orders] == [
        (nameless.payout_id, "BE04"),
        (unrouted.payout_id, "RC01"),
    ]


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_an_order_that_breaks_the_schema_is_found(place: int) -> None:
    orders = [an_order(), an_order(), an_order()]
    orders[place] = replace(orders[place], number="NO IBAN")
    with pytest.raises(UnfitOrders) as refused:
        await FORMAT.write(a_head(), orders)
    (unfit,) = refused.value.orders
    assert (unfit.payout_id, unfit.code) == (orders[place].payout_id, "AC01")
    assert unfit.reason.startswith("IBAN: ")


async def test_the_only_order_can_be_the_one_that_breaks_it() -> None:
    with pytest.raises(UnfitOrders) as refused:
        await FORMAT.write(a_head(), [an_order(bic="NOBIC")])
    assert len(refused.value.orders) == 1


async def test_more_than_a_file_can_say_is_unfit() -> None:
    """Eighteen digits by the schema; sums of fit orders stay below, or the file is not written."""
    with pytest.raises(UnfitOrders):
        await FORMAT.write(a_head(), [an_order(amount=Money(MAX_MINOR, currency_of("EUR")))])


@given(st.text(min_size=1, max_size=200), st.text(max_size=200))
async def test_whatever_anybody_is_called_the_file_is_valid_or_the_order_unfit(ours: str, theirs: str) -> None:
    account = replace(EURO_ACCOUNT, holder="Paydesk")
    order = an_order(holder=theirs + ours)
    try:
        content = await FORMAT.write(a_head(account), [order])
    except UnfitOrders as refused:
        assert [one.code for one in refused.orders] == ["BE04"]
    else:
        assert problems(content) == []


@given(st.lists(st.integers(1, 10**15), min_size=1, max_size=5))
async def test_the_control_sum_is_the_sum(amounts: list[int]) -> None:
    orders = [
        an_order(amount=Money(minor, currency_of("EUR")), end_to_end_id=f"P{n}") for n, minor in enumerate(amounts)
    ]
    content = await FORMAT.write(a_head(), orders)
    assert problems(content) == []
    total = Decimal(_text(_read(content), "CstmrCdtTrfInitn/GrpHdr/CtrlSum"))
    assert total == Decimal(Money(sum(amounts), currency_of("EUR")).plain)
