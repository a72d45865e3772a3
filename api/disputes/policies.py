"""What merchants do not fight about, in the graph."""

from datetime import datetime

import strawberry

from api.describing import attribute
from api.disputes.enums import DisputeCategory
from api.money import Money, shown
from domain.disputes import dispute_policy as policies


@strawberry.type(description="Chargebacks that are accepted by the clock, in one currency.")
class DisputePolicy:
    """One at most for each currency of a merchant."""

    accept_up_to: Money = attribute("Those up to this amount are accepted while nobody works on them.")
    categories: list[DisputeCategory] = attribute("Those with these claims; any when there are none.")
    updated_at: datetime = attribute("Since when it holds.")


def dispute_policy(entity: policies.DisputePolicy) -> DisputePolicy:
    """A policy as the graph shows it."""
    return DisputePolicy(
        accept_up_to=shown(entity.accept_up_to),
        categories=[category for category in DisputeCategory if category in entity.categories],
        updated_at=entity.updated_at,
    )
