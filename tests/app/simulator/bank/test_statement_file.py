"""Statements as files: balances that add up, and the words of each version."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from app.simulator.bank.statement_file import StatementVersion, statement_file
from app.simulator.bank.transfer import Booking, HouseAccount, Statement
from tests.app.simulator.bank.files import IBAN

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
ACCOUNT = HouseAccount(number=IBAN, currency="EUR")


def a_booking(number: int, amount_minor: int, account: HouseAccount = ACCOUNT, **more: object) -> Booking:
    values = {"party_name": "Kaffeewerk & Söhne", "party_account": "DE75512108001245126199", **more}
    return Booking(number=number, account=account, amount_minor=amount_minor, booked_at=AT, **values)  # pyright: ignore[reportArgumentType] - texts, by name


def a_statement(*bookings: Booking, opening: int = 100_000, account: HouseAccount = ACCOUNT) -> Statement:
    return Statement(account=account, number=7, opening_minor=opening, bookings=bookings, made_at=AT)


def texts(content: bytes, version: str, path: str) -> list[str]:
    names = {"c": f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"}
    steps = "/".join(f"c:{step}" for step in path.split("/"))
    return [element.text or "" for element in ET.fromstring(content).iterfind(f".//{steps}", names)]  # noqa: S314 - our own bytes


@pytest.mark.parametrize("version", list(StatementVersion))
def test_opening_and_entries_make_the_closing_balance(version: StatementVersion) -> None:
    paid = a_booking(1, -40_010, end_to_end_id="E1")
    returned = a_booking(2, 40_010, end_to_end_id="E1", reason="AC04")
    arrived = a_booking(3, 5, reference="R-2026-03")
    content = statement_file(a_statement(paid, returned, arrived), version)
    assert texts(content, version, "Bal/Amt") == ["1000.00", "1000.05"]
    amounts = [Decimal(text) for text in texts(content, version, "Ntry/Amt")]
    signs = [1 if text == "CRDT" else -1 for text in texts(content, version, "Ntry/CdtDbtInd")]
    assert Decimal("1000.00") + sum(a * s for a, s in zip(amounts, signs, strict=True)) == Decimal("1000.05")
    assert texts(content, version, "ElctrncSeqNb") == ["7"]
    assert texts(content, version, "EndToEndId") == ["E1", "E1"]
    assert texts(content, version, "RtrInf/Rsn/Cd") == ["AC04"]
    assert texts(content, version, "RmtInf/Ustrd") == ["R-2026-03"]
    assert texts(content, version, "Acct/Id/IBAN") == [IBAN]


def test_the_versions_differ_in_their_words() -> None:
    statement = a_statement(a_booking(1, -100, end_to_end_id="E1"))
    old, new = (statement_file(statement, version) for version in ("02", "08"))  # pyright: ignore[reportArgumentType] - their values
    assert texts(old, "02", "Ntry/Sts") == ["BOOK"]
    assert texts(new, "08", "Ntry/Sts/Cd") == ["BOOK"]
    assert texts(old, "02", "RltdPties/Cdtr/Nm") == texts(new, "08", "RltdPties/Cdtr/Pty/Nm") == ["Kaffeewerk & Söhne"]
    assert texts(new, "08", "TxDtls/Amt") == ["1.00"]
    assert texts(old, "02", "TxDtls/Amt") == []


@pytest.mark.parametrize(("currency", "minor", "written"), [("JPY", -1500, "1500"), ("KWD", -1250, "1.250")])
def test_amounts_have_the_digits_of_their_currency(currency: str, minor: int, written: str) -> None:
    account = HouseAccount(number="021000021-1234", currency=currency)
    content = statement_file(a_statement(a_booking(1, minor, account), opening=0, account=account))
    assert texts(content, "08", "Ntry/Amt") == [written]
    assert texts(content, "08", "Acct/Id/Othr/Id") == ["021000021-1234"]
    # Overdrawn, which is a debit balance.
    assert texts(content, "08", "Bal/CdtDbtInd") == ["CRDT", "DBIT"]


def test_the_same_statement_is_the_same_bytes() -> None:
    statement = a_statement(a_booking(1, -100, reversed=True, reason="AC01", end_to_end_id="E1"))
    assert statement_file(statement) == statement_file(statement)
    assert texts(statement_file(statement), "08", "Ntry/RvslInd") == ["true"]
