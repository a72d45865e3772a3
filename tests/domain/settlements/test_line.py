"""A line is a posting of the ledger, or what is carried from one settlement to the next."""

from __future__ import annotations

import pytest

from domain.settlements.line import CARRIED_IN, CARRIED_OUT, LineKind
from tests.builders.settlements import a_line, a_settlement


@pytest.mark.parametrize(("position", "of_ledger"), [(0, True), (3, True), (CARRIED_OUT, False), (CARRIED_IN, False)])
def test_which_lines_are_postings(position: int, of_ledger: bool) -> None:  # noqa: FBT001 - a table
    kind = LineKind.CAPTURE if of_ledger else LineKind.CARRIED_OVER
    assert a_line(a_settlement(), position=position, kind=kind).of_ledger is of_ledger
