"""Statements are read as they are written, in both versions and any encoding; everything else is refused with a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.banks.camt053 import LONGEST_TEXT, MOST_DEPTH, Camt053
from domain.reconciliation.errors import StatementRefused, StatementRule
from domain.reconciliation.statement_parts import ReadEntry, StatementEnd, StatementHead
from tests.builders.bank_statements import Detail, Line, Sheet, a_credit, a_debit, a_file, a_return

if TYPE_CHECKING:
    from domain.reconciliation.statement_parts import Part

R = StatementRule
SHEET = Sheet(lines=(a_debit("10.50", "PYO1"), a_return("10.50", "PYO1", "AC04"), a_credit("98.50", "ACQ-1")))


def read(content: bytes, size: int = 700) -> list[Part]:
    """All parts of a file that comes in pieces; entries one by one."""
    reading = Camt053().reading()
    parts: list[Part] = []
    for start in range(0, len(content), size):
        parts += reading.feed(content[start : start + size])
    return [*parts, *reading.close()]


def entries(content: bytes) -> list[ReadEntry]:
    return [entry for part in read(content) if isinstance(part, list) for entry in part]


def refused(content: bytes, size: int = 700) -> StatementRefused:
    with pytest.raises(StatementRefused) as caught:
        read(content, size)
    return caught.value


@pytest.mark.parametrize("version", ["02", "08"])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"])
@pytest.mark.parametrize("size", [1, 97, 100_000])
def test_what_is_written_is_read(version: str, encoding: str, size: int) -> None:
    found = read(a_file(SHEET, version=version, encoding=encoding), size)
    head, end = found[0], found[-1]
    assert isinstance(head, StatementHead)
    assert isinstance(end, StatementEnd)
    assert (head.reference, head.sequence, head.currency.code, head.number) == ("STM-1", 1, "EUR", SHEET.number)
    assert (head.opening_minor, head.closing_minor, head.closing_on) == (100_000, SHEET.ending(), date(2026, 1, 5))
    listed = [entry for part in found if isinstance(part, list) for entry in part]
    assert [entry.amount_minor for entry in listed] == [-1050, 1050, 9850]
    assert [entry.end_to_end_id for entry in listed] == ["PYO1", "PYO1", None]
    assert [entry.return_reason for entry in listed] == [None, "AC04", None]
    assert [entry.counterparty for entry in listed] == ["Shop GmbH", "Shop GmbH", "Acquirer AG"]
    assert [entry.reference for entry in listed] == [None, None, "ACQ-1"]
    assert {entry.transaction_code for entry in listed} == {"PMNT/ICDT/ESCT"}
    assert end.noted == 0


def test_versions_and_layouts_read_the_same_but_for_lines() -> None:
    told = [
        [entry[1:] for entry in entries(a_file(SHEET, version=one, indent=i))]
        for one in ("02", "08")
        for i in ("", "\n  ")
    ]
    assert all(one == told[0] for one in told)


def test_only_what_is_booked_counts() -> None:
    pending = Line(amount="5.00", status="PDNG")
    found = read(a_file(Sheet(lines=(pending, a_debit("1.00", None), replace(pending, status="INFO")))))
    assert isinstance(found[-1], StatementEnd)
    assert (found[-1].noted, len([one for part in found if isinstance(part, list) for one in part])) == (2, 1)


def test_several_statements_in_a_file() -> None:
    found = read(a_file(SHEET, replace(SHEET, reference="STM-2", opening_kind="PRCD")))
    assert [type(part).__name__ for part in found if not isinstance(part, list)] == [
        "StatementHead",
        "StatementEnd",
    ] * 2


@pytest.mark.parametrize("version", ["02", "08"])
def test_an_entry_of_several_transactions_is_each_of_them(version: str) -> None:
    details = (Detail(end_to_end_id="A", amount="4.00"), Detail(end_to_end_id="B", amount="6.00"))
    found = entries(a_file(Sheet(lines=(Line(amount="10.00", details=details),)), version=version))
    assert [(one.end_to_end_id, one.amount_minor) for one in found] == [("A", -400), ("B", -600)]
    whole = tuple(replace(detail, amount=None) for detail in details)
    (one,) = entries(a_file(Sheet(lines=(Line(amount="10.00", details=whole),)), version=version))
    assert (one.end_to_end_id, one.amount_minor) == (None, -1000)
    wrong = (details[0], replace(details[1], amount="6.01"))
    assert refused(a_file(Sheet(lines=(Line(amount="10.00", details=wrong),)))).rule is R.BATCH_MISMATCH


@pytest.mark.parametrize(
    ("currency", "digits", "amount", "minor"),
    [("JPY", 0, "1000", 1000), ("JPY", 0, "1000.00", 1000), ("KWD", 3, "1.250", 1250), ("KWD", 3, "1.2", 1200)],
)
def test_amounts_are_in_the_currency_s_digits(currency: str, digits: int, amount: str, minor: int) -> None:
    line = Line(amount=amount, currency=currency, side="CRDT")
    sheet = Sheet(lines=(line,), currency=currency, digits=digits, closing=5)
    assert [entry.amount_minor for entry in entries(a_file(sheet))] == [minor]


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "1.005",
        "1,00",
        "-1.00",
        "1e3",
        "\uff11.\uff10\uff10",
        "99999999999999999999",
        "0x10",
        "NaN",
        "1.",
        " ",
        "1 0",
    ],
)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    if amount == "1.":
        # As xs:decimal has it.
        assert entries(a_file(Sheet(lines=(Line(amount="1."),), closing=0)))[0].amount_minor == -100
        return
    error = refused(a_file(Sheet(lines=(Line(amount=amount),), closing=0)))
    assert (error.rule, error.line > 5) == (R.AMOUNT_MALFORMED, True)


def mutated(old: str, new: str) -> bytes:
    text = a_file(SHEET).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", R.TRUNCATED),
        (b"no xml at all", R.NOT_XML),
        (a_file(SHEET)[:-60], R.TRUNCATED),
        (a_file(SHEET)[:40], R.TRUNCATED),
        (a_file(SHEET) + b"<more/>", R.NOT_XML),
        (a_file(SHEET, version="09"), R.WRONG_VERSION),
        (b"<Document/>", R.WRONG_VERSION),
        (mutated("camt.053.001.08", "camt.054.001.08"), R.WRONG_VERSION),
        (mutated("</Ntry>", "</Ntri>"), R.NOT_XML),
        (mutated('encoding="UTF-8"', 'encoding="utf-99"'), R.NOT_XML),
        (mutated('encoding="UTF-8"', 'encoding="shift_jis"'), R.NOT_XML),
        (mutated("<Cd>OPBD</Cd>", "<Cd>XXXX</Cd>"), R.BALANCE_MISSING),
        (mutated("<Cd>CLBD</Cd>", "<Cd>XXXX</Cd>"), R.BALANCE_MISSING),
        (mutated("<Id>STM-1</Id>", ""), R.ELEMENT_MISSING),
        (mutated("<IBAN>DE89370400440532013000</IBAN>", ""), R.ELEMENT_MISSING),
        (mutated("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>"), R.CURRENCY_MISMATCH),
        (mutated('<Ntry><Amt Ccy="EUR">', '<Ntry><Amt Ccy="USD">'), R.CURRENCY_MISMATCH),
        (mutated('<Ntry><Amt Ccy="EUR">', "<Ntry><Amt>"), R.CURRENCY_MISMATCH),
        (mutated("<Sts><Cd>BOOK</Cd></Sts>", ""), R.ELEMENT_MISSING),
        (mutated("<BookgDt><Dt>2026-01-05", "<BookgDt><Dt>2026-13-05"), R.VALUE_MALFORMED),
        (mutated("<CdtDbtInd>DBIT", "<CdtDbtInd>XXXX"), R.VALUE_MALFORMED),
        (mutated("<ElctrncSeqNb>1", "<ElctrncSeqNb>one"), R.VALUE_MALFORMED),
        (mutated("PYO1", "P" * (LONGEST_TEXT + 1)), R.TEXT_TOO_LONG),
        (mutated("<NtryDtls>", "<x>" * MOST_DEPTH), R.TOO_DEEP),
        (a_file(), R.NO_STATEMENT),
    ],
)
def test_what_is_no_statement_is_refused(content: bytes, rule: StatementRule) -> None:
    error = refused(content)
    assert error.rule is rule
    assert error.message


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE Document [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>',
        "<!DOCTYPE Document>",
    ],
)
def test_no_declaration_is_even_read(declaration: str) -> None:
    content = a_file(SHEET, before=declaration)
    assert refused(content).rule is R.ENTITY_DECLARED
    assert refused(mutated("STM-1", "&x;")).rule is R.NOT_XML


@pytest.mark.parametrize("filling", ["<!--{}-->", '<x y="{}"/>', "<{}/>", "<?pi {}?>"])
def test_what_would_have_to_be_held_in_memory_is_refused(filling: str) -> None:
    content = mutated("<GrpHdr>", filling.format("a" * 3_000_000) + "<GrpHdr>")
    assert refused(content, 100_000).rule is R.TEXT_TOO_LONG


def test_a_text_that_never_ends_is_refused() -> None:
    assert refused(mutated("PYO1", "P" * 3_000_000), 1_000_000).rule is R.TEXT_TOO_LONG


def test_an_entry_of_too_many_transactions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are in memory until the entry ends."""
    monkeypatch.setattr("adapters.banks.camt053.MOST_TRANSACTIONS", 2)
    content = mutated("</TxDtls>", "</TxDtls><TxDtls></TxDtls><TxDtls></TxDtls>")
    assert refused(content).rule is R.TOO_LARGE


