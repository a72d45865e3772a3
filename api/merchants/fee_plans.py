"""What a merchant pays, in the graph: its plan, and the versions that it has had and will have."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.enums import described
from api.money import Money, shown
from api.payments.enums import CardBrand
from api.scalars import BigInt, DecimalText
from domain.approvals.party import Party
from domain.identity.actor import ActorKind
from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import Currency
from domain.kernel.money import Money as Amount
from domain.merchants import fee_plan as plans
from domain.merchants import fee_plan_version, fee_rate
from domain.merchants.fee_plan import RefundPolicy
from domain.merchants.fee_plan_change import described_change
from domain.merchants.fee_plan_record import recorded_plan
from domain.merchants.fee_rate import ANY
from domain.merchants.region import Region

_PREFIXES = {ActorKind.USER: Prefix.USER, ActorKind.CLIENT: Prefix.CLIENT}

described(
    RefundPolicy,
    "What becomes of a capture's fee when its money is given back.",
    KEEP="It stays with the payments company.",
    RETURN="The merchant gets it back, in proportion.",
)
described(
    Region,
    "Where a card was issued, seen from the merchant.",
    called="FeeRegion",
    DOMESTIC="In the merchant's country.",
    REGIONAL="In another country of the European Economic Area, of which the merchant's is one too.",
    INTERNATIONAL="Anywhere else.",
)


@strawberry.type(description="What holds in the place of a rate's own parts once last month's volume was so large.")
class FeeTier:
    """The last one that the volume reaches holds."""

    from_volume_minor_units: BigInt = attribute(
        "From which volume on, in minor units of the rate's currency: what the merchant captured in it in the last full"
        " calendar month of its time zone."
    )
    percentage: DecimalText = attribute("The part of the captured amount, in percent.")
    fixed_minor_units: int = attribute("The fixed part, in minor units.")


@strawberry.type(description="What a merchant pays for each capture by a method, in a currency, with some cards.")
class FeeRate:
    """The most specific rate applies."""

    method: str = attribute("The payment method, or * for any.")
    currency: str = attribute("The currency, or * for any.")
    brand: CardBrand | None = attribute("The card's network; any when there is none.")
    region: Region | None = attribute("Where the card was issued; anywhere when there is none.")
    percentage: DecimalText = attribute("The part of the captured amount, in percent.")
    fixed_minor_units: int = attribute("The fixed part, in minor units of the currency.")
    minimum_minor_units: int = attribute("What both make at least, in minor units of the currency.")
    tiers: list[FeeTier] = attribute("What holds for larger volumes, the smallest first.")
    refund_fee_minor_units: int = attribute("What each refund costs, in minor units of the currency.")


def rates(entities: tuple[fee_rate.FeeRate, ...]) -> list[FeeRate]:
    """Rates as the graph shows them."""
    return [_rate(rate) for rate in entities]


def _rate(rate: fee_rate.FeeRate) -> FeeRate:
    return FeeRate(
        method=rate.method,
        currency=rate.currency,
        brand=None if rate.brand == ANY else CardBrand(rate.brand),
        region=None if rate.region == ANY else Region(rate.region),
        percentage=_percentage(rate),
        fixed_minor_units=rate.fixed_minor,
        minimum_minor_units=rate.minimum_minor,
        tiers=[
            FeeTier(
                from_volume_minor_units=BigInt(tier.from_volume_minor),
                percentage=_percentage(tier),
                fixed_minor_units=tier.fixed_minor,
            )
            for tier in rate.tiers
        ],
        refund_fee_minor_units=rate.refund_fee_minor,
    )


def _percentage(part: fee_rate.FeeRate | fee_rate.FeeTier) -> DecimalText:
    return DecimalText(format(part.percentage.normalize(), "f"))


def dispute_fees(fees: tuple[Amount, ...]) -> list[Money]:
    """What disputes cost, as the graph shows it."""
    return [shown(fee) for fee in fees]


@strawberry.type(description="All that a merchant pays for.")
class FeePlan:
    """A value: what holds from when on are its versions."""

    entity: strawberry.Private[plans.FeePlan]
    rates: list[FeeRate] = derived("What it pays for captures and refunds.", rates, "entity.rates")
    refund_policy: RefundPolicy = derived(
        "Whether a refund gives the capture's fee back: that of the plan that the payment was captured under.",
        "entity.refund_policy",
    )
    dispute_fees: list[Money] = derived("What a dispute costs, in each currency.", dispute_fees, "entity.dispute_fees")


def fee_plan(entity: plans.FeePlan) -> FeePlan:
    """A plan as the graph shows it."""
    return FeePlan(entity=entity)


def _name(party: Party | None) -> str | None:
    return None if party is None else party.name


def _id(party: Party | None) -> strawberry.ID | None:
    if party is None or party.id is None:
        return None
    return strawberry.ID(format_id(_PREFIXES[party.kind], party.id))


@strawberry.type(description="A fee plan, and the moment from which it holds in the place of all versions before it.")
class FeePlanVersion:
    """Never changed."""

    entity: strawberry.Private[fee_plan_version.FeePlanVersion]
    number: int = derived("Its number: 1, 2, 3 and so on for each merchant.", "entity.number")
    plan: FeePlan = derived("The plan.", fee_plan, "entity.plan")
    effective_from: datetime = derived(
        "From when on it holds, unless a version with a larger number does by then.", "entity.effective_from"
    )
    reason: str | None = derived(
        "Why it was asked for; none for the one that the merchant was taken on with.", "entity.reason"
    )
    requested_by: str | None = derived("The name of whoever asked for it.", _name, "entity.requested_by")
    requested_by_id: strawberry.ID | None = derived("Whoever asked for it.", _id, "entity.requested_by")
    approved_by: str | None = derived("The name of whoever approved it.", _name, "entity.approved_by")
    approved_by_id: strawberry.ID | None = derived("Whoever approved it.", _id, "entity.approved_by")
    created_at: datetime = derived("When it was approved.", "entity.created_at")


def version(entity: fee_plan_version.FeePlanVersion) -> FeePlanVersion:
    """A version as the graph shows it."""
    return FeePlanVersion(entity=entity)


@strawberry.type(description="Another fee plan that waits for approval, beside the one that it is to replace.")
class FeePlanChange:
    """Both as they were when it was asked for: it fails where another change was approved since."""

    current: FeePlan = attribute("The plan that would hold otherwise.")
    plan: FeePlan = attribute("The plan that was asked for.")
    effective_from: datetime | None = attribute("From when on it shall hold; as soon as it is approved when none.")
    reason: str = attribute("Why it was asked for.")
    summary: list[str] = attribute("What changes, a sentence for each rate and fee that becomes another.")


def change(command: Mapping[str, Any], currency_of: Callable[[str], Currency]) -> FeePlanChange:
    """What a request for approval holds."""
    current, wanted = recorded_plan(command["current"]), recorded_plan(command["plan"])
    begins = command["effective_from"]
    return FeePlanChange(
        current=fee_plan(current),
        plan=fee_plan(wanted),
        effective_from=None if begins is None else datetime.fromisoformat(begins),
        reason=command["reason"],
        summary=described_change(current, wanted, lambda code: currency_of(code).exponent),
    )
