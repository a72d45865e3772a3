"""Close a settlement before the clock does, or one that only a person closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.unit import in_unit
from domain.settlements.actions import earlier_is_open
from domain.settlements.closing import close
from domain.settlements.errors import SettlementStateForbids
from domain.settlements.settlement import SettlementStatus

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.ports import SettlementPorts, SettlementUnit
    from domain.settlements.settlement import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSettlement:
    """Which one. Before its cut-off, the moment of the closing takes the cut-off's place."""

    idempotency_key: str
    settlement_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSettlement:
    """`replayed` when the same key had asked for it before."""

    settlement: Settlement
    replayed: bool


async def close_settlement(ports: SettlementPorts, actor: Actor, command: CloseSettlement) -> ClosedSettlement:
    """The closed settlement; the next one is open afterwards. One that is closed already is answered as it is.

    An account's hold does not keep a person from this. Raises `NotFound`, `Forbidden`, `Invalid`,
    `IdempotencyConflict`, `Unavailable`, and `SettlementStateForbids` while an earlier one is open.
    """

    async def work(unit: SettlementUnit) -> ClosedSettlement:
        found = await unit.settlements.get(command.settlement_id)
        actor.require(Permission.SETTLEMENTS_WRITE, found.merchant_id)
        # The account first, by whose lock closings take turns: whoever waited for it finds the settlement closed.
        account = await unit.settlement_accounts.for_update(found.merchant_id, found.currency)
        settlement = await unit.settlements.get(command.settlement_id)
        claim = KeyClaim(
            merchant_id=settlement.merchant_id,
            mutation="closeSettlement",
            key=command.idempotency_key,
            input_hash=input_hash(command),
            payment_id=settlement.id,
            operation_id=settlement.id,
            claimed_at=ports.clock.now(),
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
        if settlement.status is not SettlementStatus.OPEN:
            await unit.commit()
            return ClosedSettlement(settlement=settlement, replayed=earlier is not None)
        first = await unit.settlements.oldest_open(account.merchant_id, account.currency)
        if (refusal := earlier_is_open(settlement, first)) is not None:
            raise SettlementStateForbids(refusal)
        closed = await close(ports, unit, actor, account, settlement)
        await unit.commit()
        return ClosedSettlement(settlement=closed, replayed=False)

    return await in_unit(ports.units, actor, "settlement.close", work)
