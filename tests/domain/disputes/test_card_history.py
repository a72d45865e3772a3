"""The day of a dispute is the chargeback's, by Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.disputes.card_history import disputed_on
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.stage_record import StageRecord
from tests.builders.files import a_dispute
from tests.builders.moments import MORNING

S = DisputeStage


@pytest.mark.parametrize(
    ("opened", "day"),
    [
        ({S.CHARGEBACK: 2}, 2),
        ({S.INQUIRY: 1, S.CHARGEBACK: 3}, 3),
        ({S.CHARGEBACK: 3, S.PRE_ARBITRATION: 5}, 3),
        ({S.INQUIRY: 1}, 1),
    ],
)
def test_the_chargeback_dates_the_dispute(opened: dict[DisputeStage, int], day: int) -> None:
    stages = tuple(
        StageRecord(
            stage=stage,
            status=DisputeStatus.NEEDS_RESPONSE,
            amount_minor=4000,
            opened_at=datetime(2026, 3, at, 23, 59, tzinfo=UTC),
            respond_by=None,
        )
        for stage, at in opened.items()
    )
    first = min(stage.opened_at for stage in stages)
    dispute = a_dispute(stage=stages[-1].stage, stages=stages, opened_at=first)
    assert disputed_on(dispute) == date(2026, 3, day)


def test_a_moment_counts_in_utc() -> None:
    local = datetime.fromisoformat("2026-03-03T00:30:00+02:00")
    dispute = a_dispute(opened_at=local)
    assert disputed_on(dispute) == MORNING.date()
    inquiry = a_dispute(stage=S.INQUIRY, opened_at=local)
    assert disputed_on(inquiry) == date(2026, 3, 2)
