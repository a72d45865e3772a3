"""What each network rules of disputes: its stages, its reason codes, and how long an answer may take."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from domain.disputes.network import Network
from domain.disputes.reason_codes.catalogue import rulebooks
from domain.disputes.stage import DisputeStage
from domain.payments.method import CardBrand

NETWORK_OF_BRAND = {brand.lower(): Network[brand.name] for brand in CardBrand if brand.name in Network.__members__}
"""By the brand as test cards have it."""


@cache
def stages(network: Network) -> tuple[DisputeStage, ...]:
    """The stages that a network has, in their order: with American Express a chargeback is the last."""
    days = rulebooks()[network].response_days
    return tuple(stage for stage in DisputeStage if stage in days)


def later_stage(network: Network, stage: DisputeStage) -> DisputeStage | None:
    """The stage that follows; None after the last."""
    return next((later for later in stages(network) if later.rank > stage.rank), None)


def response_time(network: Network, code: str, stage: DisputeStage) -> timedelta:
    """How long the merchant may take to answer."""
    return timedelta(days=rulebooks()[network].find(code).days(stage))


def known_codes() -> list[tuple[Network, str, str]]:
    """Network, code and name of every reason code that is in force."""
    return [
        (network, code.code, code.name)
        for network, book in rulebooks().items()
        for code in book.codes.values()
        if code.in_force
    ]
