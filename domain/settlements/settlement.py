"""What a merchant is owed in one currency up to a cut-off: gathered, netted, and paid out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import new_uuid
from domain.kernel.machine import advance
from domain.kernel.money import Money
from domain.settlements.events import SettlementEvent, SettlementEventType
from domain.settlements.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue
    from domain.kernel.money import Currency


class SettlementStatus(StrEnum):
    """How far a settlement has come."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    """Its lines and sums stand for good, and its net is available."""
    PAID_OUT = "PAID_OUT"
    """The bank has confirmed the payout that held its net."""


_S = SettlementStatus
TRANSITIONS: dict[SettlementStatus, frozenset[SettlementStatus]] = {
    _S.OPEN: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset({_S.PAID_OUT}),
    _S.PAID_OUT: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When a settlement is cut off and closed; all of it is None while only a person decides that.

    `settles_on` is a date of the merchant's zone. `closes_at` is when the clock closes it: not before its cut-off, nor
    before that date begins.
    """

    cut_off: datetime | None = None
    settles_on: date | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """`number` counts a merchant's settlements in a currency from 1; the period ends at the cut-off, inclusive.

    `period_start` is the cut-off of the one before. `totals` are zero until it is closed. `entry_id` is the ledger's
    entry that made a net of more than zero available, `payout_id` the payout that holds it. `merchant_name` is what
    the merchant was called at the closing, for its statement. `version` counts the events; `events` are those not yet
    saved.
    """

    id: UUID
    merchant_id: UUID
    number: int
    currency: Currency
    merchant_name: str | None = None
    status: SettlementStatus
    period_start: datetime | None = None
    plan: Plan = field(default_factory=Plan)
    totals: Totals = field(default_factory=Totals)
    line_count: int = 0
    entry_id: UUID | None = None
    payout_id: UUID | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    paid_out_at: datetime | None = None
    version: int = 0
    events: tuple[SettlementEvent, ...] = ()

    def __post_init__(self) -> None:
        closed = self.status is not _S.OPEN
        if closed != (self.closed_at is not None) or (closed and self.cut_off is None) or self.totals.net_minor < 0:
            message = f"settlement {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def cut_off(self) -> datetime | None:
        """Up to when postings belong to it; None while only a person decides that."""
        return self.plan.cut_off

    @property
    def settles_on(self) -> date | None:
        """The local date from which on it is closed."""
        return self.plan.settles_on

    @property
    def net(self) -> Money:
        """What became available at its closing."""
        return self.money(self.totals.net_minor)

    def money(self, minor: int) -> Money:
        """Minor units of its currency."""
        return Money(minor, self.currency)

    def is_due(self, at: datetime) -> bool:
        """Whether the clock closes it now."""
        return self.status is _S.OPEN and self.plan.closes_at is not None and self.plan.closes_at <= at

    def effective_cut_off(self, at: datetime) -> datetime:
        """The cut-off of a closing at this moment: the planned one, or now when that is still to come."""
        return at if self.cut_off is None else min(at, self.cut_off)

    def reschedule(self, plan: Plan, at: datetime) -> Settlement:
        """Another plan for one that is open; the same plan is no change."""
        if plan == self.plan:
            return self
        return self._change(at, SettlementEventType.RESCHEDULED, _planned(plan), plan=plan)

    def close(
        self,
        plan: Plan,
        gathered: Totals,
        line_count: int,
        entry_id: UUID | None,
        at: datetime,
        merchant_name: str | None = None,
    ) -> Settlement:
        """Its lines and sums for good; raise `TransitionNotAllowed` when it is closed already."""
        status = advance(TRANSITIONS, "settlement", self.status, _S.CLOSED)
        sums = {name.name: getattr(gathered, name.name) for name in fields(Totals)}
        data: dict[str, JsonValue] = {
            **_planned(plan),
            **{name: minor for name, minor in sums.items() if minor},
            "net_minor": gathered.net_minor,
            "currency": self.currency.code,
            "line_count": line_count,
        }
        return self._change(
            at,
            SettlementEventType.CLOSED,
            data,
            status=status,
            plan=plan,
            totals=gathered,
            line_count=line_count,
            entry_id=entry_id,
            closed_at=at,
            merchant_name=merchant_name,
        )

    def pay_out(self, payout_id: UUID, at: datetime) -> Settlement:
        """The bank has confirmed its payout; raise `TransitionNotAllowed` when it is open or paid out already."""
        status = advance(TRANSITIONS, "settlement", self.status, _S.PAID_OUT)
        data: dict[str, JsonValue] = {"payout_id": str(payout_id)}
        values = {"payout_id": payout_id, "paid_out_at": at}
        return self._change(at, SettlementEventType.PAID_OUT, data, status=status, **values)

    def _change(
        self,
        at: datetime,
        event: SettlementEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401 - the fields of this class
    ) -> Settlement:
        told = SettlementEvent(type=event, occurred_at=at, data=data)
        return replace(self, **values, version=self.version + 1, events=(*self.events, told))


def new_settlement(
    *, merchant_id: UUID, currency: Currency, number: int, period_start: datetime | None, plan: Plan, at: datetime
) -> Settlement:
    """An open one."""
    data: dict[str, JsonValue] = {"number": number, "currency": currency.code, **_planned(plan)}
    opened = SettlementEvent(type=SettlementEventType.OPENED, occurred_at=at, data=data)
    return Settlement(
        id=new_uuid(at),
        merchant_id=merchant_id,
        number=number,
        currency=currency,
        status=_S.OPEN,
        period_start=period_start,
        plan=plan,
        opened_at=at,
        version=1,
        events=(opened,),
    )


def _planned(plan: Plan) -> dict[str, JsonValue]:
    return {
        "cut_off": plan.cut_off and plan.cut_off.isoformat(),
        "settles_on": plan.settles_on and plan.settles_on.isoformat(),
    }
