"""Write down what a gateway says it pays out, so that the bank's entry is known when it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Conflict, Invalid
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit
from domain.reconciliation.remittance import Remittance

if TYPE_CHECKING:
    from datetime import date

    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.reconciliation.ports import ReconciliationPorts, ReconciliationUnit

_LONGEST_GATEWAY = 40


class RemittanceKnown(Conflict):
    """The gateway's reference is known with other amounts."""

    def __init__(self) -> None:
        super().__init__("A remittance of this gateway and reference is known with other amounts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRemittance:
    """`gross` is what the gateway has collected, `costs` what it and the networks keep of it."""

    gateway: str
    reference: str
    gross: Money
    costs: Money
    expected_on: date | None = None


async def record_remittance(ports: ReconciliationPorts, actor: Actor, command: RecordRemittance) -> Remittance:
    """The remittance; the one that is known, when the same was written down before.

    Raises `Forbidden`, `Invalid`, `RemittanceKnown` and `Unavailable`.
    """
    actor.require(Permission.RECONCILIATION_WRITE, PLATFORM)
    clean_text(command.gateway, ("gateway",), longest=_LONGEST_GATEWAY)
    if command.costs.currency != command.gross.currency:
        raise Invalid(("costs",), "Give the costs in the currency of the gross amount.")
    at = ports.clock.now()
    new = Remittance(
        id=new_uuid(at),
        gateway=command.gateway,
        reference=command.reference.strip(),
        currency=command.gross.currency,
        gross_minor=command.gross.minor,
        costs_minor=command.costs.minor,
        expected_on=command.expected_on,
        recorded_by_name=actor.name,
        created_at=at,
    )

    async def work(unit: ReconciliationUnit) -> Remittance:
        known = await unit.remittances.known(new.gateway, new.reference, new.currency.code)
        if known is not None:
            if (known.gross_minor, known.costs_minor) != (new.gross_minor, new.costs_minor):
                raise RemittanceKnown
            return known
        added = await unit.remittances.add(new.record(at))
        said = {"gateway": new.gateway, "reference": new.reference, "net_minor": new.net.minor}
        await unit.audit.record(
            actor, "reconciliation.record_remittance", "remittance", added.id, added.merchant_id, said
        )
        await unit.commit()
        return added

    return await in_unit(ports.units, actor, "remittance.record", work)
