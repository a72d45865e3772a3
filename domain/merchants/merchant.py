"""A merchant sells something and is paid through us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from domain.kernel.errors import Invalid
from domain.kernel.machine import advance
from domain.kernel.text import clean_text, country_code
from domain.merchants.errors import MerchantSuspended

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.merchants.fee_plan import FeePlan


class MerchantStatus(StrEnum):
    """Whether the merchant may take new payments."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


TRANSITIONS: dict[MerchantStatus, frozenset[MerchantStatus]] = {
    MerchantStatus.ACTIVE: frozenset({MerchantStatus.SUSPENDED}),
    MerchantStatus.SUSPENDED: frozenset({MerchantStatus.ACTIVE}),
}


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones (IANA tz database)."""
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFeePlan:
    """A plan that was approved, and the moment from which it holds."""

    plan: FeePlan
    effective_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """`country` is ISO 3166-1 alpha-2; `currency` (ISO 4217) is what it mostly sells in.

    `time_zone` is the IANA name of the zone in which its days begin and its deadlines are read. `fee_plan` holds since
    `fee_plan_since` (None: from the beginning), until the first of `next_fee_plans`, which are in the order of their
    moments. All other versions of the plan are kept apart: these are the ones that money moves by.
    """

    id: UUID
    name: str
    country: str
    currency: str
    status: MerchantStatus
    gateway: str
    fee_plan: FeePlan
    fee_plan_since: datetime | None = None
    next_fee_plans: tuple[NextFeePlan, ...] = ()
    time_zone: str = "UTC"
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        clean_text(self.name, ("name",))
        country_code(self.country, ("country",))
        if self.time_zone not in time_zones():
            raise Invalid(("timeZone",), "Give the time zone by its IANA name, such as Europe/Berlin.")

    def ensure_active(self) -> None:
        """Raise `MerchantSuspended` when no new payment may begin."""
        if self.status is not MerchantStatus.ACTIVE:
            raise MerchantSuspended

    def rename(self, name: str, at: datetime) -> Merchant:
        """Another name."""
        return replace(self, name=name, updated_at=at, version=self.version + 1)

    def relocate(self, time_zone: str, at: datetime) -> Merchant:
        """Another time zone; raise `Invalid` for one that does not exist."""
        return replace(self, time_zone=time_zone, updated_at=at, version=self.version + 1)

    def fee_plan_at(self, moment: datetime) -> FeePlan | None:
        """The plan that holds at a moment; nothing when that is longer ago than the merchant itself remembers."""
        for following in reversed(self.next_fee_plans):
            if following.effective_from <= moment:
                return following.plan
        if self.fee_plan_since is not None and moment < self.fee_plan_since:
            return None
        return self.fee_plan

    def change_fee_plan(self, plan: FeePlan, effective_from: datetime, at: datetime) -> Merchant:
        """Another plan from a moment on, which is now or later: what was to begin then or after it never does."""
        known = (
            NextFeePlan(plan=self.fee_plan, effective_from=self.fee_plan_since or self.created_at),
            *(following for following in self.next_fee_plans if following.effective_from < effective_from),
            NextFeePlan(plan=plan, effective_from=effective_from),
        )
        begun = max(index for index, one in enumerate(known) if index == 0 or one.effective_from <= at)
        return replace(
            self,
            fee_plan=known[begun].plan,
            fee_plan_since=known[begun].effective_from if begun else self.fee_plan_since,
            next_fee_plans=known[begun + 1 :],
            updated_at=at,
            version=self.version + 1,
        )

    def move(self, status: MerchantStatus, at: datetime) -> Merchant:
        """Suspend or let work again; raise `TransitionNotAllowed` when it is so already."""
        return replace(
            self,
            status=advance(TRANSITIONS, "merchant", self.status, status),
            updated_at=at,
            version=self.version + 1,
        )
