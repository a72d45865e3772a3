"""What is counted of payments, told the slow way: by looking at every one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.velocity import MOST_COUNTED, Dimension, VelocityFigures, window_start

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.trace import Trace
    from domain.fraud.velocity import VelocityQuery


def recount(
    earlier: Iterable[Trace], trace: Trace, query: VelocityQuery, at: datetime, *, here: bool = False
) -> VelocityFigures:
    """What a query finds of `trace`'s payment at a moment, among payments that were screened before it.

    `here` counts those at its own merchant alone. A dimension of which the payment has nothing counts nothing.
    """
    value = _value(trace, query.dimension)
    start = window_start(query.dimension, at, query.window)
    same = [
        other
        for other in earlier
        if other.payment_id != trace.payment_id
        and value is not None
        and _value(other, query.dimension) == value
        and start <= other.at <= at
        and (not here or other.merchant_id == trace.merchant_id)
    ]
    if query.dimension is not Dimension.MERCHANT:
        same = sorted(same, key=lambda other: other.at, reverse=True)[:MOST_COUNTED]
    return VelocityFigures(
        count=len(same),
        sum_minor=sum(other.amount.minor for other in same if other.amount.currency == trace.amount.currency),
        distinct={
            dimension: len({_value(other, dimension) for other in same} - {None})
            for dimension in sorted(query.distinct)
        },
    )


def _value(trace: Trace, dimension: Dimension) -> int | UUID | None:
    return trace.merchant_id if dimension is Dimension.MERCHANT else trace.hashes.get(dimension)
