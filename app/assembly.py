"""Fills every port from the settings: the one place that knows which adapter satisfies what."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx2

from adapters.banks.business_days import HolidayCalendars
from adapters.cel.language import CelLanguage
from adapters.currencies import currency_of
from adapters.gateways.circuit import CircuitBreaker
from adapters.gateways.dispute_registry import DisputeGatewayRegistry
from adapters.gateways.registry import GatewayRegistry
from adapters.gateways.simulator import SimulatorGateway
from adapters.gateways.simulator_disputes import SimulatorDisputes
from adapters.postgres.approvals.reads import ApprovalReads
from adapters.postgres.audit.reads import AuditReads
from adapters.postgres.audit.store import AuditStore
from adapters.postgres.database import Database
from adapters.postgres.disputes.reads import DisputeReads
from adapters.postgres.fraud.reads import FraudReads
from adapters.postgres.identity.authentication import Authentication
from adapters.postgres.identity.key_vault import KeyVault
from adapters.postgres.identity.reads import IdentityReads
from adapters.postgres.identity.unit import IdentityUnits
from adapters.postgres.ledger.reads import LedgerReads
from adapters.postgres.merchants.reads import MerchantReads
from adapters.postgres.payments.reads import PaymentReads
from adapters.postgres.reconciliation.reads import ReconciliationReads
from adapters.postgres.settlements.bank_account_reads import BankAccountReads
from adapters.postgres.settlements.file_reads import PaymentFileReads
from adapters.postgres.settlements.payout_reads import PayoutReads
from adapters.postgres.settlements.reads import SettlementReads
from adapters.postgres.unit import PostgresUnits
from api.context import Context
from api.reads import Reads
from app.approved_actions import (
    ActionTable,
    approved_acceptances,
    approved_adjustments,
    approved_bank_accounts,
    approved_fee_plans,
    approved_payout_policies,
    approved_publications,
    approved_refunds,
)
from app.bank_accounts import bank_accounts_of
from app.database_fitness import require_fit_database
from app.files import scanner_of, storage_of
from app.payment_files import payment_files_of
from app.reconciliation import reconciliation_of
from app.refusal import Refused
from app.screening import FraudScreening
from app.statements import statements_of
from domain.approvals.ports import ApprovalPorts
from domain.disputes.ports import DisputePorts
from domain.fraud.ports import FraudPorts
from domain.fraud.rule_shelf import RuleShelf
from domain.kernel.clock import SystemClock
from domain.kernel.errors import Unavailable
from domain.merchants.ports import MerchantPorts
from domain.payments.ports import PaymentPorts
from domain.settlements.payout_ports import PayoutPorts
from domain.settlements.ports import SettlementPorts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from app.approved_actions import Performance
    from app.settings import Settings
    from domain.approvals.approval_action import ApprovalAction
    from domain.disputes.gateway import DisputeGateway
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.payments.gateway import Gateway
    from domain.payments.screening import PaymentScreening
    from domain.reconciliation.ports import ReconciliationPorts
    from domain.settlements.bank_account_ports import BankAccountPorts
    from domain.settlements.file_ports import PaymentFilePorts
    from domain.settlements.statement_ports import StatementPorts

SIMULATOR = "simulator"
# A payment that fails is one merchant's; twenty in a row are the gateway's.
_CIRCUIT_FAILURES = 20
_CIRCUIT_OPEN_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPorts:
    """What the verbs about people, machines and keys run on."""

    units: IdentityUnits
    clock: Clock
    key_maker: KeyVault


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Everything that an installation runs on, open while `assembled` is."""

    settings: Settings
    clock: Clock
    database: Database
    authentication: Authentication
    identity: IdentityPorts
    payments: PaymentPorts
    merchants: MerchantPorts
    approvals: ApprovalPorts
    disputes: DisputePorts
    fraud: FraudPorts
    bank_accounts: BankAccountPorts
    settlements: SettlementPorts
    statements: StatementPorts
    payouts: PayoutPorts
    files: PaymentFilePorts
    reconciliation: ReconciliationPorts
    reads: Reads

    def context(self, actor: Actor, request_id: str) -> Context:
        """What the resolvers of one operation are given."""
        return Context(
            actor=actor,
            request_id=request_id,
            reads=self.reads,
            payments=self.payments,
            merchants=self.merchants,
            identity=self.identity,
            approvals=self.approvals,
            disputes=self.disputes,
            fraud=self.fraud,
            bank_accounts=self.bank_accounts,
            settlements=self.settlements,
            statements=self.statements,
            payouts=self.payouts,
            reconciliation=self.reconciliation,
            files=self.files,
            currency_of=currency_of,
        )


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    pool_size: int | None = None,
    gateways: Mapping[str, Gateway] | None = None,
    screening: PaymentScreening | None = None,
) -> AsyncGenerator[Assembly]:
    """Open what the settings name, and close it afterwards.

    `gateways` stand in for those of the settings, and `screening` for that of the fraud rules.

    Waits half a minute for the database; raises `Refused` when it does not come, or is not fit for the books.
    """
    clock = SystemClock()
    dsn = await require_fit_database(settings)
    async with AsyncExitStack() as open_things:
        try:
            database = await Database.connect(dsn, size=pool_size or settings.pool_size)
        except Unavailable as error:
            raise Refused(error.message) from error
        open_things.push_async_callback(database.close)
        client = await _client(settings, open_things)
        yield _assembly(settings, clock, database, client, gateways, screening)


