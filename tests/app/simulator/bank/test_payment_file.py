"""Files of transfers: read as the standard has them, refused when they do not add up."""

from __future__ import annotations

from datetime import date

import pytest

from app.simulator.bank.payment_file import read_payment_file
from app.simulator.bank.transfer import HouseAccount
from app.simulator.request import BadRequest
from tests.app.simulator.bank.files import IBAN, NAMESPACE, Line, a_file

LINE = Line(id="E1", amount="1234.50")


def test_reads_every_transfer_of_a_file() -> None:
    file = read_payment_file(a_file(LINE, Line(id="E2", amount="0.70"), total="1235.2"))
    assert file.message_id == "M1"
    first, second = file.transfers
    assert (first.end_to_end_id, first.amount_minor) == ("E1", 123_450)
    assert (second.end_to_end_id, second.amount_minor) == ("E2", 70)
    assert first.account == HouseAccount(number=IBAN, currency="EUR")
    assert (first.creditor_name, first.creditor_account) == ("Kaffeewerk & Söhne", "DE75512108001245126199")
    assert (first.text, first.execution_on, first.message_id) == ("Settlement 12", date(2026, 3, 2), "M1")
    assert type(first).from_json(first.as_json()) == first


@pytest.mark.parametrize(
    ("currency", "amount", "minor"), [("JPY", "1500", 1500), ("KWD", "1.250", 1250), ("EUR", "5.00000", 500)]
)
def test_amounts_follow_their_currency(currency: str, amount: str, minor: int) -> None:
    [transfer] = read_payment_file(a_file(Line(id="E1", amount=amount), currency=currency)).transfers
    assert transfer.amount_minor == minor


def test_accounts_need_not_be_ibans() -> None:
    content = a_file(LINE).replace(f"<IBAN>{IBAN}</IBAN>".encode(), b"<Othr><Id>021000021-1234</Id></Othr>")
    assert read_payment_file(content).transfers[0].account.number == "021000021-1234"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (a_file(LINE, total="1234.51"), "CtrlSum"),
        (a_file(LINE).replace(b"<NbOfTxs>1", b"<NbOfTxs>2"), "NbOfTxs"),
        (a_file(), "no transfer"),
        (a_file(Line(id="E1", amount="1.005")), "fraction digits"),
        (a_file(Line(id="E1", amount="0.00")), "cannot be paid|can be paid"),
        (a_file(LINE, currency="XXY"), "ISO 4217"),
        (a_file(LINE).replace(b"<EndToEndId>E1</EndToEndId>", b""), "EndToEndId is missing"),
        (a_file(LINE).replace(b"2026-03-02</Dt>", b"soon</Dt>"), "not a date"),
        (a_file(LINE).replace(NAMESPACE.encode(), b"urn:else"), "belongs to"),
        (a_file(LINE)[:-20], "not well-formed"),
        (b"%PDF-1.7", "not well-formed"),
        (a_file(LINE, head='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "no DOCTYPE"),
        (a_file(LINE, head='<!DOCTYPE x SYSTEM "http://example.com/x.dtd">'), "no DOCTYPE"),
    ],
)
def test_refuses_what_is_no_file_of_transfers(content: bytes, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        read_payment_file(content)


def test_refuses_elements_that_nest_without_end() -> None:
    deep = "<a>" * 40 + "</a>" * 40
    with pytest.raises(BadRequest, match="too deeply"):
        read_payment_file(f'<Document xmlns="{NAMESPACE}">{deep}</Document>'.encode())
