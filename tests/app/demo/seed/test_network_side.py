"""The simulator's dispute desk goes on where the seed stopped, and says what the books say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx2
import orjson
import pytest

from adapters.gateways.dispute_registry import DisputeGatewayRegistry
from adapters.gateways.registry import GatewayRegistry
from adapters.gateways.simulator_disputes import SimulatorDisputes
from adapters.postgres.database import Database
from adapters.postgres.disputes import rows
from adapters.postgres.unit import PostgresUnits
from adapters.storage.scanners import Scanners
from app.demo.seed.merchants import GATEWAY, MERCHANTS
from app.demo.seed.people import cast
from domain.disputes.accept_dispute import AcceptDispute, accept_dispute
from domain.disputes.beginning import DisputeResult
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import DisputeRequest, ResponseKind
from domain.disputes.poll_gateways import PollGateways, poll_gateways
from domain.disputes.ports import DisputePorts
from domain.disputes.stage import DisputeStatus
from domain.disputes.stage_evidence import StageEvidence, stage_evidence
from domain.disputes.submit_evidence import SubmitEvidence, submit_evidence
from domain.identity.actor import Actor, system_actor
from domain.kernel.clock import SystemClock
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.payments.gateway import OutcomeKind
from domain.payments.ports import PaymentPorts
from tests.app.demo.seed.conftest import fill
from tests.app.simulator.process import SimulatorProcess
from tests.fakes.storage import MemoryStorage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.ports import DisputesUnit
    from tests.app.demo.seed.conftest import Seeded

_S = DisputeStatus
# What only our side knows of: evidence that was never sent, and time that has run out.
AT_GATEWAY = {_S.EVIDENCE_STAGED: "needs_response", _S.EXPIRED: "needs_response", _S.ACCEPTED: "lost"}
WORKER = system_actor("test")


@pytest.fixture(scope="module")
def untouched(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(Path(shutil.copy(seeded.journal, tmp_path_factory.mktemp("gateway"))))
    yield process
    process.kill()


@pytest.fixture(scope="module")
def simulator(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Generator[SimulatorProcess]:
    """One that tests may do something to, each to a case of its own."""
    process = SimulatorProcess(Path(shutil.copy(seeded.journal, tmp_path_factory.mktemp("gateway"))))
    yield process
    process.kill()


@pytest.fixture
async def record(untouched: SimulatorProcess) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=untouched.url, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
async def http(simulator: SimulatorProcess) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as client:
        yield client


async def told(http: httpx2.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await http.get("/v1/disputes")
    return {case["case_reference"]: case for case in answer.json()["disputes"]}


async def a_dispute(books: asyncpg.Connection, condition: str) -> Dispute:
    row = await books.fetchrow(f"SELECT * FROM disputes WHERE {condition} ORDER BY id LIMIT 1")
    assert row is not None
    return rows.dispute_of(row)


async def test_both_sides_say_the_same_of_every_case(books: asyncpg.Connection, record: httpx2.AsyncClient) -> None:
    cases = await told(record)
    disputes = [rows.dispute_of(row) for row in await books.fetch("SELECT * FROM disputes")]
    references = dict(await books.fetch("SELECT id, gateway_reference FROM payments"))
    assert cases.keys() == {dispute.case_reference for dispute in disputes}
    for dispute in disputes:
        case = cases[dispute.case_reference]
        assert case["status"] == AT_GATEWAY.get(dispute.status, dispute.status.lower())
        assert case["stage"] == dispute.stage.lower()
        assert case["gateway_reference"] == references[dispute.payment_id]
        assert case["network"] == dispute.network.lower()
        assert (case["amount_minor"], case["currency"]) == (dispute.amount_minor, dispute.currency.code)
        assert dispute.dispute_amount is not None
        assert case["dispute_amount_minor"] == dispute.dispute_amount.minor
        assert case["dispute_currency"] == dispute.dispute_amount.currency.code
        assert dispute.respond_by is not None
        assert case["respond_by"] == dispute.respond_by.isoformat()
        assert (case["network_case_id"], case["arn"]) == (dispute.network_case_id, dispute.arn)


async def test_it_has_every_answer_as_it_was_sent(books: asyncpg.Connection, record: httpx2.AsyncClient) -> None:
    known = {
        answer["response_id"]: (answer["kind"], answer["stage"], answer["texts"])
        for case in (await told(record)).values()
        for answer in case["responses"]
    }
    sent = await books.fetch(
        "SELECT r.id, r.kind, r.stage, coalesce(e.texts, '{}') AS texts FROM dispute_responses AS r LEFT JOIN"
        " dispute_evidence AS e ON (e.dispute_id, e.stage, e.status) = (r.dispute_id, r.stage, 'SUBMITTED')"
    )
    assert known == {str(row["id"]): (row["kind"].lower(), row["stage"].lower(), row["texts"]) for row in sent}


async def test_it_has_nothing_new_to_tell(books: asyncpg.Connection, record: httpx2.AsyncClient) -> None:
    cursor: str = str(await books.fetchval("SELECT cursor FROM gateway_cursors WHERE gateway = $1", GATEWAY))
    page = (await record.get("/v1/notices", params={"after": cursor})).json()
    assert (page["notices"], page["cursor"], page["more"]) == ([], cursor, False)
    all_told = (await record.get("/v1/notices", params={"limit": 1000})).json()["notices"]
    kept = await books.fetch("SELECT notice_id FROM dispute_notices UNION SELECT notice_id FROM early_fraud_warnings")
    assert {notice["notice_id"] for notice in all_told} == {row["notice_id"] for row in kept}
    assert len(all_told) == int(cursor)
    assert f"{cursor} notices so far; {cursor} of them" in (await record.get("/disputes")).text


@pytest.mark.parametrize(
    ("condition", "kind", "expected"),
    [
        ("stage = 'CHARGEBACK' AND status = 'NEEDS_RESPONSE' AND network = 'MASTERCARD'", "COUNTER", "SUCCEEDED"),
        ("stage = 'PRE_ARBITRATION' AND status = 'NEEDS_RESPONSE'", "ACCEPT", "SUCCEEDED"),
        ("stage = 'INQUIRY' AND status = 'NEEDS_RESPONSE'", "COUNTER", "SUCCEEDED"),
        ("stage = 'CHARGEBACK' AND status = 'EXPIRED'", "COUNTER", "FAILED"),
        ("stage = 'CHARGEBACK' AND status = 'UNDER_REVIEW'", "COUNTER", "FAILED"),
    ],
)
async def test_it_takes_answers_to_what_waits_for_one(
    books: asyncpg.Connection,
    simulator: SimulatorProcess,
    http: httpx2.AsyncClient,
    condition: str,
    kind: str,
    expected: str,
) -> None:
    dispute = await a_dispute(books, condition)
    request = DisputeRequest(
        response_id=new_uuid(SystemClock().now()),
        case_reference=dispute.case_reference,
        stage=dispute.stage,
        kind=ResponseKind[kind],
        texts={EvidenceKind.RECEIPT: "As on the invoice."} if kind == "COUNTER" else {},
    )
    outcome = await SimulatorDisputes(GATEWAY, simulator.url, http).respond(request)
    assert outcome.kind is OutcomeKind[expected], outcome


@pytest.mark.parametrize(
    ("condition", "step", "value", "status"),
    [
        ("stage = 'CHARGEBACK' AND status = 'WON' AND network = 'VISA'", "advance", {}, "needs_response"),
        ("stage = 'PRE_ARBITRATION' AND status = 'UNDER_REVIEW'", "decide", {"outcome": "won"}, "won"),
        ("stage = 'ARBITRATION' AND status = 'UNDER_REVIEW'", "decide", {"outcome": "lost"}, "lost"),
        ("stage = 'ARBITRATION' AND status = 'NEEDS_RESPONSE'", "withdraw", {}, "withdrawn"),
        ("stage = 'INQUIRY' AND status = 'EVIDENCE_STAGED'", "prevent", {}, "prevented"),
    ],
)
async def test_its_console_goes_on_with_them(
    books: asyncpg.Connection,
    http: httpx2.AsyncClient,
    condition: str,
    step: str,
    value: dict[str, str],
    status: str,
) -> None:
    dispute = await a_dispute(books, condition)
    answer = await http.post(f"/v1/disputes/{dispute.case_reference}/{step}", json=value)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == status


async def test_other_sales_can_be_disputed_at_the_console(books: asyncpg.Connection, http: httpx2.AsyncClient) -> None:
    reference = await books.fetchval(
        "SELECT gateway_reference FROM payments AS p WHERE status = 'CAPTURED' AND brand = 'VISA'"
        " AND NOT EXISTS (SELECT FROM disputes AS d WHERE d.payment_id = p.id) LIMIT 1"
    )
    opening = {"gateway_reference": reference, "stage": "chargeback", "network": "visa", "reason_code": "13.1"}
    answer = await http.post("/v1/disputes", json=opening)
    assert answer.status_code == 201, answer.text


async def test_a_case_goes_on_between_both_sides(database_url: str, tmp_path: Path) -> None:
    await fill(database_url, tmp_path, payments_count=2_000)
    simulator = SimulatorProcess(tmp_path / "simulator.jsonl")
    database = await Database.connect(database_url, size=2)
    try:
        async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as http:
            ports = _ports(database, SimulatorDisputes(GATEWAY, simulator.url, http))
            merchant = MERCHANTS[0]
            operator = cast(lambda machine: machine.name, SystemClock().now()).workers_of(merchant)[0]
            first, second = await _answerable(database_url, merchant.merchant.id)
            texts: dict[EvidenceKind, str | None] = {EvidenceKind.RECEIPT: "As on the invoice."}
            await stage_evidence(ports, operator, StageEvidence(dispute_id=first.id, texts=texts))
            submitted = await submit_evidence(
                ports, operator, SubmitEvidence(idempotency_key="counter", dispute_id=first.id)
            )
            assert submitted.dispute.status is DisputeStatus.UNDER_REVIEW
            won = await http.post(f"/v1/disputes/{first.case_reference}/decide", json={"outcome": "won"})
            assert won.status_code == 200, won.text
            # The network has the evidence, and then it decides.
            assert await poll_gateways(ports, WORKER, PollGateways()) == 2
            assert (await _read(ports, operator, first)).status is DisputeStatus.WON
            accepted = await accept_dispute(
                ports, operator, AcceptDispute(idempotency_key="accept", dispute_id=second.id)
            )
            assert isinstance(accepted, DisputeResult)
            assert accepted.dispute.status is DisputeStatus.ACCEPTED
    finally:
        await database.close()
        simulator.kill()


def _ports(database: Database, gateway: SimulatorDisputes) -> DisputePorts:
    clock, units = SystemClock(), PostgresUnits(database)
    return DisputePorts(
        clock=clock,
        units=units,
        gateways=DisputeGatewayRegistry({GATEWAY: gateway}),
        storage=MemoryStorage(),
        scanner=Scanners([]),
        payments=PaymentPorts(clock=clock, units=units, gateways=GatewayRegistry({})),
    )


async def _answerable(dsn: str, merchant_id: UUID) -> list[Dispute]:
    """Two chargebacks that nobody has answered, of amounts that need no approval."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.set_type_codec("jsonb", encoder=str, decoder=orjson.loads, schema="pg_catalog")
        found = await connection.fetch(
            "SELECT * FROM disputes WHERE merchant_id = $1 AND stage = 'CHARGEBACK' AND status = 'NEEDS_RESPONSE'"
            " AND amount_minor < 10000 ORDER BY id LIMIT 2",
            merchant_id,
        )
        return [rows.dispute_of(row) for row in found]
    finally:
        await connection.close()


async def _read(ports: DisputePorts, actor: Actor, dispute: Dispute) -> Dispute:
    async def read(unit: DisputesUnit) -> Dispute:
        return await unit.disputes.get(dispute.id)

    return await in_unit(ports.units, actor, "test.read", read)
