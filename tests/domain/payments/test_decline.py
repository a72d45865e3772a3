"""Every decline comes with advice."""

from __future__ import annotations

from domain.payments.decline import ADVICE, BLOCKED, DeclineCode


def test_every_code_has_advice_of_its_own() -> None:
    assert set(ADVICE) == set(DeclineCode)
    assert len(set(ADVICE.values())) == len(DeclineCode)
    assert all(text.endswith(".") for text in ADVICE.values())


def test_what_was_blocked_is_not_blamed_on_the_issuer() -> None:
    assert "the issuer was never asked" in BLOCKED
    assert BLOCKED not in ADVICE.values()
