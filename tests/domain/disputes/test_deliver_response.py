"""Beats two and three: no transaction is open while the gateway is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.disputes.deliver_response import DeliverResponse, deliver_response
from domain.kernel.errors import Unavailable
from domain.payments.operation import OperationStatus
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from domain.disputes.response import DisputeResponse
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.unit import MemoryUnits


@pytest.fixture
async def begun(desk: DisputeDesk, units: MemoryUnits) -> DisputeResponse:
    """An answer whose maker died."""
    units.die_at("submit.intent.committed")
    with pytest.raises(Crash):
        await desk.submit(await desk.staged())
    (response,) = units.tables.responses.values()
    return response


async def test_nothing_is_locked_while_the_gateway_is_called(
    desk: DisputeDesk, units: MemoryUnits, begun: DisputeResponse
) -> None:
    held: list[bool] = []
    desk.gateway.before_call = lambda: held.extend(lock.locked() for lock in units.tables.locks.values())
    delivered = await deliver_response(desk.ports, desk.actor, DeliverResponse(response=begun))
    assert delivered.status is OperationStatus.SUCCEEDED
    assert held
    assert not any(held)
    assert_disputes_agree(units.tables, desk.gateway)


async def test_twice_is_once(desk: DisputeDesk, units: MemoryUnits, begun: DisputeResponse) -> None:
    for _ in range(2):
        delivered = await deliver_response(desk.ports, desk.actor, DeliverResponse(response=begun))
        assert delivered.status is OperationStatus.SUCCEEDED
    assert len(desk.gateway.answers) == 1
    assert_disputes_agree(units.tables, desk.gateway)


async def test_when_the_database_goes_away_the_job_goes_on(
    desk: DisputeDesk, units: MemoryUnits, begun: DisputeResponse
) -> None:
    units.raise_at("response.outcome.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(Unavailable):
        await deliver_response(desk.ports, desk.actor, DeliverResponse(response=begun))
    await desk.resolve(after_seconds=60)
    assert desk.gateway.calls == 1
    assert_disputes_agree(units.tables, desk.gateway)
