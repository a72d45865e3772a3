"""The simulator goes on where the seed stopped."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import orjson
import pytest

from adapters.gateways.simulator import SimulatorGateway
from adapters.postgres.payments import rows
from app.settings import load_settings
from app.verify import verified
from domain.kernel.ids import new_uuid
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import Operation, OperationStatus, OperationType, begin_operation
from domain.payments.perform_operation import gateway_request
from tests.app.simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    import asyncpg

    from domain.payments.payment import Payment
    from tests.app.demo.seed.conftest import Seeded


@pytest.fixture(scope="module")
def simulator(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Generator[SimulatorProcess]:
    # A copy: what tests do here is not in the seeded books.
    process = SimulatorProcess(Path(shutil.copy(seeded.journal, tmp_path_factory.mktemp("gateway"))))
    yield process
    process.kill()


@pytest.fixture
async def http(simulator: SimulatorProcess) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=simulator.url, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
def gateway(simulator: SimulatorProcess, http: httpx2.AsyncClient) -> SimulatorGateway:
    return SimulatorGateway(simulator.url, http)


async def newest(books: asyncpg.Connection, condition: str) -> Payment:
    row = await books.fetchrow(f"SELECT * FROM payments WHERE {condition} ORDER BY created_at DESC LIMIT 1")
    assert row is not None
    return rows.payment_of(row)


def an_operation(payment: Payment, kind: OperationType, minor: int, *, final: bool = False) -> Operation:
    at = payment.updated_at
    return begin_operation(payment, new_uuid(at), kind, payment.money(minor), at, final=final)


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("status = 'AUTHORIZED' AND capture_pending_minor = 0", OperationType.CAPTURE),
        ("status = 'AUTHORIZED' AND capture_pending_minor = 0", OperationType.VOID),
        ("status = 'PARTIALLY_CAPTURED'", OperationType.CAPTURE),
        ("status = 'CAPTURED' AND refunded_minor = 0 AND refund_pending_minor = 0", OperationType.REFUND),
        ("refunded_minor BETWEEN 1 AND captured_minor - 1 AND refund_pending_minor = 0", OperationType.REFUND),
    ],
)
async def test_seeded_payments_can_be_moved_on(
    books: asyncpg.Connection, gateway: SimulatorGateway, condition: str, kind: OperationType
) -> None:
    # Each case takes a merchant of its own kind, so none meets what another one did.
    offset = {OperationType.VOID: "AND currency = 'JPY'"}.get(kind, "AND currency <> 'JPY'")
    payment = await newest(books, f"{condition} {offset}")
    minor = {
        OperationType.CAPTURE: payment.capturable_minor,
        OperationType.VOID: payment.authorized_minor,
        OperationType.REFUND: payment.refundable_minor,
    }[kind]
    too_much = await gateway.execute(gateway_request(payment, an_operation(payment, kind, minor + 1)))
    assert too_much.kind is OutcomeKind.FAILED
    outcome = await gateway.execute(gateway_request(payment, an_operation(payment, kind, minor, final=True)))
    assert (outcome.kind, outcome.amount) == (OutcomeKind.SUCCEEDED, payment.money(minor))


async def test_open_operations_find_their_outcome(books: asyncpg.Connection, gateway: SimulatorGateway) -> None:
    found: defaultdict[tuple[OperationType, OperationStatus], set[OutcomeKind]] = defaultdict(set)
    for row in await books.fetch("SELECT * FROM operations WHERE next_check_at IS NOT NULL"):
        operation = rows.operation_of(row)
        payment = await newest(books, f"id = '{operation.payment_id}'")
        outcome = await gateway.look_up(gateway_request(payment, operation))
        found[operation.type, operation.status].add(outcome.kind)
        if operation.type is OperationType.AUTHORIZE:
            assert outcome.method is not None
            assert outcome.gateway_reference is not None
    assert found == {
        (OperationType.AUTHORIZE, OperationStatus.UNKNOWN): {OutcomeKind.SUCCEEDED},
        (OperationType.CAPTURE, OperationStatus.UNKNOWN): {OutcomeKind.SUCCEEDED},
        (OperationType.REFUND, OperationStatus.PENDING): {OutcomeKind.ACCEPTED},
    }


async def test_a_customer_who_is_asked_can_still_answer(
    books: asyncpg.Connection, gateway: SimulatorGateway, http: httpx2.AsyncClient
) -> None:
    payment = await newest(books, "status = 'REQUIRES_ACTION'")
    path = f"/3ds/{payment.gateway_reference}"
    assert payment.next_action_url == f"http://localhost:8002{path}"
    assert "Confirm your payment" in (await http.get(path)).text
    await http.post(path, data={"decision": "approve"})
    at = payment.updated_at
    operation = begin_operation(
        payment,
        new_uuid(at),
        OperationType.AUTHORIZE,
        payment.money(payment.amount_minor),
        at,
        confirms=True,
    )
    outcome = await gateway.execute(gateway_request(payment, operation))
    assert outcome.kind is OutcomeKind.SUCCEEDED


async def test_the_gateway_moved_what_the_books_say(books: asyncpg.Connection, seeded: Seeded) -> None:
    effects: defaultdict[str, set[tuple[str, int, str]]] = defaultdict(set)
    for line in seeded.journal.read_bytes().splitlines():
        for effect in orjson.loads(line).get("effects", ()):
            told = (effect["effect"], effect["amount_minor"], effect["currency"])
            assert told not in effects[effect["operation_id"]]
            effects[effect["operation_id"]].add(told)
    moves = {"AUTHORIZE": "authorized", "CAPTURE": "captured", "VOID": "voided", "REFUND": "refunded"}
    done = await books.fetch(
        "SELECT id, type, amount_minor, currency, capture FROM operations"
        " WHERE (status = 'SUCCEEDED' AND response_code = '00') OR status = 'UNKNOWN'"
    )
    known = {str(row["id"]) for row in done}
    for row in done:
        expected = {(moves[row["type"]], row["amount_minor"], row["currency"])}
        if row["capture"]:
            expected.add(("captured", row["amount_minor"], row["currency"]))
        found = effects[str(row["id"])]
        assert {effect for effect in found if effect[0] != "released"} == expected
    assert effects.keys() == known


async def test_the_books_of_the_demo_verify(seeded: Seeded, tmp_path: Path) -> None:
    simulator = SimulatorProcess(Path(shutil.copy(seeded.journal, tmp_path)))
    try:
        settings = load_settings(
            {"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": seeded.dsn, "PAYDESK_DATA_DIR": str(tmp_path)}
        )
        assert await verified(settings, simulator_url=simulator.url) == []
    finally:
        simulator.kill()