def _assembly(
    settings: Settings,
    clock: Clock,
    database: Database,
    client: httpx2.AsyncClient | None,
    gateways: Mapping[str, Gateway] | None,
    screening: PaymentScreening | None,
) -> Assembly:
    units = PostgresUnits(database)
    language, shelf = CelLanguage(), RuleShelf()
    merchants = MerchantPorts(clock=clock, units=units, gateway=SIMULATOR)
    payments = PaymentPorts(
        clock=clock,
        units=units,
        gateways=GatewayRegistry(_gateways(settings, clock, client) if gateways is None else gateways),
        screening=FraudScreening(language, shelf) if screening is None else screening,
    )
    fraud = FraudPorts(clock=clock, units=units, language=language, shelf=shelf, payments=payments)
    disputes = DisputePorts(
        clock=clock,
        units=units,
        gateways=DisputeGatewayRegistry(_dispute_gateways(settings, client)),
        storage=storage_of(settings, clock),
        scanner=scanner_of(settings),
        payments=payments,
    )
    settlements = SettlementPorts(clock=clock, units=units, business_days=HolidayCalendars())
    payouts = PayoutPorts(clock=clock, units=units)
    bank_accounts = bank_accounts_of(settings, clock, units)
    actions = _actions(
        approved_fee_plans(merchants),
        approved_refunds(payments, disputes),
        approved_acceptances(disputes),
        approved_publications(fraud),
        approved_bank_accounts(bank_accounts),
        approved_adjustments(settlements),
        approved_payout_policies(payouts),
    )
    return Assembly(
        settings=settings,
        clock=clock,
        database=database,
        authentication=Authentication(database),
        identity=IdentityPorts(
            units=IdentityUnits(database, AuditStore), clock=clock, key_maker=KeyVault(settings.encryption_key)
        ),
        payments=payments,
        merchants=merchants,
        approvals=ApprovalPorts(clock=clock, units=units, actions=actions),
        disputes=disputes,
        fraud=fraud,
        bank_accounts=bank_accounts,
        settlements=settlements,
        statements=statements_of(settings, clock, database, units),
        payouts=payouts,
        files=payment_files_of(settings, units, settlements, payouts, bank_accounts),
        reconciliation=reconciliation_of(settings, units, payouts),
        reads=_reads(database),
    )


def _actions(*tables: Mapping[ApprovalAction, Performance]) -> ActionTable:
    return ActionTable({action: performance for table in tables for action, performance in table.items()})


def _reads(database: Database) -> Reads:
    return Reads(
        payments=PaymentReads(database),
        merchants=MerchantReads(database),
        ledger=LedgerReads(database),
        audit=AuditReads(database),
        identity=IdentityReads(database),
        approvals=ApprovalReads(database),
        disputes=DisputeReads(database),
        fraud=FraudReads(database),
        bank_accounts=BankAccountReads(database),
        payment_files=PaymentFileReads(database),
        settlements=SettlementReads(database),
        payouts=PayoutReads(database),
        reconciliation=ReconciliationReads(database),
    )


async def _client(settings: Settings, open_things: AsyncExitStack) -> httpx2.AsyncClient | None:
    if settings.gateway_simulator_url is None:
        return None
    # A proxy from the environment must not come between us and the money.
    return await open_things.enter_async_context(httpx2.AsyncClient(trust_env=False))


def _gateways(settings: Settings, clock: Clock, client: httpx2.AsyncClient | None) -> dict[str, Gateway]:
    url = settings.gateway_simulator_url
    if url is None or client is None:
        return {}
    simulator = SimulatorGateway(url, client, settings.gateway_deadline)
    return {SIMULATOR: CircuitBreaker(simulator, clock, failures=_CIRCUIT_FAILURES, open_for=_CIRCUIT_OPEN_FOR)}


def _dispute_gateways(settings: Settings, client: httpx2.AsyncClient | None) -> dict[str, DisputeGateway]:
    url = settings.gateway_simulator_url
    if url is None or client is None:
        return {}
    return {SIMULATOR: SimulatorDisputes(SIMULATOR, url, client, settings.gateway_deadline)}
