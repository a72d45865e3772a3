"""Say what a merchant does not fight about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.dispute_policy import DisputePolicy
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.category import DisputeCategory
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDisputePolicy:
    """`accept_up_to` empty removes the policy for the currency; no categories mean any."""

    merchant_id: UUID
    currency: Currency
    accept_up_to: Money | None = None
    categories: frozenset[DisputeCategory] = frozenset()


async def set_dispute_policy(ports: DisputePorts, actor: Actor, command: SetDisputePolicy) -> list[DisputePolicy]:
    """All policies of the merchant afterwards. Raises `NotFound`, `Forbidden` and `Invalid`."""
    actor.require(Permission.MERCHANTS_WRITE, command.merchant_id)
    if command.accept_up_to is not None and command.accept_up_to.currency != command.currency:
        raise Invalid(("acceptUpTo", "currency"), f"The policy is for {command.currency.code}.")
    at = ports.clock.now()

    async def work(unit: DisputesUnit) -> list[DisputePolicy]:
        await unit.merchants.get(command.merchant_id)
        if command.accept_up_to is None:
            await unit.dispute_policies.remove(command.merchant_id, command.currency)
        else:
            policy = DisputePolicy(
                merchant_id=command.merchant_id,
                accept_up_to=command.accept_up_to,
                categories=command.categories,
                updated_at=at,
            )
            await unit.dispute_policies.save(policy)
        data: dict[str, JsonValue] = {
            "currency": command.currency.code,
            "accept_up_to_minor": command.accept_up_to and command.accept_up_to.minor,
            "categories": [*sorted(category.value for category in command.categories)],
        }
        await unit.audit.record(
            actor, "disputes.set_policy", "merchant", command.merchant_id, command.merchant_id, data
        )
        policies = await unit.dispute_policies.of_merchant(command.merchant_id)
        await unit.commit()
        return policies

    return await in_unit(ports.units, actor, "dispute.policy", work)
