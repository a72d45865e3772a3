"""Look again for the payments of notices and warnings that came before anybody knew them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from domain.disputes.listening import be_warned, listen_or_refuse
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import WarningNotice
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchNotices:
    """At most so many of each at a time."""

    limit: int = 100


async def match_notices(ports: DisputePorts, actor: Actor, command: MatchNotices) -> int:
    """How many were matched; each in a unit of its own, so that none holds up another.

    What went wrong with some is raised as an `ExceptionGroup` once all have been tried.
    """

    async def waiting(unit: DisputesUnit) -> tuple[list[DisputeNotice], list[WarningNotice]]:
        return await unit.notices.unmatched(command.limit), await unit.warnings.parked(command.limit)

    notices, warnings = await in_unit(ports.units, actor, "dispute.unmatched", waiting)
    matched = 0
    errors: list[Exception] = []
    attempts = [partial(_match, ports, actor, notice) for notice in notices]
    attempts += [partial(_unpark, ports, actor, warning) for warning in warnings]
    for attempt in attempts:
        try:
            matched += await attempt()
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            errors.append(error)
    if errors:
        message = "some notices could not be matched"
        raise ExceptionGroup(message, errors)
    return matched


async def _match(ports: DisputePorts, actor: Actor, notice: DisputeNotice) -> bool:
    async def work(unit: DisputesUnit) -> bool:
        payment_id = await unit.payments.of_reference(notice.gateway, notice.payment_reference)
        # Another worker may have matched it since: it is looked for again, and locked.
        if payment_id is None or not await unit.notices.still_unmatched(notice.id):
            return False
        await listen_or_refuse(unit, actor, notice, payment_id, ports.clock.now())
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "dispute.match", work)


async def _unpark(ports: DisputePorts, actor: Actor, notice: WarningNotice) -> bool:
    async def work(unit: DisputesUnit) -> bool:
        payment_id = await unit.payments.of_reference(notice.gateway, notice.payment_reference)
        if payment_id is None or not await unit.warnings.unpark(notice):
            return False
        await be_warned(unit, actor, notice, payment_id, ports.clock.now())
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "dispute.unpark", work)
