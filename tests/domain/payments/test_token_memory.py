"""What tokens stand for is remembered, for each merchant alone and within bounds."""

from __future__ import annotations

from domain.kernel.ids import new_uuid
from domain.payments.token_memory import KnownToken, TokenMemory
from tests.builders.moments import MORNING
from tests.builders.payments import a_method

OURS, THEIRS = new_uuid(MORNING), new_uuid(MORNING)
VISA = KnownToken(gateway="simulator", method=a_method())


def test_each_merchant_has_tokens_of_its_own() -> None:
    memory = TokenMemory()
    memory.keep(OURS, "tok_visa", VISA)
    assert memory.recall(OURS, "tok_visa") == VISA
    assert memory.recall(THEIRS, "tok_visa") is None
    assert memory.recall(OURS, "tok_amex") is None


def test_what_was_not_used_for_the_longest_time_is_forgotten_first() -> None:
    memory = TokenMemory(most=2)
    memory.keep(OURS, "a", VISA)
    memory.keep(OURS, "b", VISA)
    memory.recall(OURS, "a")
    memory.keep(OURS, "c", VISA)
    assert [memory.recall(OURS, token) is not None for token in "abc"] == [True, False, True]
    memory.keep(OURS, "a", VISA)
    memory.keep(OURS, "d", VISA)
    assert [memory.recall(OURS, token) is not None for token in "acd"] == [True, False, True]
