"""Sums of settlements in the graph."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.money import Money
from api.settlements.enums import SettlementStatus
from domain.kernel.money import Currency
from domain.settlements.totals import Totals

_NAMES = tuple(field.name for field in fields(Totals))


def _sum(description: str, name: str) -> Any:  # noqa: ANN401 - a dataclass field
    return derived(description, Money, minor=f"totals.{name}", of="of")


@strawberry.type(
    description="What lines sum to, kind by kind. Positive is for the merchant, negative against it; all of it together"
    " is the net."
)
class SettlementSums:
    """As the lines' own signs have it."""

    totals: strawberry.Private[Totals]
    of: strawberry.Private[Currency]
    captures: Money = _sum("Captures.", "captures_minor")
    refunds: Money = _sum("Refunds, less those that came back.", "refunds_minor")
    fees: Money = _sum("Fees of captures, less what refunds gave back.", "fees_minor")
    disputes: Money = _sum("What networks withdrew for disputes.", "disputes_minor")
    dispute_fees: Money = _sum("What disputes cost.", "dispute_fees_minor")
    dispute_reversals: Money = _sum("Disputed funds that networks gave back.", "dispute_reversals_minor")
    reserve_held: Money = _sum("What is held in reserve.", "reserve_held_minor")
    reserve_released: Money = _sum("What was released from reserve.", "reserve_released_minor")
    adjustments: Money = _sum("What was given and taken by hand.", "adjustments_minor")
    carried_in: Money = _sum("What the settlement before could not pay.", "carried_in_minor")
    carried_out: Money = _sum("What is left to the next settlement, which takes it off again.", "carried_out_minor")


def settlement_sums(totals: Totals, currency: Currency) -> SettlementSums:
    """Sums as the graph shows them."""
    return SettlementSums(totals=totals, of=currency)


@strawberry.type(description="The settlements of one status and currency.")
class SettlementCount:
    """Where there are any."""

    status: SettlementStatus = attribute("How far they have come.")
    count: int = attribute("How many there are.")
    net: Money = attribute("What they made available, together.")
    totals: SettlementSums = attribute("What their lines sum to, together.")


@strawberry.type(description="How many settlements have come how far, and what they sum to.")
class SettlementTotals:
    """Of all that a filter selects."""

    counts: list[SettlementCount] = attribute("By status and currency.")


def settlement_totals(rows: Sequence[Mapping[str, Any]], currency_of: Callable[[str], Currency]) -> SettlementTotals:
    """The numbers as the graph shows them."""
    places = {status.value: place for place, status in enumerate(SettlementStatus)}
    ordered = sorted(rows, key=lambda row: (places[row["status"]], row["currency"]))
    return SettlementTotals(counts=[_count(row, currency_of(row["currency"])) for row in ordered])


def _count(row: Mapping[str, Any], currency: Currency) -> SettlementCount:
    totals = Totals(**{name: row[name] for name in _NAMES})
    return SettlementCount(
        status=SettlementStatus(row["status"]),
        count=row["count"],
        net=Money(minor=totals.net_minor, of=currency),
        totals=settlement_sums(totals, currency),
    )
