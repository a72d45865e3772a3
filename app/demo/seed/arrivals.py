"""What arrives on the company's own accounts: what the gateway has collected, week by week, and what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from app.demo.house_accounts import BY_CURRENCY
from app.demo.seed.merchants import GATEWAY
from app.simulator.bank.bank_books import Remittance
from app.simulator.bank.transfer import HouseAccount
from domain.identity.actor import system_actor
from domain.identity.permission import StaffRole
from domain.kernel.money import Money
from domain.ledger.account import gateway_clearing
from domain.reconciliation.assign_item import AssignItem, assign_item
from domain.reconciliation.reconciliation_item import Resolution
from domain.reconciliation.record_remittance import RecordRemittance, record_remittance
from domain.reconciliation.resolve_item import ResolveItem, resolve_item

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from app.demo.seed.treasury import Treasury

_TUESDAY = 1
_COSTS_PER_MILLE = 9
_COLLECTED = (
    "SELECT currency, sum(amount_minor)::bigint FROM ledger_postings WHERE account = $1 AND posted_at < $2 GROUP BY 1"
)
_ITEM = """
SELECT i.id FROM reconciliation_items AS i JOIN bank_entries AS e ON e.id = i.entry_id
WHERE e.reference = $1 AND i.status = 'UNMATCHED'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stranger:
    """Money in EUR that nobody expects, so long ago; somebody takes it up, or says what it was."""

    ago: timedelta
    minor: int
    sender: str
    reference: str
    taken: bool = False
    known_as: Resolution | None = None


_STRANGERS = (
    _Stranger(
        ago=timedelta(days=24),
        minor=184_20,
        sender="Stadtwerke Mitte",
        reference="Invoice 2217 paid twice",
        known_as=Resolution.OTHER,
    ),
    _Stranger(
        ago=timedelta(days=9), minor=2_450_00, sender="Kaffeewerk Berlin GmbH", reference="Order KW-88231", taken=True
    ),
    _Stranger(ago=timedelta(days=6), minor=12_99, sender="M. Petrov", reference="thank you"),
)


class Arrivals:
    """Remembers what has come."""

    def __init__(self, treasury: Treasury) -> None:
        self._treasury = treasury
        self._strangers = list(_STRANGERS)
        self._unlooked: list[_Stranger] = []

    async def come(self, day: date) -> None:
        """Before the bank's statements of a working day."""
        treasury = self._treasury
        if day.weekday() == _TUESDAY:
            await self._remit(day)
        for stranger in list(self._strangers):
            if treasury.clock.at >= treasury.now - stranger.ago:
                self._strangers.remove(stranger)
                self._unlooked.append(stranger)
                await self._arrive("EUR", stranger.minor, stranger.sender, stranger.reference)

    async def look_into(self) -> None:
        """After them."""
        treasury = self._treasury
        finance = treasury.people.staff(StaffRole.FINANCE_OPERATIONS)
        for stranger in list(self._unlooked):
            item_id: UUID | None = await treasury.connection.fetchval(_ITEM, stranger.reference)
            if item_id is None:
                continue
            self._unlooked.remove(stranger)
            treasury.clock.at += timedelta(minutes=26)
            if stranger.taken or stranger.known_as is not None:
                await assign_item(treasury.reconciliation, finance, AssignItem(item_id=item_id, owner_id=finance.id))
            if stranger.known_as is not None:
                treasury.clock.at += timedelta(minutes=18)
                command = ResolveItem(
                    idempotency_key=str(item_id),
                    item_id=item_id,
                    resolution=stranger.known_as,
                    note="Our electricity bill, given back: bookkeeping has the letter.",
                )
                await resolve_item(treasury.reconciliation, finance, command)

    async def _remit(self, day: date) -> None:
        """All that was collected up to the day before, less what the networks keep; the newest is still to come."""
        treasury, clearing = self._treasury, gateway_clearing(GATEWAY).name
        collected = await treasury.connection.fetch(_COLLECTED, clearing, treasury.clock.at - timedelta(days=1))
        for row in collected:
            gross = Money(row[1], currency_of(row[0]))
            if gross.minor <= 0:
                continue
            costs = Money(gross.minor * _COSTS_PER_MILLE // 1000, gross.currency)
            reference = f"SIM-{day:%G-W%V}-{gross.currency.code}"
            command = RecordRemittance(
                gateway=GATEWAY, reference=reference, gross=gross, costs=costs, expected_on=day + timedelta(days=1)
            )
            await record_remittance(treasury.reconciliation, system_actor("gateway reports"), command)
            if treasury.clock.at < treasury.now - timedelta(days=7):
                await self._arrive(gross.currency.code, gross.minor - costs.minor, "Simulator Acquiring", reference)

    async def _arrive(self, currency: str, minor: int, sender: str, reference: str) -> None:
        account = HouseAccount(number=BY_CURRENCY[currency].number, currency=currency)
        remittance = Remittance(account=account, amount_minor=minor, sender=sender, reference=reference)
        await self._treasury.bank.books.remit(remittance)
