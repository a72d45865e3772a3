"""What texts of statements mean."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.banks.camt053_values import masked, reference_of
from domain.kernel.text import holds_card_number

PIECES = st.lists(st.sampled_from(["4111", "1111", "5500", "0000", "4", " ", "-", ".", "/", "x", "é", "--", ",", "_"]))


@given(PIECES.map("".join))
def test_no_card_number_passes(text: str) -> None:
    shown = masked(text)
    assert (shown == text) or holds_card_number(text)
    if holds_card_number(text):
        assert sum(character.isdigit() for character in shown) <= 4


def test_references_that_say_nothing() -> None:
    assert [reference_of(text) for text in (None, "", "NOTPROVIDED", "NONREF", "PYO1")] == [None] * 4 + ["PYO1"]
