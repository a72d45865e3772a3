"""A summary of nothing."""

from __future__ import annotations

from domain.fraud.link import LinkSummary
from domain.fraud.velocity import Dimension


def test_nothing_is_shared_unless_it_is_said() -> None:
    summary = LinkSummary(dimension=Dimension.CARD)
    assert (summary.payments, summary.merchants, dict(summary.by_status), summary.capped) == (0, 0, {}, False)
