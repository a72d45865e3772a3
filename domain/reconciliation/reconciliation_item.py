"""A reconciliation item: an entry of a bank statement that matched nothing, until somebody knows what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import PLATFORM
from domain.kernel.machine import advance
from domain.kernel.money import Currency, Money
from domain.reconciliation.events import ReconciliationItemEvent, ReconciliationItemEventType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue

LONGEST_NOTE = 1000
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)
_STOP_AFTER = timedelta(days=30)


class ItemStatus(StrEnum):
    """Where the item stands."""

    UNMATCHED = "UNMATCHED"
    MATCHED = "MATCHED"
    BREAK = "BREAK"
    RESOLVED = "RESOLVED"


_S = ItemStatus
TRANSITIONS: dict[ItemStatus, frozenset[ItemStatus]] = {
    _S.UNMATCHED: frozenset({_S.MATCHED, _S.BREAK}),
    # What looked like a break may turn out to match after all, as long as no money was booked.
    _S.BREAK: frozenset({_S.MATCHED, _S.RESOLVED}),
    _S.MATCHED: frozenset(),
    _S.RESOLVED: frozenset(),
}
WAITING = frozenset({_S.UNMATCHED, _S.BREAK})
"""The statuses in which somebody has to look at it."""


class ItemReason(StrEnum):
    """Why the entry matched nothing."""

    NO_REFERENCE = "NO_REFERENCE"
    NO_SUCH_PAYOUT = "NO_SUCH_PAYOUT"
    NO_SUCH_REMITTANCE = "NO_SUCH_REMITTANCE"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    CURRENCY_DIFFERS = "CURRENCY_DIFFERS"
    ACCOUNT_DIFFERS = "ACCOUNT_DIFFERS"
    ALREADY_PAID = "ALREADY_PAID"
    ALREADY_RETURNED = "ALREADY_RETURNED"
    ALREADY_MATCHED = "ALREADY_MATCHED"
    NOT_YET_PAID = "NOT_YET_PAID"
    NOT_IN_TRANSIT = "NOT_IN_TRANSIT"
    AMBIGUOUS = "AMBIGUOUS"


PASSING = frozenset(
    {ItemReason.NOT_YET_PAID, ItemReason.NOT_IN_TRANSIT, ItemReason.NO_SUCH_PAYOUT, ItemReason.NO_SUCH_REMITTANCE}
)
"""Reasons that time may cure: such items are looked at again."""


class Resolution(StrEnum):
    """What a break turned out to be."""

    BANK_CHARGE = "BANK_CHARGE"
    BANK_ERROR = "BANK_ERROR"
    INTEREST = "INTEREST"
    OWN_TRANSFER = "OWN_TRANSFER"
    PAID_TWICE = "PAID_TWICE"
    AMOUNT_DIFFERENCE = "AMOUNT_DIFFERENCE"
    UNKNOWN_PAYER = "UNKNOWN_PAYER"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationItem:
    """One for an entry at most. `amount_minor` is the entry's: what came is positive, what left negative.

    `suspect_id` is the payout of the merchant `suspect_owner_id`, or the remittance (then `PLATFORM`'s), that the entry
    seems to be about. `note` is what people wrote when they matched or resolved it. `next_try_at` is when it is looked
    at again. `version` counts the events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID = PLATFORM
    entry_id: UUID
    statement_id: UUID
    account: str
    status: ItemStatus = ItemStatus.UNMATCHED
    reason: ItemReason
    currency: Currency
    amount_minor: int
    booked_on: date
    suspect_id: UUID | None = None
    suspect_owner_id: UUID | None = None
    owner_id: UUID | None = None
    resolution: Resolution | None = None
    note: str | None = None
    ledger_entry_id: UUID | None = None
    ended_by_name: str | None = None
    ended_at: datetime | None = None
    next_try_at: datetime | None = None
    opened_at: datetime
    updated_at: datetime
    version: int = 0
    events: tuple[ReconciliationItemEvent, ...] = ()

    def __post_init__(self) -> None:
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if not (
            (self.status not in WAITING) == (self.ended_at is not None) == (self.ended_by_name is not None)
            and (self.status is _S.RESOLVED) == (self.resolution is not None)
            and (self.suspect_id is None) == (self.suspect_owner_id is None)
            and (self.next_try_at is None or self.status in WAITING)
        ):
            message = f"reconciliation item {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def amount(self) -> Money:
        """What came, or less than zero: what left."""
        return Money(self.amount_minor, self.currency)

    @property
    def waiting(self) -> bool:
        """Whether somebody has to look at it."""
        return self.status in WAITING

    def open_(self) -> ReconciliationItem:
        """A new one."""
        data = {"entry_id": str(self.entry_id), "reason": self.reason.value}
        first = self.opened_at + _FIRST_WAIT if self.reason in PASSING else None
        return replace(self.change(self.opened_at, ReconciliationItemEventType.OPENED, data), next_try_at=first)

    def try_later(self, reason: ItemReason, at: datetime) -> ReconciliationItem:
        """It still matches nothing, for this reason now. That is no news; each wait is twice as long as the last."""
        waited = at - self.opened_at
        again = reason in PASSING and waited < _STOP_AFTER
        wait = min(max(waited, _FIRST_WAIT), _LONGEST_WAIT)
        return replace(self, reason=reason, next_try_at=at + wait if again else None)

    def assign(self, owner_id: UUID | None, at: datetime) -> ReconciliationItem:
        """Somebody's, or nobody's."""
        data: dict[str, JsonValue] = {"owner_id": owner_id and str(owner_id)}
        return self.change(at, ReconciliationItemEventType.ASSIGNED, data, owner_id=owner_id)

    def match(self, actor: Actor, note: str | None, at: datetime) -> ReconciliationItem:
        """The entry is known now."""
        status = advance(TRANSITIONS, "reconciliation item", self.status, _S.MATCHED)
        return _ended(self, actor, ReconciliationItemEventType.MATCHED, at, {}, status=status, note=note)

    def break_(self, at: datetime) -> ReconciliationItem:
        """It is none that matches: something went wrong, here or at the bank."""
        status = advance(TRANSITIONS, "reconciliation item", self.status, _S.BREAK)
        return self.change(at, ReconciliationItemEventType.BROKEN, {}, status=status, next_try_at=None)

    def resolve(
        self, actor: Actor, resolution: Resolution, note: str, ledger_entry_id: UUID | None, at: datetime
    ) -> ReconciliationItem:
        """What it was is known and booked. An unmatched one is a break first."""
        broken = self.break_(at) if self.status is _S.UNMATCHED else self
        data: dict[str, JsonValue] = {"resolution": resolution.value}
        return _ended(
            broken,
            actor,
            ReconciliationItemEventType.RESOLVED,
            at,
            data,
            status=advance(TRANSITIONS, "reconciliation item", broken.status, _S.RESOLVED),
            resolution=resolution,
            note=note,
            ledger_entry_id=ledger_entry_id,
        )

    def change(
        self,
        at: datetime,
        event: ReconciliationItemEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401
    ) -> ReconciliationItem:
        """A new value that carries one more event. Only this module calls it."""
        told = ReconciliationItemEvent(type=event, occurred_at=at, data=data)
        return replace(self, **values, updated_at=at, version=self.version + 1, events=(*self.events, told))


def _ended(
    item: ReconciliationItem,
    actor: Actor,
    event: ReconciliationItemEventType,
    at: datetime,
    data: Mapping[str, JsonValue],
    **values: Any,  # noqa: ANN401
) -> ReconciliationItem:
    return item.change(at, event, data, ended_by_name=actor.name, ended_at=at, next_try_at=None, **values)
