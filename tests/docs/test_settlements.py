"""The statement on the page of settlements is one that is written so."""

from __future__ import annotations

from tests.docs.markdown import ROOT, blocks
from tests.docs.statement_example import shown


async def test_the_example_is_what_is_downloaded() -> None:
    (example,) = [block.text for block in blocks(ROOT / "docs" / "settlements.md") if block.language == "csv"]
    assert example == await shown()
