"""The logs: ledger, audit and seals, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.audit.audit_record import AuditRecord
from domain.kernel.events import Event
from domain.kernel.ids import new_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from adapters.postgres.audit.store import Subject
    from domain.audit.seal import Seal
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.events import JsonValue
    from domain.ledger.entry import Entry
    from tests.fakes.transaction import Transaction


def tell(transaction: Transaction, subject_type: str, subject: Subject) -> None:
    """Write an object's events that are not saved yet, numbered by its version, at the commit."""
    first = subject.version - len(subject.events) + 1
    events = [
        Event(
            id=new_uuid(event.occurred_at),
            merchant_id=subject.merchant_id,
            subject_type=subject_type,
            subject_id=subject.id,
            sequence=sequence,
            name=event.type.value,
            occurred_at=event.occurred_at,
            data=event.data,
        )
        for sequence, event in enumerate(subject.events, first)
    ]
    transaction.later(lambda: transaction.tables.events.extend(events))


class MemoryLedger:
    """Satisfies `Ledger`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def post(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            self._transaction.ensure_within(entry.merchant_id)
        self._transaction.later(lambda: self._transaction.tables.entries.extend(entries))


class MemorySnapshots:
    """Satisfies `BalanceSnapshots` by saying that every merchant's account was worth one."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def advance(self, most_accounts: int) -> int:
        accounts = {
            (entry.merchant_id, posting.account, posting.amount.currency)
            for entry in self._transaction.tables.entries
            for posting in entry.postings
        }
        return min(len(accounts), most_accounts)


class MemoryAudit:
    """Satisfies `Audit`."""

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock

    async def record(
        self,
        actor: Actor,
        action: str,
        subject_type: str,
        subject_id: UUID | None,
        merchant_id: UUID | None,
        data: Mapping[str, JsonValue],
    ) -> None:
        self._transaction.ensure_within(merchant_id)
        now = self._clock.now()
        record = AuditRecord(
            id=new_uuid(now),
            merchant_id=merchant_id,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            occurred_at=now,
            address=actor.address,
            data=data,
        )
        self._transaction.later(lambda: self._transaction.tables.audit.append(record))


class MemorySeals:
    """Satisfies `Seals`. A commit happens at once here, so nothing can slip in before what is committed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock(self) -> bool:
        return self._transaction.try_lock("seals")

    async def last(self) -> Seal | None:
        seals = self._transaction.tables.seals
        return seals[-1][0] if seals else None

    async def unsealed(self, limit: int) -> list[AuditRecord]:
        tables = self._transaction.tables
        sealed = sum(len(records) for _, records in tables.seals)
        return tables.audit[sealed : sealed + limit]

    async def add(self, seal: Seal, records: list[AuditRecord]) -> None:
        self._transaction.later(lambda: self._transaction.tables.seals.append((seal, records)))
