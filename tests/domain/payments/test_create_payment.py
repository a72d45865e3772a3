"""A payment is created, authorized and perhaps captured; or declined; or nobody can tell yet."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from domain.kernel.idempotency import IdempotencyConflict, IdempotencyInProgress
from domain.kernel.money import Money
from domain.kernel.unit import Contention
from domain.merchants.errors import MerchantSuspended
from domain.merchants.merchant import MerchantStatus
from domain.payments.create_payment import NewCustomer
from domain.payments.decline import DeclineCode
from domain.payments.gateway import OutcomeKind, RedirectAction
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import CaptureMode, PaymentStatus
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import after
from tests.builders.money import JPY, eur
from tests.builders.payments import a_customer, a_method, an_outcome
from tests.fakes.agreement import assert_agreement
from tests.fakes.crash import Crash
from tests.fakes.gateway import AUTHORIZED_FOR, Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

S = PaymentStatus


async def test_authorized_now_to_be_captured_later(desk: Desk, tables: Tables) -> None:
    result = await desk.create(reference="R-1", metadata={"cart": "7"})
    payment = result.payment
    assert not result.replayed
    assert (payment.status, payment.authorized_minor, payment.captured_minor) == (S.AUTHORIZED, 10000, 0)
    assert (payment.reference, payment.metadata, payment.gateway) == ("R-1", {"cart": "7"}, "simulator")
    assert payment.authorization_expires_at == desk.clock.now() + AUTHORIZED_FOR
    assert tables.entries == []
    assert [event.name for event in tables.events] == ["payment.created", "payment.authorized"]


async def test_captured_at_once(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    payment = await desk.captured(eur(100))
    assert (payment.status, payment.captured_minor, payment.fee_minor) == (S.CAPTURED, 10000, 175)
    [capture] = tables.captures.values()
    assert (capture.status, capture.amount, capture.final, capture.fee_minor) == (
        OperationStatus.SUCCEEDED, eur(100), True, 175,
    )  # fmt: skip
    [entry] = tables.entries
    assert [(p.account.name, p.amount.minor) for p in entry.postings] == [
        ("gateway_clearing:simulator", 10000), ("pending", -10000), ("pending", 175), ("fees_revenue", -175),
    ]  # fmt: skip
    assert len(gateway.requests) == 1
    assert gateway.requests[0].capture
    assert_agreement(tables, gateway)


async def test_every_write_has_its_actor(desk: Desk, tables: Tables) -> None:
    payment = await desk.captured()
    assert [(record.action, record.actor_id) for record in tables.audit] == [
        ("payments.create", desk.actor.id), ("payments.record_outcome", desk.actor.id),
    ]  # fmt: skip
    assert tables.audit[0].subject_id == payment.id
    assert tables.audit[0].data == {"amount_minor": 10000, "currency": "EUR"}


async def test_the_gateway_is_called_with_no_transaction_open(desk: Desk, units: MemoryUnits) -> None:
    await desk.create()
    assert units.passed == [
        "authorize.intent.before_commit",
        "authorize.intent.committed",
        "outcome.before_commit",
        "outcome.committed",
    ]


async def test_a_currency_without_minor_unit(desk: Desk, tables: Tables) -> None:
    payment = await desk.captured(Money(1500, JPY))
    assert payment.money(payment.captured_minor).plain == "1500"
    assert payment.fee_minor == 22
    assert tables.balance_minor("fees_revenue") == -22


@pytest.mark.parametrize(
    ("code", "status"), [(DeclineCode.INSUFFICIENT_FUNDS, S.DECLINED), (DeclineCode.GATEWAY_ERROR, S.FAILED)]
)
async def test_a_decline_is_a_result(
    desk: Desk, tables: Tables, gateway: StandInGateway, code: DeclineCode, status: PaymentStatus
) -> None:
    gateway.next(an_outcome(OutcomeKind.FAILED, decline_code=code, response_code="51"))
    payment = await desk.captured()
    assert (payment.status, payment.decline_code, payment.authorized_minor) == (status, code, 0)
    [operation] = tables.operations.values()
    assert (operation.status, operation.response_code) == (OperationStatus.FAILED, "51")
    assert_agreement(tables, gateway)


async def test_a_gateway_that_cannot_be_reached_fails_the_payment_for_good(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    gateway.next(Fault.NOT_SENT)
    payment = (await desk.create(idempotency_key="k")).payment
    assert (payment.status, payment.decline_code) == (S.FAILED, DeclineCode.GATEWAY_ERROR)
    again = await desk.create(idempotency_key="k")
    assert (again.replayed, again.payment) == (True, payment)
    assert gateway.effects == []
    assert_agreement(tables, gateway)


async def test_an_action_of_the_customer_comes_first(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    action = RedirectAction(url="https://acs.example/1", expires_at=after(600))
    gateway.next(an_outcome(OutcomeKind.REQUIRES_ACTION, next_action=action, gateway_reference="ref_1"))
    payment = await desk.captured()
    assert (payment.status, payment.next_action_url) == (S.REQUIRES_ACTION, "https://acs.example/1")
    assert (payment.captured_minor, tables.entries) == (0, [])


async def test_what_the_token_stands_for_is_kept(desk: Desk, gateway: StandInGateway) -> None:
    gateway.next(an_outcome(method=a_method(last4="1881"), risk_score=7))
    payment = await desk.authorized()
    assert (payment.method.last4, payment.risk_score) == ("1881", 7)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST])
async def test_nobody_can_tell_until_the_gateway_is_asked(
    desk: Desk, tables: Tables, gateway: StandInGateway, fault: Fault
) -> None:
    gateway.next(fault)
    payment = await desk.captured()
    assert (payment.status, payment.unknown_operations) == (S.PROCESSING, 1)
    [operation] = tables.operations.values()
    assert (operation.status, operation.response_code) == (OperationStatus.UNKNOWN, "timeout")
    assert await desk.resolve(after_seconds=2) == 1
    assert tables.payments[payment.id].status is S.CAPTURED
    assert gateway.moved(OperationType.AUTHORIZE) == 10000
    assert_agreement(tables, gateway)


async def test_another_amount_than_asked_is_no_answer(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    gateway.next(an_outcome(amount=eur("99.99")))
    payment = await desk.captured()
    assert (payment.status, payment.captured_minor, tables.entries) == (S.PROCESSING, 0, [])
    [operation] = tables.operations.values()
    assert (operation.status, operation.response_code) == (OperationStatus.UNKNOWN, "amount_mismatch")
    await desk.resolve(after_seconds=60)
    assert tables.operations[operation.id].status is OperationStatus.UNKNOWN
    gateway.next_look_up(an_outcome(amount=eur(100), gateway_reference=gateway.effects[0].reference))
    await desk.resolve(after_seconds=3600)
    assert tables.payments[payment.id].status is S.CAPTURED
    assert_agreement(tables, gateway)


async def test_another_currency_than_asked_is_no_answer_either(desk: Desk, gateway: StandInGateway) -> None:
    gateway.next(an_outcome(amount=Money(10000, JPY)))
    assert (await desk.create()).payment.unknown_operations == 1


async def test_the_same_key_again_is_the_same_payment(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    first = await desk.create(idempotency_key="k")
    again = await desk.create(idempotency_key="k")
    assert (first.replayed, again.replayed) == (False, True)
    assert again.payment == first.payment
    assert (len(tables.payments), len(gateway.requests)) == (1, 1)


async def test_a_hundred_requests_at_once_have_one_effect(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    results = await asyncio.gather(*(desk.create(idempotency_key="k") for _ in range(100)))
    assert len({result.payment.id for result in results}) == 1
    assert sum(not result.replayed for result in results) == 1
    assert all(result.payment.status is S.AUTHORIZED for result in results)
    assert len(gateway.effects) == len(tables.payments) == 1


async def test_the_same_key_with_another_input_is_a_conflict(desk: Desk, tables: Tables) -> None:
    await desk.create(idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        await desk.create(eur(101), idempotency_key="k")
    assert len(tables.payments) == 1


async def test_another_merchant_s_key_is_another_key(desk: Desk, units: MemoryUnits, tables: Tables) -> None:
    other = a_merchant()
    tables.merchants[other.id] = other
    neighbour = type(desk)(units, other, desk.gateway, desk.clock)
    await desk.create(idempotency_key="k")
    assert not (await neighbour.create(idempotency_key="k")).replayed
    assert len(tables.payments) == 2


async def test_a_replay_waits_two_seconds_for_the_first_answer(
    desk: Desk, tables: Tables, gateway: StandInGateway
) -> None:
    gateway.next(Fault.CRASH_AFTER)
    with pytest.raises(Crash):
        await desk.create(idempotency_key="k")
    before = desk.clock.now()
    with pytest.raises(IdempotencyInProgress):
        await desk.create(idempotency_key="k")
    assert (desk.clock.now() - before).total_seconds() == 2
    await desk.resolve(after_seconds=30)
    again = await desk.create(idempotency_key="k")
    assert (again.replayed, again.payment.status) == (True, S.AUTHORIZED)
    assert_agreement(tables, gateway)


async def test_a_key_is_free_again_when_the_request_was_refused(desk: Desk, tables: Tables) -> None:
    with pytest.raises(Invalid):
        await desk.create(eur(0), idempotency_key="k")
    assert tables.claims == {}
    assert not (await desk.create(idempotency_key="k")).replayed


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"amount": eur(0)}, ("amount", "amount")),
        ({"amount": eur(-5)}, ("amount", "amount")),
        ({"amount": Money(2**63 - 1, JPY)}, ("amount", "amount")),
        ({"idempotency_key": ""}, ("idempotencyKey",)),
        ({"idempotency_key": "k" * 300}, ("idempotencyKey",)),
        ({"reference": "4242 4242 4242 4242"}, ("reference",)),
        ({"description": "\ud800"}, ("description",)),
        ({"metadata": {"k": "\x00"}}, ("metadata", "0", "value")),
        ({"return_url": "ftp://example.com"}, ("returnUrl",)),
        ({"customer": NewCustomer(email="nobody")}, ("customer", "email")),
        ({"customer": NewCustomer(name="5555555555554444")}, ("customer", "name")),
        ({"customer": NewCustomer(country="Germany")}, ("customer", "country")),
    ],
)
async def test_bad_input_writes_nothing(
    desk: Desk, tables: Tables, gateway: StandInGateway, values: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refusal:
        await desk.create(**values)
    assert refusal.value.path == path
    assert (tables.payments, tables.claims, tables.customers, tables.audit) == ({}, {}, {}, [])
    assert gateway.requests == []


async def test_a_customer_is_found_by_address_or_made(desk: Desk, tables: Tables) -> None:
    first = (await desk.create(customer=NewCustomer(email="mary@example.com", name="Mary"))).payment
    second = (await desk.create(customer=NewCustomer(email="Mary@Example.com"))).payment
    third = (await desk.create(customer=NewCustomer(id=first.customer_id))).payment
    assert first.customer_id == second.customer_id == third.customer_id
    assert len(tables.customers) == 1
    assert (await desk.create()).payment.customer_id is None


async def test_another_merchant_s_customer_is_not_found(desk: Desk, tables: Tables) -> None:
    stranger = a_customer()
    tables.customers[stranger.id] = stranger
    with pytest.raises(NotFound):
        await desk.create(customer=NewCustomer(id=stranger.id))
    assert tables.payments == {}


async def test_a_suspended_merchant_takes_none_but_a_replay_still_answers(desk: Desk, tables: Tables) -> None:
    await desk.create(idempotency_key="k")
    tables.merchants[desk.merchant.id] = replace(desk.merchant, status=MerchantStatus.SUSPENDED)
    with pytest.raises(MerchantSuspended):
        await desk.create()
    assert (await desk.create(idempotency_key="k")).replayed
    assert len(tables.payments) == 1


async def test_without_the_permission_nothing_happens(desk: Desk, tables: Tables, gateway: StandInGateway) -> None:
    desk.actor = an_actor(desk.merchant, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden, match="payments:write"):
        await desk.create()
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The merchant"):
        await desk.create()
    assert (tables.payments, tables.claims, gateway.requests) == ({}, {}, [])


@pytest.mark.parametrize("point", ["authorize.intent.before_commit", "outcome.before_commit"])
async def test_giving_way_to_others_is_repeated_without_a_second_effect(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway, point: str
) -> None:
    units.raise_at(point, Contention("gave way"), Contention("gave way"))
    payment = await desk.captured()
    assert payment.status is S.CAPTURED
    assert (len(tables.payments), len(gateway.requests)) == (1, 1)
    assert_agreement(tables, gateway)


async def test_a_database_that_is_away_for_the_outcome_is_caught_up_with(
    desk: Desk, units: MemoryUnits, tables: Tables, gateway: StandInGateway
) -> None:
    units.raise_at("outcome.before_commit", Unavailable("away"))
    with pytest.raises(Unavailable):
        await desk.create(capture_mode=CaptureMode.AUTOMATIC)
    await desk.resolve(after_seconds=30)
    assert [payment.status for payment in tables.payments.values()] == [S.CAPTURED]
    assert_agreement(tables, gateway)
