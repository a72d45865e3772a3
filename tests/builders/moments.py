"""One morning on which most tests begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def after(seconds: int) -> datetime:
    """So many seconds after the morning began."""
    return MORNING + timedelta(seconds=seconds)
