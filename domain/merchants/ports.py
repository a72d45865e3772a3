"""What the context needs of storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.ports import ApprovalPolicies, ApprovalRequests
    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.merchants.fee_plan import FeePlan
    from domain.merchants.fee_plan_version import FeePlanVersion
    from domain.merchants.merchant import Merchant


class Merchants(Protocol):
    """All merchants that the unit's actor can see."""

    async def get(self, merchant_id: UUID) -> Merchant:
        """The merchant; raise `NotFound`."""
        ...

    async def for_update(self, merchant_id: UUID) -> Merchant:
        """The merchant, locked until the unit ends; raise `NotFound`."""
        ...

    async def add(self, merchant: Merchant) -> None:
        """A new one; its fee plan becomes the first version."""
        ...

    async def save(self, merchant: Merchant) -> None:
        """A changed one."""
        ...


class FeePlans(Protocol):
    """The versions of those merchants' fee plans, and the sales that their tiers count."""

    async def add(self, version: FeePlanVersion) -> None:
        """A new one, whose number is the next."""
        ...

    async def latest(self, merchant_id: UUID) -> int:
        """The number of the newest version, whether it holds yet or not; raise `NotFound`."""
        ...

    async def in_force(self, merchant_id: UUID, moment: datetime) -> FeePlan:
        """The newest plan of those that hold from this moment or before; the first one before all."""
        ...

    async def of_operation(self, merchant_id: UUID, operation_id: UUID) -> FeePlanVersion | None:
        """The version that an approved operation has made; nothing when it has not."""
        ...

    async def sold_minor(self, merchant_id: UUID, currency: str, begin: datetime, end: datetime) -> int:
        """What was captured in a currency from one moment until before another; both are full quarters of an hour."""
        ...


class MerchantVolumes(Protocol):
    """Sums of what merchants have captured, so that a month is not added up from its captures."""

    async def fold(self, at: datetime) -> int:
        """Add what has been captured since the last time; how many sums have changed. One at a time does this."""
        ...


class MerchantsUnit(Unit, Protocol):
    """One transaction over merchants."""

    @property
    def merchants(self) -> Merchants:
        """Merchants."""
        ...

    @property
    def fee_plans(self) -> FeePlans:
        """Versions of fee plans."""
        ...

    @property
    def approvals(self) -> ApprovalRequests:
        """Requests for approval."""
        ...

    @property
    def approval_policies(self) -> ApprovalPolicies:
        """What merchants want approved."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantPorts:
    """What the verbs of this context are given. `gateway` is what new merchants go through."""

    clock: Clock
    units: Units[Actor, MerchantsUnit]
    gateway: str


class VolumeUnit(Unit, Protocol):
    """A unit that adds up sales."""

    @property
    def volumes(self) -> MerchantVolumes:
        """The sums."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumePorts:
    """What adding up sales needs."""

    clock: Clock
    units: Units[Actor, VolumeUnit]
