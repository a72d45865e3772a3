"""Whatever broke and wherever, asking the gateway ends the operation, with one effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from domain.kernel.errors import NotFound
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.record_outcome import RecordOutcome, record_outcome
from domain.payments.resolve_operations import ResolveOperations, resolve_operations
from tests.builders.money import eur
from tests.builders.payments import an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.payments.gateway import GatewayRequest, Outcome
    from domain.payments.results import CaptureResult, PaymentResult, RefundResult
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = PaymentStatus


@dataclass(frozen=True, kw_only=True)
class Case:
    """A verb: what it needs, how it is asked for, and how it ends."""

    unit: str
    prepare: Callable[[Desk], Awaitable[Payment | None]]
    ask: Callable[[Desk, Any], Awaitable[PaymentResult | CaptureResult | RefundResult]]
    effect: OperationType
    status: PaymentStatus
    captured: int = 0
    refunded: int = 0


async def nothing(_: Desk) -> None:
    return None


async def waiting(desk: Desk) -> Payment:
    desk.gateway.next(an_outcome(OutcomeKind.REQUIRES_ACTION))
    return (await desk.create(capture_mode=CaptureMode.AUTOMATIC)).payment


def _create(mode: CaptureMode) -> Callable[[Desk, Any], Awaitable[PaymentResult]]:
    return lambda desk, _: desk.create(capture_mode=mode, idempotency_key="k")


CASES = {
    "create": Case(
        unit="authorize",
        prepare=nothing,
        ask=_create(CaptureMode.MANUAL),
        effect=OperationType.AUTHORIZE,
        status=S.AUTHORIZED,
    ),
    "create and capture": Case(
        unit="authorize",
        prepare=nothing,
        ask=_create(CaptureMode.AUTOMATIC),
        effect=OperationType.AUTHORIZE,
        status=S.CAPTURED,
        captured=10000,
    ),
    "confirm": Case(
        unit="confirm",
        prepare=waiting,
        ask=lambda desk, payment: desk.confirm(payment, idempotency_key="k"),
        effect=OperationType.AUTHORIZE,
        status=S.CAPTURED,
        captured=10000,
    ),
    "capture": Case(
        unit="capture",
        prepare=lambda desk: desk.authorized(),
        ask=lambda desk, payment: desk.capture(payment, eur(40), final=False, idempotency_key="k"),
        effect=OperationType.CAPTURE,
        status=S.PARTIALLY_CAPTURED,
        captured=4000,
    ),
    "final capture": Case(
        unit="capture",
        prepare=lambda desk: desk.authorized(),
        ask=lambda desk, payment: desk.capture(payment, eur(40), idempotency_key="k"),
        effect=OperationType.CAPTURE,
        status=S.CAPTURED,
        captured=4000,
    ),
    "void": Case(
        unit="void",
        prepare=lambda desk: desk.authorized(),
        ask=lambda desk, payment: desk.void(payment, idempotency_key="k"),
        effect=OperationType.VOID,
        status=S.VOIDED,
    ),
    "refund": Case(
        unit="refund",
        prepare=lambda desk: desk.captured(),
        ask=lambda desk, payment: desk.refund(payment, eur(40), idempotency_key="k"),
        effect=OperationType.REFUND,
        status=S.CAPTURED,
        captured=10000,
        refunded=4000,
    ),
}
PLACES = ["intent.committed", "call.before", "call.after", "outcome.before_commit", "outcome.committed"]


def arm(desk: Desk, units: MemoryUnits, case: Case, place: str) -> None:
    faults = {"call.before": Fault.CRASH_BEFORE, "call.after": Fault.CRASH_AFTER}
    if place in faults:
        desk.gateway.next(faults[place])
    elif place.startswith("intent"):
        units.die_at(f"{case.unit}.{place}")
    else:
        units.die_at(place)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_a_crash_between_the_beats(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway, case: Case, place: str
) -> None:
    payment = await case.prepare(desk)
    before = len(gateway.effects)
    arm(desk, units, case, place)
    with pytest.raises(Crash):
        await case.ask(desk, payment)
    open_ones = [operation for operation in tables.operations.values() if operation.open]
    assert [o.status for o in open_ones] == ([] if place == "outcome.committed" else [OperationStatus.PENDING])
    assert await desk.resolve(after_seconds=29) == 0
    assert await desk.resolve(after_seconds=1) == len(open_ones)
    [ended] = tables.payments.values()
    assert (ended.status, ended.captured_minor, ended.refunded_minor) == (case.status, case.captured, case.refunded)
    assert [effect.type for effect in gateway.effects[before:]] == [case.effect]
    assert_agreement(tables, gateway)
    again = await case.ask(desk, ended)
    assert again.replayed
    assert len(gateway.effects) == before + 1
    assert await desk.resolve(after_seconds=10_000) == 0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_a_crash_before_the_intent_is_committed_leaves_nothing(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway, case: Case
) -> None:
    payment = await case.prepare(desk)
    before, calls = dict(tables.payments), len(gateway.requests)
    units.die_at(f"{case.unit}.intent.before_commit")
    with pytest.raises(Crash):
        await case.ask(desk, payment)
    assert tables.payments == before
    assert len(gateway.requests) == calls
    assert await desk.resolve(after_seconds=10_000) == 0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_the_resolver_may_die_as_well(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway, case: Case
) -> None:
    payment = await case.prepare(desk)
    units.die_at(f"{case.unit}.intent.committed")
    with pytest.raises(Crash):
        await case.ask(desk, payment)
    gateway.next(Fault.CRASH_AFTER)
    with pytest.raises(Crash):
        await desk.resolve(after_seconds=30)
    units.die_at("outcome.before_commit")
    with pytest.raises(Crash):
        await desk.resolve(after_seconds=30)
    assert await desk.resolve(after_seconds=30) == 1
    assert [effect.type for effect in gateway.effects].count(case.effect) == 1
    assert_agreement(tables, gateway)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_refused_after_all(desk: Desk, tables: Tables, gateway: StandInGateway, case: Case) -> None:
    payment = await case.prepare(desk)
    before = list(gateway.effects)
    gateway.next(Fault.REQUEST_LOST)
    await case.ask(desk, payment)
    gateway.next(an_outcome(OutcomeKind.FAILED, response_code="no"))
    await desk.resolve(after_seconds=2)
    assert gateway.effects == before
    assert_agreement(tables, gateway)


async def test_questions_grow_apart_while_nobody_can_tell(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    gateway.next(Fault.REQUEST_LOST)
    await desk.create()
    moments = []
    unknown = an_outcome(OutcomeKind.UNKNOWN, response_code="timeout")
    for _ in range(400):
        gateway.next_look_up(unknown)
        if await desk.resolve(after_seconds=60):
            moments.append(desk.clock.now())
        else:
            gateway._look_up_script.clear()
    gaps = [late - early for early, late in pairwise(moments)]
    assert gaps == sorted(gaps)
    assert gaps[-1] <= timedelta(hours=1, minutes=1)
    assert len(moments) >= 8
    assert len(gateway.look_ups) == len(moments)
    [operation] = tables.operations.values()
    assert (operation.status, operation.checks) == (OperationStatus.UNKNOWN, 1 + 2 * len(moments))
    [payment] = tables.payments.values()
    assert payment.unknown_operations == 1
    assert [event.name for event in tables.events].count("payment.outcome_unknown") == 1


async def test_a_gateway_that_never_saw_it_is_sent_the_same_request_again(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    payment = await desk.authorized()
    gateway.next(Fault.REQUEST_LOST)
    await desk.capture(payment, eur(40), final=False)
    await desk.resolve(after_seconds=2)
    assert gateway.requests[-1] == gateway.requests[-2]
    assert gateway.moved(OperationType.CAPTURE) == 4000
    assert_agreement(tables, gateway)


async def test_a_repetition_that_cannot_be_sent_says_nothing_about_the_first_time(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    gateway.next(Fault.REQUEST_LOST)
    payment = await desk.authorized()
    gateway.next(Fault.NOT_SENT)
    await desk.resolve(after_seconds=2)
    assert tables.payments[payment.id].status is S.PROCESSING
    assert [operation.status for operation in tables.operations.values()] == [OperationStatus.UNKNOWN]
    await desk.resolve(after_seconds=60)
    assert tables.payments[payment.id].status is S.AUTHORIZED
    assert_agreement(tables, gateway)


async def test_a_first_attempt_that_never_left_says_nothing_once_others_have_asked(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway
) -> None:
    units.die_at("authorize.intent.committed")
    with pytest.raises(Crash):
        await desk.create()
    [operation] = tables.operations.values()
    # The resolver has leased it and is about to send the request, when the first maker wakes up and cannot connect.
    tables.operations[operation.id] = operation.checked(desk.clock.now())
    unreached = RecordOutcome(operation_id=operation.id, outcome=an_outcome(OutcomeKind.NOT_SENT))
    assert (await record_outcome(desk.ports, desk.actor, unreached)).operation.open
    await desk.resolve(after_seconds=60)
    assert [payment.status for payment in tables.payments.values()] == [S.AUTHORIZED]
    assert_agreement(tables, gateway)


async def test_what_was_concluded_after_the_lease_is_not_sent_again(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway
) -> None:
    units.die_at("authorize.intent.committed")
    with pytest.raises(Crash):
        await desk.create()
    [operation] = tables.operations.values()
    look_up = gateway.look_up

    async def conclude_meanwhile(request: GatewayRequest) -> Outcome:
        refused = RecordOutcome(operation_id=operation.id, outcome=an_outcome(OutcomeKind.FAILED))
        await record_outcome(desk.ports, desk.actor, refused)
        return await look_up(request)

    gateway.look_up = conclude_meanwhile  # pyright: ignore[reportAttributeAccessIssue]
    assert await desk.resolve(after_seconds=30) == 1
    assert (gateway.requests, gateway.effects) == ([], [])
    assert tables.operations[operation.id].status is OperationStatus.FAILED
    assert_agreement(tables, gateway)


async def test_each_is_asked_about_once_by_two_resolvers(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    gateway.next(*[Fault.ANSWER_LOST] * 5)
    for _ in range(5):
        await desk.captured()
    desk.clock.pass_by(10)
    asked = [await resolve_operations(desk.ports, JOBS, ResolveOperations(limit=3)) for _ in range(3)]
    assert asked == [3, 2, 0]
    assert len(gateway.look_ups) == 5
    assert_agreement(tables, gateway)


async def test_the_job_s_name_stands_in_the_audit_log(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    gateway.next(Fault.ANSWER_LOST)
    await desk.authorized()
    await desk.resolve(after_seconds=2)
    assert [(r.actor_kind, r.actor_name) for r in tables.audit][-1] == ("SYSTEM", "jobs")


async def test_one_that_cannot_be_resolved_keeps_no_other_waiting(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    gateway.next(*[Fault.ANSWER_LOST] * 2)
    for _ in range(2):
        await desk.captured()
    stranger, known = tables.operations.values()
    tables.operations[stranger.id] = replace(stranger, gateway="gone")
    desk.clock.pass_by(10)
    with pytest.raises(ExceptionGroup) as failed:
        await resolve_operations(desk.ports, JOBS, ResolveOperations())
    assert failed.group_contains(KeyError)
    assert tables.operations[known.id].status is OperationStatus.SUCCEEDED
    assert tables.operations[stranger.id].open


async def test_a_payment_that_cannot_be_loaded_keeps_no_other_operation_waiting(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    gateway.next(*[Fault.ANSWER_LOST] * 2)
    for _ in range(2):
        await desk.captured()
    unreadable, known = tables.operations.values()
    del tables.payments[unreadable.payment_id]
    desk.clock.pass_by(10)
    with pytest.raises(ExceptionGroup) as failed:
        await resolve_operations(desk.ports, JOBS, ResolveOperations())
    assert [type(error) for error in failed.value.exceptions] == [NotFound]
    assert tables.operations[known.id].status is OperationStatus.SUCCEEDED
    # Its lease holds: the next question is as far away as anybody's.
    assert tables.operations[unreadable.id].checks == unreadable.checks + 1