def test_the_line_is_where_it_is_wrong() -> None:
    lines = a_file(SHEET).decode().split("\n")
    place = next(number for number, line in enumerate(lines, 1) if line.startswith('<Ntry><Amt Ccy="EUR">98.50'))
    assert refused(mutated('<Amt Ccy="EUR">98.50', '<Amt Ccy="EUR">98.505')).line == place


def test_what_looks_like_a_card_number_is_not_kept() -> None:
    (entry,) = entries(a_file(Sheet(lines=(a_credit("1.00", "Refund 4111 1111 1111 1111 thanks"),))))
    assert entry.reference == "Refund **** **** **** 1111 thanks"


AMOUNTS = st.integers(0, 10**12).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=40)
LINES = st.builds(
    Line,
    amount=AMOUNTS,
    side=st.sampled_from(["CRDT", "DBIT"]),
    status=st.sampled_from(["BOOK", "PDNG"]),
    details=st.tuples(st.builds(Detail, end_to_end_id=st.from_regex(r"PYO[A-Z]{1,10}", fullmatch=True), name=NAMES)),
)


@given(st.lists(LINES, max_size=8), st.sampled_from(["02", "08"]), st.sampled_from(["UTF-8", "UTF-16"]))
@settings(max_examples=40, deadline=None)
def test_any_statement_comes_back(lines: list[Line], version: str, encoding: str) -> None:
    sheet = Sheet(lines=tuple(lines))
    found = entries(a_file(sheet, version=version, encoding=encoding))
    signs = {"CRDT": 1, "DBIT": -1}
    booked = [line for line in lines if line.status == "BOOK"]
    assert [one.amount_minor for one in found] == [signs[line.side] * sheet.minor(line.amount) for line in booked]
    assert [one.end_to_end_id for one in found] == [line.details[0].end_to_end_id for line in booked]
    assert sheet.opening + sum(one.amount_minor for one in found) == sheet.ending()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(a_file(SHEET))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    try:
        assert read(bytes(content))
    except StatementRefused as error:
        assert error.line >= 0
