"""The books of one moment, for as long as a verification takes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.postgres.verification.approval_checks import APPROVAL_CHECKS
from adapters.postgres.verification.bank_account_checks import BANK_ACCOUNT_CHECKS
from adapters.postgres.verification.dispute_checks import DISPUTE_CHECKS
from adapters.postgres.verification.event_checks import EVENT_CHECKS
from adapters.postgres.verification.evidence_checks import EVIDENCE_CHECKS, evidence_violations
from adapters.postgres.verification.fraud_checks import FRAUD_CHECKS
from adapters.postgres.verification.gateway_effects import gateway_differences
from adapters.postgres.verification.ledger_checks import LEDGER_CHECKS
from adapters.postgres.verification.merchant_checks import MERCHANT_CHECKS
from adapters.postgres.verification.payment_checks import PAYMENT_CHECKS
from adapters.postgres.verification.payment_file_checks import PAYMENT_FILE_CHECKS
from adapters.postgres.verification.payout_checks import PAYOUT_CHECKS
from adapters.postgres.verification.reconciliation_checks import RECONCILIATION_CHECKS
from adapters.postgres.verification.reserve_checks import RESERVE_CHECKS
from adapters.postgres.verification.review_checks import REVIEW_CHECKS
from adapters.postgres.verification.seals import seal_violations
from adapters.postgres.verification.settlement_checks import SETTLEMENT_CHECKS
from domain.identity.actor import Scope

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from adapters.postgres.database import Database, FencedConnection
    from adapters.postgres.verification.gateway_effects import GatewayEffect

CHECKS = (
    *LEDGER_CHECKS,
    *PAYMENT_CHECKS,
    *MERCHANT_CHECKS,
    *EVENT_CHECKS,
    *APPROVAL_CHECKS,
    *DISPUTE_CHECKS,
    *EVIDENCE_CHECKS,
    *FRAUD_CHECKS,
    *REVIEW_CHECKS,
    *SETTLEMENT_CHECKS,
    *RESERVE_CHECKS,
    *BANK_ACCOUNT_CHECKS,
    *PAYMENT_FILE_CHECKS,
    *PAYOUT_CHECKS,
    *RECONCILIATION_CHECKS,
)


class Books:
    """One read-only snapshot of everything, whatever is written meanwhile."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def violations(self) -> list[str]:
        """What breaks the invariants, a readable line each; empty when all hold."""
        found: list[str] = []
        for check in CHECKS:
            found += await check.violations(self._connection)
        return found + await evidence_violations(self._connection) + await seal_violations(self._connection)

    async def differences(
        self, gateway: str, before: Sequence[GatewayEffect], after: Sequence[GatewayEffect]
    ) -> list[str]:
        """Where a gateway's own journal differs, as read before and after these books were opened."""
        return await gateway_differences(self._connection, gateway, before, after)


@asynccontextmanager
async def open_books(database: Database) -> AsyncGenerator[Books]:
    """The books as of now; `database` must see every merchant. Raises `Unavailable`."""
    async with (
        database.connection(Scope(None)) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off"
        )
        # The first query takes the snapshot: whoever opens the books must know that it stands.
        await connection.execute("SELECT 1")
        yield Books(connection)
