"""One transaction over payments, ledger, audit and what they need: the unit that their verbs are given."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.failpoints import failpoint
from adapters.postgres.approvals.store import ApprovalPolicyStore, ApprovalRequestStore
from adapters.postgres.audit.seal_store import SealStore
from adapters.postgres.audit.store import AuditStore, EventStore
from adapters.postgres.disputes.unit import DisputeStores
from adapters.postgres.fraud.unit import FraudStores
from adapters.postgres.ledger.store import LedgerStore, SnapshotStore
from adapters.postgres.merchants.fee_plan_store import FeePlanStore
from adapters.postgres.merchants.store import MerchantStore
from adapters.postgres.merchants.volume_store import VolumeStore
from adapters.postgres.payments.customer_store import CustomerStore, KeyStore
from adapters.postgres.payments.operation_store import CaptureStore, OperationStore, RefundStore
from adapters.postgres.payments.origins import OriginStore
from adapters.postgres.payments.store import PaymentStore
from adapters.postgres.reconciliation.unit import ReconciliationStores
from adapters.postgres.settlements.unit import SettlementStores

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from asyncpg.transaction import Transaction

    from adapters.postgres.database import Database, FencedConnection
    from domain.identity.actor import Actor


class PostgresUnit(DisputeStores, FraudStores, SettlementStores, ReconciliationStores):
    """Satisfies the units of every context but identity."""

    def __init__(self, connection: FencedConnection, transaction: Transaction, actor: Actor, name: str) -> None:
        super().__init__(connection, actor)
        self._transaction = transaction
        self._name = name
        self.payments = PaymentStore(connection, EventStore(connection, actor))
        self.operations = OperationStore(connection)
        self.captures = CaptureStore(connection)
        self.refunds = RefundStore(connection)
        self.customers = CustomerStore(connection)
        self.origins = OriginStore(connection)
        self.keys = KeyStore(connection)
        self.approvals = ApprovalRequestStore(connection, EventStore(connection, actor))
        self.approval_policies = ApprovalPolicyStore(connection)
        self.merchants = MerchantStore(connection)
        self.fee_plans = FeePlanStore(connection)
        self.volumes = VolumeStore(connection)
        self.ledger = LedgerStore(connection)
        self.snapshots = SnapshotStore(connection)
        self.audit = AuditStore(connection)
        self.seals = SealStore(connection)
        self.ended = False

    async def commit(self) -> None:
        """Make it all durable."""
        failpoint(f"{self._name}.before_commit")
        # Also when COMMIT itself is refused: PostgreSQL has rolled back by then, and there is nothing more to end.
        self.ended = True
        await self._transaction.commit()
        failpoint(f"{self._name}.committed")


class PostgresUnits:
    """Opens units on the pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def begin(self, actor: Actor, name: str) -> AsyncGenerator[PostgresUnit]:
        """A unit fenced to the merchants that the actor can see; rolled back unless it was committed."""
        async with self._database.connection(actor.visible) as connection:
            transaction = connection.transaction()
            await transaction.start()
            unit = PostgresUnit(connection, transaction, actor, name)
            try:
                yield unit
            finally:
                if not unit.ended and not connection.is_closed():
                    await transaction.rollback()
