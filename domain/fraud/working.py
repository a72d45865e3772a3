"""What every verb on a review that moves no money does: lock it, check the permission, change it, keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor
    from domain.identity.permission import Permission
    from domain.kernel.events import JsonValue

    Change = Callable[[FraudUnit, FraudReview, datetime], Awaitable[FraudReview]]


async def work_on(
    ports: FraudPorts,
    actor: Actor,
    review_id: UUID,
    permission: Permission,
    name: str,
    change: Change,
    audited: Mapping[str, JsonValue] | None = None,
) -> FraudReview:
    """The review as it is afterwards; one that is so already is left as it is.

    Raises `NotFound`, `Forbidden`, and what `change` raises.
    """

    async def work(unit: FraudUnit) -> FraudReview:
        review = await unit.fraud_reviews.for_update(review_id)
        actor.require(permission, review.merchant_id)
        changed = await change(unit, review, ports.clock.now())
        if not changed.events:
            return changed
        saved = await unit.fraud_reviews.save(changed)
        await unit.audit.record(actor, f"fraud.{name}", "fraud_review", review.id, review.merchant_id, audited or {})
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, name, work)
