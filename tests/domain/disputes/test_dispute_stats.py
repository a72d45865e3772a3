"""Numbers about disputes are sums of tallies, and rates of what was decided."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.dispute_stats import Tally, WinRate, dispute_stats
from domain.disputes.stage import DisputeStage, DisputeStatus
from tests.builders.money import eur, jpy

if TYPE_CHECKING:
    from domain.kernel.money import Money

C, G, T = DisputeCategory, DisputeStage, DisputeStatus


def a_tally(count: int, amount: Money, **values: Any) -> Tally:
    defaults: dict[str, Any] = {"stage": G.CHARGEBACK, "status": T.WON, "category": C.FRAUDULENT}
    return Tally(count=count, amount=amount, **{**defaults, **values})


def test_tallies_of_one_status_are_added_by_currency() -> None:
    stats = dispute_stats(
        [
            a_tally(2, jpy(500)),
            a_tally(1, eur(10)),
            a_tally(3, eur("0.05"), category=C.DUPLICATE),
            a_tally(1, eur(7), stage=G.INQUIRY),
            a_tally(4, eur(1), status=T.NEEDS_RESPONSE),
        ]
    )
    assert [(one.stage, one.status, one.count, one.amounts) for one in stats.by_status] == [
        (G.INQUIRY, T.WON, 1, (eur(7),)),
        (G.CHARGEBACK, T.NEEDS_RESPONSE, 4, (eur(1),)),
        (G.CHARGEBACK, T.WON, 6, (eur("10.05"), jpy(500))),
    ]


def test_a_rate_for_each_category_that_there_is() -> None:
    stats = dispute_stats(
        [
            a_tally(1, eur(1), category=C.GENERAL, status=T.ACCEPTED),
            a_tally(1, eur(1), category=C.DUPLICATE, status=T.LOST),
            a_tally(1, jpy(1), category=C.DUPLICATE, status=T.LOST, stage=G.ARBITRATION),
            a_tally(1, eur(1), category=C.DUPLICATE),
            a_tally(9, eur(1), category=C.DUPLICATE, status=T.EXPIRED),
        ]
    )
    assert [(one.category, one.won, one.lost, one.rate) for one in stats.win_rates] == [
        (C.DUPLICATE, 1, 2, Decimal("0.3333")),
        (C.GENERAL, 0, 0, None),
    ]


@pytest.mark.parametrize(
    ("won", "lost", "rate"),
    [(1, 0, "1.0000"), (0, 1, "0.0000"), (2, 1, "0.6667"), (1, 19_999, "0.0000"), (3, 19_997, "0.0002")],
)
def test_rates_round_half_even(won: int, lost: int, rate: str) -> None:
    assert str(WinRate(category=C.GENERAL, won=won, lost=lost).rate) == rate


def test_nothing() -> None:
    assert (dispute_stats([]).by_status, dispute_stats([]).win_rates) == ((), ())
