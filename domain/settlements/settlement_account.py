"""A merchant's account in one currency: its schedule, its hold, and where its settlements stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text
from domain.settlements.errors import SettlementsHeld

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Currency
    from domain.settlements.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why the clock neither closes nor pays, since when, and who said so. Raises `Invalid`."""

    reason: str
    held_at: datetime
    held_by_name: str

    def __post_init__(self) -> None:
        clean_text(self.reason, ("reason",))


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementAccount:
    """The row that closings and payouts lock, so that what is available is never spent twice.

    `next_number` is that of the next settlement to be opened, `open_until` the cut-off of the newest that is open: from
    then on another has to be opened (None: never by the clock). `last_cut_off` is that of the last closing.
    `carried_minor`, zero or negative, is what that closing left for the next. Raises `Invalid` for a minimum payout in
    another currency.
    """

    merchant_id: UUID
    currency: Currency
    schedule: Schedule
    hold: Hold | None = None
    next_number: int = 1
    open_until: datetime | None = None
    last_cut_off: datetime | None = None
    carried_minor: int = 0
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        if self.schedule.minimum_payout.currency != self.currency:
            raise Invalid(("minimumPayout", "currency"), f"The account is in {self.currency.code}.")
        if self.carried_minor > 0 or self.next_number < 1:
            message = f"settlement account {self.currency.code} of {self.merchant_id} breaks an invariant"
            raise AssertionError(message)

    def reschedule(self, schedule: Schedule, at: datetime) -> SettlementAccount:
        """Another schedule; raise `Invalid` for a minimum payout in another currency."""
        return self._change(at, schedule=schedule)

    def hold_refusal(self) -> str | None:
        """Why it cannot be put on hold, if so."""
        if self.hold is None:
            return None
        return f"This account is on hold already, since {self.hold.held_at:%Y-%m-%d}: {self.hold.reason}"

    def release_refusal(self) -> str | None:
        """Why it cannot be released, if so."""
        return "This account is not on hold." if self.hold is None else None

    def put_on_hold(self, hold: Hold, at: datetime) -> SettlementAccount:
        """No closing by the clock and no payout; raise `SettlementsHeld` when it is on hold already."""
        if (refusal := self.hold_refusal()) is not None:
            raise SettlementsHeld(refusal)
        return self._change(at, hold=hold)

    def release(self, at: datetime) -> SettlementAccount:
        """The clock closes and pays again; raise `SettlementsHeld` when it is not on hold."""
        if (refusal := self.release_refusal()) is not None:
            raise SettlementsHeld(refusal)
        return self._change(at, hold=None)

    def open_one(self, cut_off: datetime | None, at: datetime) -> SettlementAccount:
        """One settlement more is open, up to a cut-off."""
        return self._change(at, next_number=self.next_number + 1, open_until=cut_off)

    def replan(self, cut_off: datetime | None, at: datetime) -> SettlementAccount:
        """The newest open settlement has another cut-off."""
        return self if cut_off == self.open_until else self._change(at, open_until=cut_off)

    def close_one(self, cut_off: datetime, carried_minor: int, at: datetime) -> SettlementAccount:
        """The oldest open settlement was closed; cut-offs only ever grow."""
        if self.last_cut_off is not None and cut_off <= self.last_cut_off:
            message = f"a cut-off at {cut_off} does not follow {self.last_cut_off}"
            raise AssertionError(message)
        return self._change(at, last_cut_off=cut_off, carried_minor=carried_minor)

    def _change(self, at: datetime, **values: Any) -> SettlementAccount:  # noqa: ANN401 - the fields of this class
        return replace(self, **values, updated_at=at, version=self.version + 1)
