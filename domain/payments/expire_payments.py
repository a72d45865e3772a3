"""End what has run out of time: authorizations nobody captured, and actions nobody took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.payments import authorization

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.payments.ports import PaymentPorts, PaymentsUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpirePayments:
    """At most so many at a time."""

    limit: int = 200


async def expire_payments(ports: PaymentPorts, actor: Actor, command: ExpirePayments) -> int:
    """How many payments ended. What has a capture or void under way waits for its outcome.

    Payments do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """
    at = ports.clock.now()

    async def due(unit: PaymentsUnit) -> list[UUID]:
        return await unit.payments.overdue(at, command.limit)

    expired = 0
    errors: list[Exception] = []
    for payment_id in await in_unit(ports.units, actor, "expire.find", due):

        async def end(unit: PaymentsUnit, payment_id: UUID = payment_id) -> int:
            payment = await unit.payments.for_update(payment_id)
            if not authorization.overdue(payment, at):
                return 0
            await unit.payments.save(authorization.expire(payment, at))
            await unit.audit.record(actor, "payments.expire", "payment", payment.id, payment.merchant_id, {})
            await unit.commit()
            return 1

        try:
            expired += await in_unit(ports.units, actor, "expire.intent", end)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some payments could not be expired"
        raise ExceptionGroup(message, errors)
    return expired
