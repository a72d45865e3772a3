"""The calendar month whose sales say which tier of a fee holds."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_FIRST, _LAST = 1, 12


def last_month(at: datetime, time_zone: str) -> tuple[datetime, datetime]:
    """Begin and end of the last month that was over at that moment, by the calendar of the zone.

    The end does not belong to it. Where a clock change swallows midnight, the month begins with the first moment that
    there is; where it doubles midnight, with the first of both.
    """
    zone = ZoneInfo(time_zone)
    today = at.astimezone(zone)
    year, month = (today.year, today.month - 1) if today.month > _FIRST else (today.year - 1, _LAST)
    return _begin(year, month, zone), _begin(today.year, today.month, zone)


def _begin(year: int, month: int, zone: ZoneInfo) -> datetime:
    # Of a moment that does not exist, the offset before the change makes the moment of the change itself (PEP 495).
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)
