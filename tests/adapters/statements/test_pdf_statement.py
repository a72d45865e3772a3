"""PDF: the same bytes anywhere, the sums and the first lines, and no text of anybody's is markup."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pikepdf
import pytest

from adapters.statements.pdf_statement import pdf_statement
from domain.settlements.line import LineKind
from tests.builders.money import JPY, KWD
from tests.builders.statements import a_line, a_statement, excerpts

if TYPE_CHECKING:
    from domain.settlements.statement import StatementLine

K = LineKind
SOME = UUID(int=7)
# What makes the same statement in another process.
ELSEWHERE = """
import hashlib
from tests.adapters.statements.test_pdf_statement import fixed
print(hashlib.sha256(fixed()).hexdigest())
"""


def fixed() -> bytes:
    """One statement whose ids are the same in every process."""
    lines = [
        a_line(K.CAPTURE, 10_000, 1, entry_id=SOME, payment_id=SOME, reference="Bestellung №1 – Ünïcode"),
        a_line(K.FEE, -175, 1, entry_id=SOME, payment_id=SOME),
        a_line(K.DISPUTE, -4_000, 2, entry_id=SOME, payment_id=SOME, dispute_id=SOME),
        a_line(K.ADJUSTMENT, 100, 3, entry_id=SOME),
    ]
    return made(lines, id=SOME, merchant_id=SOME)


def made(lines: list[StatementLine], **values: Any) -> bytes:
    return pdf_statement(a_statement(lines, **values), excerpts(lines))


def text_of(content: bytes) -> str:
    """What the pages say, by way of the table that maps glyphs back to characters."""
    said: list[str] = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            fonts = {str(name): _characters(font) for name, font in page.Resources.Font.items()}
            current: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    current = fonts[str(operands[0])]
                for item in operands if str(operator) == "Tj" else operands[0] if str(operator) == "TJ" else ():
                    if isinstance(item, pikepdf.String):
                        raw = bytes(item)
                        said += [current[int.from_bytes(raw[i : i + 2])] for i in range(0, len(raw), 2)]
                if str(operator) == "ET":
                    said.append(" ")
    return "".join(said)


def _characters(font: Any) -> dict[int, str]:
    table: dict[int, str] = {}
    ranges = font.ToUnicode.read_bytes().decode().splitlines()
    for words in (line.split() for line in ranges if line.startswith("<") and line.count("<") == 2):
        glyph, character = (word.strip("<>") for word in words)
        table[int(glyph, 16)] = bytes.fromhex(character).decode("utf-16-be")
    return table


def test_twice_the_same_bytes() -> None:
    content = fixed()
    assert content.startswith(b"%PDF-")
    assert fixed() == content


@pytest.mark.parametrize(("zone", "locale"), [("Asia/Tokyo", "C"), ("America/New_York", "de_DE.UTF-8")])
def test_the_same_bytes_in_another_process_zone_and_locale(zone: str, locale: str, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "HOME": str(tmp_path), "PYTHONPATH": str(root)}
    environment["PYTHONHASHSEED"] = "1"
    command = [sys.executable, "-c", ELSEWHERE]
    told = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True, timeout=60)
    assert told.stdout.decode().strip() == hashlib.sha256(fixed()).hexdigest()


def test_it_says_nothing_of_when_it_was_made() -> None:
    content = fixed()
    assert b"CreationDate" not in content
    assert b"ModDate" not in content


def test_the_sums_and_the_lines() -> None:
    said = text_of(fixed())
    for words in ("Settlement 42", "Blue Bicycle", "100.00", "-1.75", "-40.00", "59.25", "Bestellung №1 – Ünïcode"):
        assert words in said.replace("\u2212", "-"), words
    assert "stl_" in said


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', "#panic()", "*b* $x$ ] } \\ <a> @b `c`", "= heading", "// x"])
def test_markup_in_a_text_is_a_text(text: str) -> None:
    content = made([a_line(K.CAPTURE, 1, reference=text)], merchant_name=text)
    assert text_of(content).count(text) == 2


def test_a_kind_with_more_lines_than_are_shown_says_so() -> None:
    lines = [a_line(K.CAPTURE, 1, n) for n in range(60)]
    said = text_of(made(lines))
    assert "These are the first 50; the CSV has all of them." in said
    assert "the CSV has all" not in text_of(made(lines[:50]))


def test_other_exponents_and_what_is_carried_over() -> None:
    assert "4505" in text_of(made([a_line(K.CAPTURE, 4_505)], currency=JPY))
    said = text_of(made([a_line(K.REFUND, -4_505)], currency=KWD))
    assert "4.505" in said
    assert "Carried over to the next settlement" in said


def test_an_empty_one_is_a_document() -> None:
    assert "Settlement 42" in text_of(made([], period_start=None, merchant_name=None))
