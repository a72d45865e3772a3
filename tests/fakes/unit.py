"""Units of work in memory: rolled back unless committed, and mortal at every commit."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.fakes.approvals import MemoryApprovalPolicies, MemoryApprovalRequests
from tests.fakes.backtests import MemoryBacktests
from tests.fakes.bank_accounts import MemoryBankAccountReveals, MemoryBankAccounts
from tests.fakes.clock import SettableClock
from tests.fakes.crash import Crash
from tests.fakes.disputes import (
    MemoryColleagues,
    MemoryCursors,
    MemoryDisputePolicies,
    MemoryDisputes,
    MemoryEvidence,
    MemoryNotes,
    MemoryNotices,
    MemoryResponses,
    MemoryWarnings,
)
from tests.fakes.evidence_files import MemoryEvidenceFiles
from tests.fakes.fraud import MemoryFraudLists, MemoryFraudRules, MemoryRuleSets, MemoryScreenings
from tests.fakes.fraud_reviews import MemoryReviewers, MemoryReviews
from tests.fakes.merchants import MemoryFeePlans, MemoryMerchants, MemoryVolumes
from tests.fakes.payment_files import MemoryFilePayouts, MemoryPaymentFiles
from tests.fakes.payments import (
    MemoryCaptures,
    MemoryCustomers,
    MemoryKeys,
    MemoryOperations,
    MemoryOrigins,
    MemoryPayments,
    MemoryRefunds,
)
from tests.fakes.payouts import MemoryPayoutFunds, MemoryPayoutPolicies, MemoryPayouts
from tests.fakes.reconciliation import (
    MemoryEntries,
    MemoryImports,
    MemoryItems,
    MemoryMatches,
    MemoryRemittances,
    MemorySentPayouts,
    MemoryStatements,
)
from tests.fakes.records import MemoryAudit, MemoryLedger, MemorySeals, MemorySnapshots
from tests.fakes.settlements import (
    MemoryAdjustments,
    MemoryReserveHolds,
    MemorySettlementAccounts,
    MemorySettlementLines,
    MemorySettlements,
)
from tests.fakes.tables import Tables
from tests.fakes.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock


class _SettlementStores:
    """The stores of settlements, payouts and reconciliation."""

    def __init__(self, transaction: Transaction) -> None:
        self.bank_accounts = self.bank_account_queue = MemoryBankAccounts(transaction)
        self.bank_account_reveals = MemoryBankAccountReveals(transaction)
        self.statement_imports = MemoryImports(transaction)
        self.bank_statements = MemoryStatements(transaction)
        self.bank_entries = MemoryEntries(transaction)
        self.bank_matches = MemoryMatches(transaction)
        self.reconciliation_items = MemoryItems(transaction)
        self.remittances = MemoryRemittances(transaction)
        self.sent_payouts = MemorySentPayouts(transaction)
        self.settlement_accounts = self.settlement_queue = MemorySettlementAccounts(transaction)
        self.settlements = self.paid_settlements = MemorySettlements(transaction)
        self.settlement_lines = MemorySettlementLines(transaction)
        self.reserve_holds = MemoryReserveHolds(transaction)
        self.adjustments = MemoryAdjustments(transaction)
        self.payouts = MemoryPayouts(transaction)
        self.payout_funds = MemoryPayoutFunds(transaction)
        self.payout_policies = MemoryPayoutPolicies(transaction)
        self.payment_files = MemoryPaymentFiles(transaction)
        self.file_payouts = MemoryFilePayouts(transaction)


class MemoryUnit(_SettlementStores):
    """Satisfies the units of all contexts."""

    def __init__(self, units: MemoryUnits, transaction: Transaction, name: str) -> None:
        super().__init__(transaction)
        self._units = units
        self._transaction = transaction
        self._name = name
        self.payments = MemoryPayments(transaction)
        self.operations = MemoryOperations(transaction)
        self.captures = MemoryCaptures(transaction)
        self.refunds = MemoryRefunds(transaction)
        self.customers = MemoryCustomers(transaction)
        self.origins = MemoryOrigins(transaction)
        self.merchants = MemoryMerchants(transaction)
        self.fee_plans = MemoryFeePlans(transaction)
        self.volumes = MemoryVolumes(transaction)
        self.ledger = MemoryLedger(transaction)
        self.snapshots = MemorySnapshots(transaction)
        self.keys = MemoryKeys(transaction)
        self.approvals = MemoryApprovalRequests(transaction)
        self.approval_policies = MemoryApprovalPolicies(transaction)
        self.disputes = self.dispute_queue = MemoryDisputes(transaction)
        self.notices = MemoryNotices(transaction)
        self.evidence = MemoryEvidence(transaction)
        self.evidence_files = MemoryEvidenceFiles(transaction, transaction.tables.evidence_files)
        self.responses = MemoryResponses(transaction)
        self.notes = MemoryNotes(transaction)
        self.warnings = MemoryWarnings(transaction)
        self.dispute_policies = MemoryDisputePolicies(transaction)
        self.colleagues = MemoryColleagues(transaction)
        self.gateway_cursors = MemoryCursors(transaction)
        self.screenings = MemoryScreenings(transaction)
        self.rule_sets = MemoryRuleSets(transaction)
        self.fraud_rules = MemoryFraudRules(transaction)
        self.fraud_lists = MemoryFraudLists(transaction)
        self.fraud_reviews = self.review_queue = MemoryReviews(transaction)
        self.reviewers = MemoryReviewers(transaction)
        self.backtests = MemoryBacktests(transaction)
        self.audit = MemoryAudit(transaction, units.clock)
        self.seals = MemorySeals(transaction)

    async def commit(self) -> None:
        """Make it all durable, unless a test has this process die here."""
        self._units.pass_point(f"{self._name}.before_commit")
        self._transaction.commit()
        self._units.pass_point(f"{self._name}.committed")


class MemoryUnits:
    """Opens units on tables in memory."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SettableClock()
        self.tables = Tables()
        self.passed: list[str] = []
        self.open = 0
        self._raising: dict[str, list[BaseException]] = {}

    def die_at(self, point: str) -> None:
        """Die at the next passage of a point, such as `capture.intent.committed`."""
        self.raise_at(point, Crash())

    def raise_at(self, point: str, *errors: BaseException) -> None:
        """Raise these at the next passages of a point, one each."""
        self._raising[point] = list(errors)

    def pass_point(self, point: str) -> None:
        """Go through a point, or die at it."""
        self.passed.append(point)
        if self._raising.get(point):
            raise self._raising[point].pop(0)

    @asynccontextmanager
    async def begin(self, actor: Actor, name: str) -> AsyncGenerator[MemoryUnit]:
        """A unit fenced to what the actor can see. Whoever begins at the same time takes turns from here on."""
        await asyncio.sleep(0)
        transaction = Transaction(self.tables, actor.visible)
        self.open += 1
        try:
            yield MemoryUnit(self, transaction, name)
        finally:
            self.open -= 1
            transaction.end()
