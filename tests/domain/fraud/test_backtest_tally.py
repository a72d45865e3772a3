"""What a tally says of itself."""

from __future__ import annotations

from domain.fraud.backtest_tally import BacktestTally, Volume


def test_volumes_add_up_by_currency() -> None:
    euros, both = Volume(count=2, minor={"EUR": 300}), Volume(count=3, minor={"EUR": 100, "JPY": 50})
    assert euros + both == Volume(count=5, minor={"EUR": 400, "JPY": 50})
    assert Volume() + euros == euros


def test_precision_and_recall() -> None:
    tally = BacktestTally(flagged=8, caught=6, missed=3)
    assert (tally.precision_basis_points, tally.recall_basis_points) == (7500, 6666)
    assert BacktestTally(missed=3).precision_basis_points is None
    assert BacktestTally(flagged=3).recall_basis_points is None
    assert BacktestTally(flagged=3).precision_basis_points == 0
