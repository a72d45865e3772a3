"""The calendar of sales."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from app.demo.seed.business_hours import moments

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


def test_moments_lie_in_the_ninety_days_before_now() -> None:
    found = moments(Random(1), 4000, NOW, 0)
    assert len(found) == 4000
    assert NOW - timedelta(days=90) < min(found)
    assert max(found) < NOW
    assert len({moment.date() for moment in found}) >= 90


def test_people_buy_by_day_at_weekends_and_more_of_late() -> None:
    found = [moment + timedelta(hours=9) for moment in moments(Random(1), 9000, NOW, 9)]
    hours = Counter(moment.hour for moment in found)
    assert hours[20] > 5 * hours[3]
    days = Counter(moment.weekday() for moment in found)
    assert days[5] > days[1]
    assert sum(moment > NOW - timedelta(days=45) for moment in found) > 4500


def test_the_same_dice_give_the_same_moments() -> None:
    assert moments(Random(7), 50, NOW, 2) == moments(Random(7), 50, NOW, 2)
