"""Which transfers go wrong, and how."""

from __future__ import annotations

import pytest

from app.simulator.bank.conduct import ENDINGS, Conduct, ending_of, short_amount


@pytest.mark.parametrize(
    ("account", "amount_minor", "conduct", "reason"),
    [
        ("DE75512108001245126199", 10_000, Conduct.PAY, None),
        ("DE75512108001245126904", 10_000, Conduct.RETURN, "AC04"),
        ("DE75512108001245126199", 12_904, Conduct.RETURN, "AC04"),
        ("DE75512108001245126199", 906, Conduct.RETURN, "AC06"),
        ("DE75512108001245126901", 10_905, Conduct.REVERSE, "AC01"),
        ("DE75512108001245126199", 10_905, Conduct.FALL_SHORT, None),
        ("DE75512108001245126199", 10_902, Conduct.BOOK_TWICE, None),
        ("DE75512108001245126199", 10_903, Conduct.LOSE, None),
        ("DE75512108001245126199", 4, Conduct.PAY, None),
    ],
)
def test_the_account_decides_and_then_the_amount(
    account: str, amount_minor: int, conduct: Conduct, reason: str | None
) -> None:
    ending = ending_of(account, amount_minor)
    assert (ending.conduct, ending.reason) == (conduct, reason)


def test_every_conduct_can_be_asked_for() -> None:
    assert {ending.conduct for ending in ENDINGS} | {Conduct.PAY} == set(Conduct)
    assert len({ending.digits for ending in ENDINGS}) == len(ENDINGS)


@pytest.mark.parametrize(("amount_minor", "booked"), [(10_905, 10_805), (905, 805), (100, 99), (2, 1), (1, 1)])
def test_what_falls_short_is_still_an_amount(amount_minor: int, booked: int) -> None:
    assert short_amount(amount_minor) == booked
