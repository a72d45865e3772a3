"""By the clock: warn of reviews, escalate them, and give payments back before their authorizations lapse."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud import reviewing
from domain.fraud.deciding import lock_with_payment
from domain.fraud.review import DeclineReason, ReviewStatus
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments.payment import PaymentStatus
from domain.payments.perform_operation import PerformOperation, perform_operation
from domain.payments.review_hold import refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.fraud.review import FraudReview
    from domain.identity.actor import Actor
    from domain.payments.payment import Payment

_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReviews:
    """At most so many of each at a time."""

    limit: int = 100


async def watch_reviews(ports: FraudPorts, actor: Actor, command: WatchReviews) -> int:
    """How many reviews were warned of, escalated or closed, and how many voids were begun.

    Each in a unit of its own, and once whoever else watches. Reviews do not wait for each other; what went wrong with
    some is raised as an `ExceptionGroup` once all have been looked at. Whoever dies between the end of a review and its
    void leaves an operation that is resolved as any other.
    """
    at = ports.clock.now()

    async def found(unit: FraudUnit) -> list[UUID]:
        queue = unit.review_queue
        return [
            *await queue.due(at, command.limit),
            *await queue.ended(command.limit),
            *await queue.unvoided(at, command.limit),
        ]

    changed = 0
    voids: list[PerformOperation] = []
    errors: list[Exception] = []
    for review_id in dict.fromkeys(await in_unit(ports.units, actor, "review.due", found)):
        try:
            step = await _step(ports, actor, review_id, at)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
            continue
        changed += step is not None
        voids += [step.void] if step is not None and step.void is not None else []
    # Afterwards, so that a slow gateway holds up no warning.
    errors += await _all(perform_operation(ports.payments, actor, void) for void in voids)
    if errors:
        message = "some reviews could not be watched"
        raise ExceptionGroup(message, errors)
    return changed


@dataclass(frozen=True, slots=True)
class _Step:
    """What was done about a review, and the void that is still to be performed."""

    void: PerformOperation | None


async def _step(ports: FraudPorts, actor: Actor, review_id: UUID, listed_at: datetime) -> _Step | None:
    async def work(unit: FraudUnit) -> _Step | None:
        at = ports.clock.now()
        review, payment = await lock_with_payment(unit, review_id)
        watched, voids = _after(review, payment, actor, at, listed_at)
        if watched is review and not voids:
            return None
        void = await _begin_void(unit, watched, payment, at) if voids else None
        await unit.fraud_reviews.save(watched)
        data = {
            "status": watched.status.value,
            "decline_reason": watched.decline_reason and watched.decline_reason.value,
            "warned": watched.warned,
            "operation_id": void and str(void.operation.id),
        }
        await unit.audit.record(actor, "fraud.watch_review", "fraud_review", review.id, review.merchant_id, data)
        await unit.commit()
        return _Step(void)

    return await in_unit(ports.units, actor, "review.watch", work)


def _after(
    review: FraudReview, payment: Payment, actor: Actor, at: datetime, listed_at: datetime
) -> tuple[FraudReview, bool]:
    """The review as it is to be by now, and whether its payment is to be voided."""
    held = payment.status is PaymentStatus.IN_REVIEW
    if not review.waiting:
        # What was tried since the list was made was tried by another worker, and has to wait before the next time.
        untouched = not payment.void_pending and payment.updated_at <= listed_at
        return review, review.status is ReviewStatus.DECLINED and held and untouched
    if not held:
        return reviewing.close_ended(review, payment, actor, at), False
    if payment.void_pending:
        # Somebody else gives it back; its outcome says what is left to decide.
        return review, False
    if at >= review.due_at:
        return reviewing.close_overdue(review, actor, at), True
    if not review.warned and at >= review.warn_at:
        review = reviewing.warn(review, at)
    return reviewing.escalate_by_clock(review, at) if reviewing.escalation_due(review, at) else review, False


async def _begin_void(unit: FraudUnit, review: FraudReview, payment: Payment, at: datetime) -> PerformOperation:
    reason = review.decline_reason or DeclineReason.OTHER
    reserved, operation = await refuse(unit, payment, new_uuid(at), at, reason.value)
    return PerformOperation(payment=await unit.payments.save(reserved), operation=operation)


async def _all(calls: Iterable[Awaitable[object]]) -> list[Exception]:
    """What went wrong with calls, some of which are made at once."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(call: Awaitable[object]) -> None:
        async with turns:
            await call

    errors: list[Exception] = []
    for ended in await asyncio.gather(*map(one, calls), return_exceptions=True):
        if isinstance(ended, Exception):
            errors.append(ended)
        elif ended is not None:
            raise ended
    return errors
