"""Each invariant, broken by hand in books that a real lifecycle wrote: verification finds it and names it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.postgres.verification.bank_account_checks import BANK_ACCOUNT_CHECKS
from adapters.postgres.verification.books import CHECKS, open_books
from adapters.postgres.verification.fraud_checks import FRAUD_CHECKS
from adapters.postgres.verification.gateway_effects import GatewayEffect
from adapters.postgres.verification.merchant_checks import MERCHANT_CHECKS
from adapters.postgres.verification.payment_file_checks import PAYMENT_FILE_CHECKS
from adapters.postgres.verification.payout_checks import PAYOUT_CHECKS
from adapters.postgres.verification.reconciliation_checks import RECONCILIATION_CHECKS
from adapters.postgres.verification.reserve_checks import RESERVE_CHECKS
from adapters.postgres.verification.review_checks import REVIEW_CHECKS
from adapters.postgres.verification.settlement_checks import SETTLEMENT_CHECKS
from app.settings import load_settings
from app.verify import VerificationRefused, verified, verify
from domain.audit.ports import SealingPorts
from domain.audit.seal_records import SealRecords, seal_records
from domain.identity.actor import system_actor
from domain.kernel.clock import SystemClock
from domain.kernel.ids import Prefix, format_id
from tests.app.broken_books import found_in, names_of
from tests.app.dispute_story import DISPUTE_CORRUPTIONS
from tests.app.simulator.process import SimulatorProcess, free_port
from tests.faults.installation import Till, add_merchant, corrupt, opened, query, tell_story, violations
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from app.postgres import EmbeddedPostgres

JOB = system_actor("test")
CAPTURED = "(SELECT id FROM payments WHERE refunded_minor > 0 LIMIT 1)"
# The check, and what breaks exactly that (and what follows from it).
CORRUPTIONS = [
    ("entry-balance", "UPDATE ledger_postings SET amount_minor = amount_minor + 1 WHERE account = 'fees_revenue'"),
    ("ledger-balance", "DELETE FROM ledger_postings WHERE account = 'fees_revenue'"),
    ("entry-postings", "DELETE FROM ledger_postings"),
    ("entry-postings", "DELETE FROM ledger_entries WHERE kind = 'REFUND'"),
    ("payment-ledger", "UPDATE ledger_postings SET currency = 'USD'"),
    ("payment-ledger", "UPDATE ledger_entries SET kind = 'REFUND' WHERE kind = 'CAPTURE'"),
    ("payment-ledger", "UPDATE ledger_postings SET account = 'available' WHERE account = 'pending'"),
    ("payment-ledger", "UPDATE ledger_entries SET payment_id = gen_random_uuid()"),
    ("operation-ledger", "UPDATE ledger_entries SET operation_id = gen_random_uuid() WHERE kind = 'REFUND'"),
    ("balance-snapshot", "UPDATE ledger_snapshots SET balance_minor = balance_minor + 1"),
    ("payment-captures", f"UPDATE payments SET captured_minor = captured_minor + 1 WHERE id = {CAPTURED}"),
    ("payment-captures", f"UPDATE payments SET fee_minor = fee_minor + 1 WHERE id = {CAPTURED}"),
    ("payment-refunds", f"UPDATE payments SET refunded_minor = refunded_minor + 1 WHERE id = {CAPTURED}"),
    ("payment-refunds", "UPDATE refunds SET returned_fee_minor = returned_fee_minor + 1"),
    ("payment-reservations", f"UPDATE payments SET refund_pending_minor = 1 WHERE id = {CAPTURED}"),
    ("payment-reservations", "UPDATE payments SET capture_pending_minor = 1 WHERE captured_minor = 5000"),
    ("payment-reservations", f"UPDATE payments SET void_pending = true WHERE id = {CAPTURED}"),
    ("payment-reservations", f"UPDATE payments SET unknown_operations = 1 WHERE id = {CAPTURED}"),
    (
        "payment-reservations",
        "UPDATE operations SET status = 'UNKNOWN', completed_at = NULL, next_check_at = now() WHERE type = 'REFUND'",
    ),
    ("payment-status", f"UPDATE payments SET status = 'AUTHORIZED' WHERE id = {CAPTURED}"),
    ("payment-status", "UPDATE payments SET status = 'PROCESSING' WHERE status = 'VOIDED'"),
    ("capture-operation", "UPDATE captures SET status = 'FAILED' WHERE final"),
    ("capture-operation", "DELETE FROM captures WHERE NOT final"),
    ("capture-operation", "UPDATE captures SET final = NOT final"),
    ("refund-operation", "UPDATE refunds SET status = 'PENDING'"),
    ("refund-operation", "UPDATE refunds SET currency = 'USD'"),
    ("operation-payment", "UPDATE operations SET payment_id = gen_random_uuid() WHERE type = 'VOID'"),
    ("operation-payment", "UPDATE operations SET currency = 'USD' WHERE type = 'VOID'"),
    ("payment-authorization", "DELETE FROM operations WHERE type = 'AUTHORIZE'"),
    ("idempotency-key", "UPDATE idempotency_keys SET payment_id = gen_random_uuid()"),
    (
        "idempotency-key",
        "UPDATE idempotency_keys SET operation_id = gen_random_uuid() WHERE mutation = 'refundPayment'",
    ),
    ("event-numbers", "DELETE FROM events WHERE sequence = 2"),
    ("event-numbers", "UPDATE events SET sequence = 1 WHERE sequence = 2"),
    ("event-numbers", f"UPDATE payments SET version = version + 1 WHERE id = {CAPTURED}"),
    ("event-numbers", "UPDATE events SET subject_id = gen_random_uuid() WHERE name = 'payment.canceled'"),
    ("event-status", "UPDATE payments SET status = 'EXPIRED' WHERE status = 'VOIDED'"),
    ("event-amounts", """UPDATE events SET data = data || '{"amount_minor": 1}' WHERE name = 'payment.refunded'"""),
    ("event-amounts", "UPDATE events SET name = 'payment.capture_failed' WHERE name = 'payment.captured'"),
    ("approval-events", "DELETE FROM events WHERE name = 'approval_request.created'"),
    ("approval-events", "UPDATE approval_requests SET version = version + 1"),
    ("approval-events", "DELETE FROM approval_requests"),
    ("approval-status", "UPDATE events SET name = 'approval_request.failed' WHERE name = 'approval_request.succeeded'"),
    (
        "approval-first",
        """UPDATE approval_requests SET status = 'REQUIRES_REVIEW', decided_at = NULL, decided_by_kind = NULL,
            decided_by_name = NULL, finished_at = NULL""",
    ),
    ("approval-refund", "DELETE FROM refunds WHERE amount_minor = 6000"),
    ("approval-refund", "UPDATE refunds SET status = 'PENDING' WHERE amount_minor = 6000"),
    ("approval-refund", "UPDATE refunds SET amount_minor = 6001 WHERE amount_minor = 6000"),
    ("approval-refund", "UPDATE approval_requests SET status = 'FAILED', failure = 'x' WHERE status = 'SUCCEEDED'"),
    ("idempotency-key", "DELETE FROM approval_requests WHERE status = 'REQUIRES_REVIEW'"),
    ("gateway-known", "DELETE FROM operations WHERE type = 'REFUND'"),
    ("gateway-same", "UPDATE operations SET status = 'FAILED' WHERE type = 'CAPTURE'"),
    ("gateway-same", "UPDATE operations SET amount_minor = amount_minor + 1 WHERE type = 'VOID'"),
    ("gateway-same", "UPDATE operations SET type = 'CAPTURE' WHERE type = 'VOID'"),
    ("gateway-done", "UPDATE operations SET id = gen_random_uuid() WHERE type = 'REFUND'"),
    ("gateway-done", "UPDATE operations SET id = gen_random_uuid() WHERE type = 'AUTHORIZE'"),
    ("gateway-done", "UPDATE payments SET authorized_minor = 1 WHERE status = 'CANCELED'"),
]
SEAL_CORRUPTIONS = [
    ("was altered", "UPDATE audit_records SET actor_name = 'Nobody' WHERE id = $1"),
    ("was altered", """UPDATE audit_records SET data = '{"amount_minor": 1}' WHERE id = $1"""),
    ("was removed", "DELETE FROM audit_records WHERE id = $1"),
    ("was moved out", "UPDATE audit_records SET xid = '9000000' WHERE id = $1"),
    (
        "was slipped in",
        """
        INSERT INTO audit_records (id, actor_kind, actor_name, action, subject_type, occurred_at, data, xid)
        SELECT gen_random_uuid(), 'SYSTEM', 'x', 'x', 'x', now(), '{}', xid FROM audit_records WHERE id = $1
        """,
    ),
]


async def _seal(dsn: str, limit: int) -> int:
    database = await Database.connect(dsn, size=1)
    try:
        ports = SealingPorts(clock=SystemClock(), units=PostgresUnits(database))
        return await seal_records(ports, JOB, SealRecords(limit=limit))
    finally:
        await database.close()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path_factory.mktemp("simulator") / "journal.jsonl")
    yield process
    process.kill()


@pytest.fixture(scope="module")
async def story(cluster: EmbeddedPostgres, simulator: SimulatorProcess) -> AsyncGenerator[str]:
    """The name of a database in which every verb has left its traces, sealed and with a snapshot."""
    name = await create_copy(cluster)
    dsn = cluster.dsn_of(name)
    merchant_id = await add_merchant(dsn)
    async with opened(dsn, simulator.url) as ports:
        await tell_story(Till(ports, merchant_id))
    while await _seal(dsn, limit=4):
        pass
    await query(
        dsn,
        """
        INSERT INTO ledger_snapshots (merchant_id, account, currency, horizon, through, balance_minor, taken_at)
        SELECT merchant_id, account, currency, pg_snapshot_xmin(pg_current_snapshot()), now(), sum(amount_minor), now()
        FROM ledger_postings GROUP BY 1, 2, 3
        """,
    )
    yield name
    await drop_copy(cluster, name)


@pytest.fixture
def lived(cluster: EmbeddedPostgres, story: str) -> str:
    """Where they are, for who changes nothing for good."""
    return cluster.dsn_of(story)


@pytest.fixture(scope="module")
def effects(story: str, simulator: SimulatorProcess) -> list[GatewayEffect]:
    """What the gateway says it did for them."""
    told = httpx2.get(f"{simulator.url}/v1/effects").json()
    return [
        GatewayEffect(
            operation_id=UUID(effect["operation_id"]),
            effect=effect["effect"],
            amount_minor=effect["amount_minor"],
            currency=effect["currency"],
        )
        for effect in told
    ]


@pytest.fixture
async def books(cluster: EmbeddedPostgres, story: str) -> AsyncGenerator[str]:
    """A copy of them, to be broken."""
    name = f"{story}_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(cluster.dsn_of("postgres"))
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {story}")
        yield cluster.dsn_of(name)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


async def test_books_of_a_real_lifecycle_are_clean(books: str, simulator: SimulatorProcess) -> None:
    assert await violations(books, simulator.url) == []
    assert await violations(books) == []


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
async def test_finds_and_names_what_is_broken(
    lived: str, effects: list[GatewayEffect], name: str, statement: str
) -> None:
    found = await found_in(lived, statement, effects=effects if name.startswith("gateway") else None)
    assert name in names_of(found), found


def test_every_check_has_a_corruption() -> None:
    # Fraud's and the banks' own are broken where their stores are tested, those of reviews, accounts, settlements and
    # payouts beside this file.
    elsewhere = {
        check.name
        for check in (
            *FRAUD_CHECKS,
            *REVIEW_CHECKS,
            *PAYMENT_FILE_CHECKS,
            *BANK_ACCOUNT_CHECKS,
            *MERCHANT_CHECKS,
            *RECONCILIATION_CHECKS,
            *SETTLEMENT_CHECKS,
            *RESERVE_CHECKS,
            *PAYOUT_CHECKS,
        )
    }
    assert {check.name for check in CHECKS} - elsewhere <= {name for name, _ in CORRUPTIONS + DISPUTE_CORRUPTIONS}


async def test_says_which_object_in_readable_words(lived: str) -> None:
    ((payment_id,),) = await query(lived, f"SELECT {CAPTURED}")
    (line,) = await found_in(lived, f"UPDATE payments SET unknown_operations = 1 WHERE id = '{payment_id}'")
    assert isinstance(payment_id, UUID)
    assert format_id(Prefix.PAYMENT, payment_id) in line
    assert "counts 1 unknown outcomes" in line


async def test_lists_twenty_at_most(lived: str) -> None:
    found = await found_in(
        lived,
        """
        INSERT INTO ledger_postings (merchant_id, entry_id, position, account, currency, amount_minor, posted_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 0, 'suspense', 'EUR', 1, now() FROM generate_series(1, 30)
        """,
    )
    lines = [line for line in found if line.startswith("entry-balance")]
    assert len(lines) == 21
    assert lines[-1] == "entry-balance: there are more; these were the first 20"


@pytest.mark.parametrize(("what", "statement"), SEAL_CORRUPTIONS)
async def test_names_the_sealed_record_that_was_touched(lived: str, what: str, statement: str) -> None:
    ((record_id,),) = await query(lived, "SELECT record_ids[1] FROM audit_seals WHERE number = 2")
    (line,) = await found_in(lived, statement.replace("$1", f"'{record_id}'"))
    assert line.startswith("audit-seal: aud_")
    assert what in line
    assert "seal 2" in line
    if what != "was slipped in":
        assert isinstance(record_id, UUID)
        assert format_id(Prefix.AUDIT, record_id) in line


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE audit_seals SET hash = sha256('x') WHERE number = 2", "seal 2 was altered"),
        ("UPDATE audit_seals SET hash = sha256('x') WHERE number = 2", "seal 3 does not follow"),
        ("DELETE FROM audit_seals WHERE number = 2", "those in between are missing"),
        ("UPDATE audit_seals SET digests[1] = sha256('x') WHERE number = 2", "seal 2 was altered"),
    ],
)
async def test_says_which_seal_was_touched(lived: str, statement: str, sentence: str) -> None:
    assert any(sentence in line for line in await found_in(lived, statement))


async def test_what_comes_after_the_last_seal_is_not_sealed_yet(books: str) -> None:
    await query(
        books,
        """
        INSERT INTO audit_records (id, actor_kind, actor_name, action, subject_type, occurred_at, data)
        VALUES (gen_random_uuid(), 'SYSTEM', 'x', 'x', 'x', now(), '{}')
        """,
    )
    assert await violations(books) == []


async def test_an_effect_that_happened_twice(books: str) -> None:
    """No simulator does it, so nobody but us can say it."""
    ((operation_id,),) = await query(books, "SELECT id FROM operations WHERE type = 'REFUND' LIMIT 1")
    assert isinstance(operation_id, UUID)
    effect = GatewayEffect(operation_id=operation_id, effect="refunded", amount_minor=1000, currency="EUR")
    database = await Database.connect(books, size=1, role=None)
    async with open_books(database) as opened_books:
        found = await opened_books.differences("another gateway", [effect], [effect, effect])
    await database.close()
    name = format_id(Prefix.OPERATION, operation_id)
    assert found == [f"gateway-once: {name} was executed 2 times at the gateway (refunded)"]


async def test_an_effect_of_an_operation_that_cannot_be_ours(database_url: str, tmp_path: Path) -> None:
    gateway = SimulatorProcess(tmp_path / "journal.jsonl")
    request = {"operation_id": "op-1", "type": "AUTHORIZE", "amount_minor": 1, "currency": "EUR", "token": "tok_visa"}
    httpx2.post(f"{gateway.url}/v1/operations", json=request).raise_for_status()
    assert await violations(database_url, gateway.url) == [
        "gateway-known: the gateway has an effect for 'op-1', which is no id of ours"
    ]
    gateway.kill()


async def test_payments_may_go_on_meanwhile(database_url: str, tmp_path: Path) -> None:
    """The journal grows between its two readings and the snapshot: that is no difference."""
    gateway = SimulatorProcess(tmp_path / "journal.jsonl")
    merchant_id = await add_merchant(database_url)
    stop = asyncio.Event()

    async def work() -> int:
        made = 0
        async with opened(database_url, gateway.url) as ports:
            till = Till(ports, merchant_id)
            while not stop.is_set():
                await till.create(automatic=True)
                made += 1
        return made

    working = [asyncio.create_task(work()) for _ in range(3)]
    found = [await violations(database_url, gateway.url) for _ in range(5)]
    stop.set()
    assert sum(await asyncio.gather(*working)) > 5
    assert found == [[]] * 5
    gateway.kill()


def test_finds_it_as_a_login_that_has_the_rights_of_the_application_only(cluster: EmbeddedPostgres, books: str) -> None:
    login = f"login_{uuid4().hex[:8]}"
    asyncio.run(query(books, f"CREATE ROLE {login} LOGIN IN ROLE paydesk_app"))
    settings = load_settings(
        {"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": books.replace("//postgres@", f"//{login}@")}
    )
    assert verify(settings) == []
    asyncio.run(corrupt(books, f"UPDATE payments SET unknown_operations = 1 WHERE id = {CAPTURED}"))
    assert names_of(verify(settings)) == {"payment-reservations"}
    asyncio.run(query(books, f"DROP ROLE {login}"))


async def test_refuses_when_there_is_nothing_to_compare_with(books: str) -> None:
    settings = load_settings({"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": books})
    with pytest.raises(VerificationRefused, match="does not answer"):
        await verified(settings, simulator_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(VerificationRefused, match="DATABASE_URL"):
        await verified(load_settings({"PAYDESK_ENVIRONMENT": "test"}))
