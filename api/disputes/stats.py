"""Numbers about disputes in the graph."""

import strawberry

from api.describing import attribute
from api.disputes.enums import DisputeCategory, DisputeStage, DisputeStatus
from api.money import Money, shown
from api.scalars import DecimalText
from domain.disputes import dispute_stats as stats


@strawberry.type(description="The disputes of one stage in one status.")
class DisputeStatusCount:
    """Where there are any."""

    stage: DisputeStage = attribute("The stage.")
    status: DisputeStatus = attribute("The status.")
    count: int = attribute("How many there are.")
    amounts: list[Money] = attribute("What they dispute together, one sum for each currency.")


@strawberry.type(description="What networks decided about the disputes of one category.")
class DisputeWinRate:
    """What was conceded or withdrawn they did not decide."""

    category: DisputeCategory = attribute("The claim.")
    won: int = attribute("How many were won.")
    lost: int = attribute("How many were lost.")
    win_rate: DecimalText | None = attribute("The share that was won, to four digits; null while none is decided.")


@strawberry.type(description="How many disputes stand where, and how many were won.")
class DisputeStats:
    """Of all that a filter selects."""

    by_status: list[DisputeStatusCount] = attribute("In the order of stages and statuses, where there are any.")
    win_rates: list[DisputeWinRate] = attribute("One for each category that there are disputes of.")


def dispute_stats(entity: stats.DisputeStats) -> DisputeStats:
    """The numbers as the graph shows them."""
    return DisputeStats(
        by_status=[
            DisputeStatusCount(
                stage=one.stage,
                status=one.status,
                count=one.count,
                amounts=[shown(amount) for amount in one.amounts],
            )
            for one in entity.by_status
        ],
        win_rates=[
            DisputeWinRate(
                category=one.category,
                won=one.won,
                lost=one.lost,
                win_rate=None if one.rate is None else DecimalText(str(one.rate)),
            )
            for one in entity.win_rates
        ],
    )
