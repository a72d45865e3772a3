"""Numbers about reviews in the graph."""

from collections.abc import Callable, Sequence

import strawberry

from api.describing import attribute
from api.fraud.enums import ReviewSla, ReviewStatus
from api.money import Money, money
from domain.kernel.money import Currency


@strawberry.type(description="The reviews of one status, stage of time and currency.")
class FraudReviewCount:
    """Where there are any."""

    status: ReviewStatus = attribute("Where they stand.")
    sla: ReviewSla | None = attribute("How much of their time is left; null for decided ones.")
    count: int = attribute("How many there are.")
    amount: Money = attribute("What they hold, or held, together.")


@strawberry.type(description="How many reviews stand where.")
class FraudReviewStats:
    """Of all that a filter selects."""

    counts: list[FraudReviewCount] = attribute("By status, what is left of their time, and currency.")


def fraud_review_stats(
    rows: Sequence[tuple[str, str, str, int, int]], currency_of: Callable[[str], Currency]
) -> FraudReviewStats:
    """The numbers as the graph shows them."""
    stages = [*ReviewSla, None]
    counts = [
        FraudReviewCount(
            status=ReviewStatus(status),
            sla=ReviewSla(sla) if sla else None,
            count=count,
            amount=money(minor, currency_of(code)),
        )
        for status, sla, code, count, minor in rows
    ]
    places = {status: place for place, status in enumerate(ReviewStatus)}
    counts.sort(key=lambda one: (places[one.status], stages.index(one.sla), one.amount.of.code))
    return FraudReviewStats(counts=counts)
