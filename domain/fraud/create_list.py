"""Make a list that rules can ask for, beside the standard ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import audited, ensure_author
from domain.fraud.fraud_list import FraudList
from domain.fraud.list_kind import STANDARD_LISTS
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.list_kind import ListKind
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateList:
    """`merchant_id` is whose rules can ask for it, `PLATFORM` for those over all merchants; `description` says why."""

    merchant_id: UUID
    name: str
    kind: ListKind
    description: str | None = None


async def create_list(ports: FraudPorts, actor: Actor, command: CreateList) -> FraudList:
    """The empty list. Raises `NotFound`, `Forbidden`, `Invalid`, `Conflict` for a name in use, and `Unavailable`."""
    actor.require(Permission.FRAUD_MANAGE, command.merchant_id)
    if command.name in STANDARD_LISTS:
        raise Invalid(("name",), f"{command.name} is a standard list, which is there already; choose another name.")

    async def work(unit: FraudUnit) -> FraudList:
        await ensure_author(unit, command.merchant_id)
        made = FraudList(
            merchant_id=command.merchant_id,
            name=command.name,
            kind=command.kind,
            description=command.description or None,
            created_at=ports.clock.now(),
        )
        await unit.fraud_lists.add(made)
        data = {"list": made.name, "kind": made.kind.value, "description": made.description}
        await unit.audit.record(actor, "fraud.create_list", "fraud_list", None, audited(made.merchant_id), data)
        await unit.commit()
        return made

    return await in_unit(ports.units, actor, "fraud_list.create", work)
