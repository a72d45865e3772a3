"""Money of a settlement that is held back for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.kernel.ids import new_uuid
from domain.settlements.errors import SettlementStateForbids
from domain.settlements.events import ReserveEventType, SettlementEvent

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveHold:
    """`release_on` is a date of the merchant's zone, `releases_at` the moment that it begins.

    `entry_id` is the ledger's entry that held it, `release_entry_id` the one that gave it back. `version` counts the
    events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID
    settlement_id: UUID
    amount: Money
    release_on: date
    releases_at: datetime
    entry_id: UUID
    held_at: datetime
    released_at: datetime | None = None
    release_entry_id: UUID | None = None
    version: int = 0
    events: tuple[SettlementEvent, ...] = ()

    def release(self, entry_id: UUID, at: datetime) -> ReserveHold:
        """Give it back to `pending`, for the next settlement; raise `SettlementStateForbids` when that was done."""
        if self.released_at is not None:
            message = "This reserve was released already."
            raise SettlementStateForbids(message)
        data = {"amount_minor": self.amount.minor, "currency": self.amount.currency.code, "entry_id": str(entry_id)}
        told = SettlementEvent(type=ReserveEventType.RELEASED, occurred_at=at, data=data)
        return replace(
            self,
            released_at=at,
            release_entry_id=entry_id,
            version=self.version + 1,
            events=(*self.events, told),
        )


def new_hold(
    *,
    merchant_id: UUID,
    settlement_id: UUID,
    amount: Money,
    release_on: date,
    releases_at: datetime,
    entry_id: UUID,
    at: datetime,
) -> ReserveHold:
    """Held from now on."""
    data = {
        "amount_minor": amount.minor,
        "currency": amount.currency.code,
        "settlement_id": str(settlement_id),
        "release_on": release_on.isoformat(),
    }
    return ReserveHold(
        id=new_uuid(at),
        merchant_id=merchant_id,
        settlement_id=settlement_id,
        amount=amount,
        release_on=release_on,
        releases_at=releases_at,
        entry_id=entry_id,
        held_at=at,
        version=1,
        events=(SettlementEvent(type=ReserveEventType.HELD, occurred_at=at, data=data),),
    )
