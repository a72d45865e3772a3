"""Ask gateways for notices that never came by themselves, or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.take_notice import TakeNotice, take_notice
from domain.disputes.take_warning import TakeWarning, take_warning
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor

MOST_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PollGateways:
    """All that are set up."""


async def poll_gateways(ports: DisputePorts, actor: Actor, command: PollGateways) -> int:
    """How many notices the gateways had; what came before changes nothing.

    The cursor moves on only behind what was taken in, so a crash asks again. What goes wrong with some gateways is
    raised as an `ExceptionGroup` once all were asked.
    """
    del command
    told = 0
    errors: list[Exception] = []
    for name in ports.gateways.names():
        try:
            told += await _poll(ports, actor, name)
        except Exception as error:  # noqa: BLE001 - the other gateways go on
            errors.append(error)
    if errors:
        message = "some gateways could not be polled"
        raise ExceptionGroup(message, errors)
    return told


async def _poll(ports: DisputePorts, actor: Actor, name: str) -> int:
    async def read(unit: DisputesUnit) -> str | None:
        return await unit.gateway_cursors.get(name)

    told = 0
    cursor = await in_unit(ports.units, actor, "dispute.cursor", read)
    for _ in range(MOST_PAGES):
        page = await ports.gateways.get(name).notices(cursor, ports.clock.now())
        for notice in page.disputes:
            await take_notice(ports, actor, TakeNotice(notice=notice))
        for warning in page.warnings:
            await take_warning(ports, actor, TakeWarning(notice=warning))
        told += len(page.disputes) + len(page.warnings)
        if page.cursor != cursor:
            cursor = page.cursor
            await _move_cursor(ports, actor, name, page.cursor)
        if not page.more:
            break
    return told


async def _move_cursor(ports: DisputePorts, actor: Actor, name: str, cursor: str) -> None:
    async def work(unit: DisputesUnit) -> None:
        await unit.gateway_cursors.save(name, cursor, ports.clock.now())
        await unit.commit()

    await in_unit(ports.units, actor, "dispute.cursor", work)
