"""What merchants do not fight about is accepted by the clock, once, and nothing else is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.accept_by_policy import AcceptByPolicy, accept_by_policy
from domain.disputes.category import DisputeCategory
from domain.disputes.gateway import ResponseKind
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.kernel.errors import Unavailable
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import FIRST_CHECK_SECONDS
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.domain.disputes.dying import die
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

D = DisputeStatus


def status_of(tables: Tables, *disputes: Dispute) -> list[DisputeStatus]:
    return [tables.disputes[dispute.id].status for dispute in disputes]


async def test_small_ones_and_nothing_else(desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway) -> None:
    small, large = await desk.opened(amount=eur(20)), await desk.opened(amount=eur("20.01"))
    inquiry = await desk.opened(stage=DisputeStage.INQUIRY, amount=eur(1))
    staged = await desk.staged(await desk.opened(amount=eur(1)))
    assert await desk.accept_by_policy() == 0
    await desk.accept_up_to(eur(20))
    assert await desk.accept_by_policy() == 1
    assert await desk.accept_by_policy() == 0
    assert status_of(tables, small, large, inquiry, staged) == [
        D.ACCEPTED, D.NEEDS_RESPONSE, D.NEEDS_RESPONSE, D.EVIDENCE_STAGED,
    ]  # fmt: skip
    (request,) = gateway.answers.values()
    assert (request.kind, request.case_reference) == (ResponseKind.ACCEPT, small.case_reference)
    (response,) = tables.responses.values()
    assert response.requested_by == JOBS.name
    assert_disputes_agree(tables, gateway)


async def test_of_the_named_categories(desk: DisputeDesk, tables: Tables) -> None:
    fraud, duplicate = await desk.opened(reason_code="10.4"), await desk.opened(reason_code="12.6.1")
    await desk.accept_up_to(eur(100), categories=frozenset({DisputeCategory.FRAUDULENT}))
    assert await desk.accept_by_policy() == 1
    assert status_of(tables, fraud, duplicate) == [D.ACCEPTED, D.NEEDS_RESPONSE]


async def test_the_policy_is_the_approval(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.opened()
    await desk.want_approval(eur(1))
    await desk.accept_up_to(eur(100))
    assert await desk.accept_by_policy() == 1
    assert (status_of(tables, dispute), tables.approval_requests) == ([D.ACCEPTED], {})


async def test_of_another_merchant_s_policy_nothing_follows(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.opened()
    other = a_merchant()
    tables.merchants[other.id] = other
    await desk.accept_up_to(eur(100))
    policies = tables.dispute_policies
    (policy,) = policies.values()
    policies.clear()
    policies[other.id, "EUR"] = policy
    object.__setattr__(policy, "merchant_id", other.id)
    assert await desk.accept_by_policy() == 0
    assert status_of(tables, dispute) == [D.NEEDS_RESPONSE]


async def test_somebody_began_to_work_on_it_meanwhile(desk: DisputeDesk, units: MemoryUnits) -> None:
    """Between finding a dispute and locking it, its merchant may have done anything."""
    dispute = await desk.opened()
    await desk.accept_up_to(eur(100))
    first, second = await asyncio.gather(desk.submit(await desk.staged(dispute)), desk.accept_by_policy())
    assert (first.dispute.status, second) == (D.UNDER_REVIEW, 0)
    assert_disputes_agree(units.tables, desk.gateway)


async def test_two_workers_at_once_accept_once(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    for _ in range(5):
        await desk.opened()
    await desk.accept_up_to(eur(100))
    assert sum(await asyncio.gather(*(desk.accept_by_policy() for _ in range(4)))) == 5
    assert gateway.calls == 5
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize(
    "point",
    [
        "policy.accept.before_commit",
        "policy.accept.committed",
        "before the call",
        "after the call",
        "response.outcome.before_commit",
        "response.outcome.committed",
    ],
)
async def test_a_crash_between_any_two_beats_and_then_the_jobs(
    desk: DisputeDesk, units: MemoryUnits, point: str
) -> None:
    dispute = await desk.opened()
    await desk.accept_up_to(eur(100))
    die(desk, units, point)
    with pytest.raises(Crash):
        await desk.accept_by_policy()
    await desk.accept_by_policy()
    await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    assert status_of(units.tables, dispute) == [D.ACCEPTED]
    assert len(desk.gateway.answers) == 1
    assert_disputes_agree(units.tables, desk.gateway)


@pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.NOT_SENT])
async def test_what_the_gateway_does_not_take_is_left_alone_for_a_day(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway, kind: OutcomeKind
) -> None:
    """The job runs every few minutes: it would ask and be refused for weeks."""
    dispute = await desk.opened()
    await desk.accept_up_to(eur(100))
    gateway.fail_next(kind)
    assert await desk.accept_by_policy() == 1
    desk.desk.clock.pass_by(24 * 3600 - 1)
    assert await desk.accept_by_policy() == 0
    assert (gateway.calls, status_of(tables, dispute)) == (1, [D.NEEDS_RESPONSE])
    desk.desk.clock.pass_by(1)
    assert await desk.accept_by_policy() == 1
    assert status_of(tables, dispute) == [D.ACCEPTED]
    assert_disputes_agree(tables, gateway)


async def test_the_oldest_first_and_at_most_so_many(desk: DisputeDesk, tables: Tables) -> None:
    await desk.accept_up_to(eur(100))
    first, second = await desk.opened(), await desk.opened()
    oldest, other = sorted((first, second), key=lambda dispute: dispute.id)
    assert await accept_by_policy(desk.ports, JOBS, AcceptByPolicy(limit=1)) == 1
    assert status_of(tables, oldest, other) == [D.ACCEPTED, D.NEEDS_RESPONSE]


async def test_one_that_fails_holds_up_no_other(desk: DisputeDesk, units: MemoryUnits) -> None:
    disputes = [await desk.opened() for _ in range(2)]
    await desk.accept_up_to(eur(100))
    units.raise_at("response.outcome.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(ExceptionGroup, match="could not be accepted"):
        await desk.accept_by_policy()
    assert sorted(status_of(units.tables, *disputes)) == [D.ACCEPTED, D.NEEDS_RESPONSE]
    await desk.resolve(after_seconds=FIRST_CHECK_SECONDS)
    assert status_of(units.tables, *disputes) == [D.ACCEPTED] * 2
    assert_disputes_agree(units.tables, desk.gateway)
