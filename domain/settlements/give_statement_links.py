"""Give out short-lived links to statements; each time it is written down who got them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from domain.kernel.unit import in_unit
from domain.settlements.statement import STATEMENT_LINK_LASTS, StatementFormat

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.settlements.settlement import Settlement
    from domain.settlements.statement_ports import StatementPorts, StatementUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveStatementLinks:
    """Settlements that the actor was shown."""

    settlements: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLinks:
    """Where one settlement's statement lies, until `expires_at`, for whoever has the address."""

    csv_url: str
    pdf_url: str
    expires_at: datetime


async def give_statement_links(
    ports: StatementPorts, actor: Actor, command: GiveStatementLinks
) -> dict[UUID, GivenLinks]:
    """Links for each of the settlements that are closed, by their ids; an open one has no statement.

    Raises `NotFound` and `Forbidden` when the actor may not read the settlements of one of the merchants, and
    `Unavailable`.
    """
    closed: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for settlement in command.settlements:
        actor.require(Permission.SETTLEMENTS_READ, settlement.merchant_id)
        if settlement.closed_at is not None:
            closed[settlement.merchant_id].append(settlement.id)
    if not closed:
        return {}

    async def write_down(unit: StatementUnit) -> None:
        # One line for all of a merchant's: whoever opens a list asks for the links of all of it at once.
        for merchant_id, ids in closed.items():
            only = ids[0] if len(ids) == 1 else None
            data: dict[str, JsonValue] = {"settlements": [*(format_id(Prefix.SETTLEMENT, id_) for id_ in ids)]}
            await unit.audit.record(actor, "settlements.download_statement", "settlement", only, merchant_id, data)
        await unit.commit()

    await in_unit(ports.units, actor, "statement.link", write_down)
    # To the minute: whoever asks twice gets the same link, and none lasts longer.
    until = (ports.clock.now() + STATEMENT_LINK_LASTS).replace(second=0, microsecond=0)
    return {
        id_: GivenLinks(
            csv_url=ports.links.link(merchant_id, id_, StatementFormat.CSV, until),
            pdf_url=ports.links.link(merchant_id, id_, StatementFormat.PDF, until),
            expires_at=until,
        )
        for merchant_id, ids in closed.items()
        for id_ in ids
    }
