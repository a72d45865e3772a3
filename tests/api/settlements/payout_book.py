"""Payouts of the graph's merchants: by the mutations, and many at once by the stores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from domain.identity.permission import StaffRole
from domain.kernel.ids import Prefix, format_id, new_uuid, split_id
from domain.settlements.payout import Payout, PayoutStatus
from domain.settlements.payout_postings import approval_entry
from tests.api.graph import SYSTEM
from tests.builders.bank_accounts import a_bank_account
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payment_files import a_payment_file
from tests.builders.payouts import a_new_payout
from tests.fakes.payout_desk import PayoutDesk

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from tests.api.graph import Graph, Json

APPROVER = replace(a_staff_actor(StaffRole.APPROVER), name="Edsger Dijkstra")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutBook:
    """The graph's staff ask; an approver decides."""

    graph: Graph

    @property
    def desk(self) -> PayoutDesk:
        """The same merchant, by the verbs."""
        ports = self.graph.assembly.payouts
        clock: Any = ports.clock
        return PayoutDesk(ports.units, self.graph.blue, clock)

    async def available(self, amount: Money) -> None:
        """So much is settled for the blue merchant, which has a bank account."""
        desk = self.desk
        await desk.bank_account(currency=amount.currency.code)
        await desk.schedule(amount.currency)
        await desk.settlements.capture(amount)
        await desk.settlements.close(await desk.settlements.oldest(amount.currency))

    async def created(self, amount: str | None = None, actor: Actor | None = None, **more: object) -> Json:
        """A payout that waits for somebody else."""
        given = {
            "idempotencyKey": uuid4().hex,
            "merchantId": format_id(Prefix.MERCHANT, self.graph.blue.id),
            "currency": "EUR",
            "amount": None if amount is None else {"amount": amount, "currency": "EUR"},
        }
        return await self.graph.change("createPayout", actor or self.graph.staff, **{**given, **more})

    async def waiting(self, amount: str | None = None) -> str:
        """Its id."""
        return (await self.created(amount))["payout"]["id"]

    async def approved(self, payout: str, actor: Actor | None = None) -> Json:
        """Somebody else says yes."""
        return await self.graph.change("approvePayout", actor or APPROVER, payoutId=payout)

    async def kept(self, payout: str) -> Payout:
        """The payout as it is."""
        async with self.graph.assembly.payouts.units.begin(SYSTEM, "tests") as unit:
            return await unit.payouts.get(split_id(payout)[1])


async def write_payouts(graph: Graph, many: int) -> list[Payout]:
    """So many of the blue merchant that a bank has, each with all that can hang on one."""
    units: Any = graph.assembly.payouts.units
    payouts: list[Payout] = []
    async with units.begin(SYSTEM, "tests") as unit:
        account = await unit.bank_accounts.add(a_bank_account(merchant_id=graph.blue.id))
        for number in range(many):
            file = a_payment_file(file_id=new_uuid(MORNING), message_id=f"PYF{uuid4().hex[:20].upper()}")
            payout = a_new_payout(
                eur(1 + number % 5),
                payout_id=new_uuid(after(number)),
                merchant_id=graph.blue.id,
                bank_account_id=account.id,
            )
            await unit.payment_files.add(file, b"sealed")
            added = await unit.payouts.add(payout)
            approved = await unit.payouts.save(added.approve(APPROVER, MORNING))
            await unit.ledger.post((approval_entry(approved, MORNING),))
            payouts.append(await unit.payouts.save(approved.send(file.id, MORNING)))
        await unit.commit()
    assert {one.status for one in payouts} == {PayoutStatus.IN_TRANSIT}
    return payouts
