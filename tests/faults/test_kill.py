"""The process dies at any moment: after recovery every invariant holds and nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from domain.payments.gateway import Outcome, OutcomeKind
from tests.faults.failpoints import APPROVALS, CALLS, INTENTS, OUTCOMES
from tests.faults.installation import corrupt, query, recover, unfinished, violations

if TYPE_CHECKING:
    from domain.payments.gateway import Gateway, GatewayRequest, TokenDescription
    from tests.faults.conftest import Place
    from tests.faults.nursery import Ended, Nursery

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "5"))
# The third outcome of the story is that of a capture.
# The story's second refund is asked for, and its third intent is what was approved.
APPROVED = [
    *("refund.intent.committed=2", "refund.intent.before_commit=3", "refund.intent.committed=3"),
    *("refund.call.before=2", "refund.call.answered=2"),
    *APPROVALS,
]
FAILPOINTS = [*INTENTS, *CALLS, *(f"{outcome}=3" for outcome in OUTCOMES), *APPROVED]


async def _lost(dsn: str, ended: Ended) -> list[tuple[str, str, int]]:
    """What a caller was told and the books do not have."""
    kept = await query(
        dsn,
        """
        SELECT 'captured', id::text, amount_minor::integer FROM captures WHERE status = 'SUCCEEDED'
        UNION ALL SELECT 'refunded', id::text, amount_minor::integer FROM refunds WHERE status = 'SUCCEEDED'
        """,
    )
    return sorted(set(ended.acknowledged) - set(kept))  # type: ignore[arg-type]


async def test_killed_at_random_moments(shared_place: Place, nursery: Nursery) -> None:
    moments = Random(20)
    acknowledged = left_open = 0
    for seed in range(ROUNDS):
        nursery.begin(shared_place.order(seed=seed), until="ready")
        time.sleep(moments.uniform(0.02, 0.5))
        ended = nursery.kill()
        assert ended.exit_code == -signal.SIGKILL
        acknowledged += len(ended.acknowledged)
        left_open += len(await unfinished(shared_place.dsn))
        await recover(shared_place.dsn, shared_place.simulator_url)
        assert await violations(shared_place.dsn, shared_place.simulator_url) == []
        assert await unfinished(shared_place.dsn) == []
        assert await _lost(shared_place.dsn, ended) == []
    # Without these the rounds would have shown nothing.
    assert acknowledged > ROUNDS
    assert left_open > 0


@pytest.mark.parametrize("failpoint", FAILPOINTS)
async def test_killed_at_a_failpoint(shared_place: Place, nursery: Nursery, failpoint: str) -> None:
    nursery.begin(shared_place.order(story=True, failpoints=failpoint))
    assert nursery.end().exit_code == -signal.SIGKILL, "the failpoint was never passed"
    await recover(shared_place.dsn, shared_place.simulator_url)
    assert await violations(shared_place.dsn, shared_place.simulator_url) == []
    assert await unfinished(shared_place.dsn) == []


async def test_the_story_without_a_fault_passes_every_failpoint(shared_place: Place, nursery: Nursery) -> None:
    nursery.begin(shared_place.order(story=True))
    assert nursery.end().exit_code == 0
    assert await violations(shared_place.dsn, shared_place.simulator_url) == []
    assert await unfinished(shared_place.dsn) == []


class ForgetfulGateway:
    """A gateway that deduplicates on nothing: each request is a new one to it."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def execute(self, request: GatewayRequest) -> Outcome:
        return await self._gateway.execute(replace(request, operation_id=uuid4()))

    async def look_up(self, request: GatewayRequest) -> Outcome:
        return Outcome(kind=OutcomeKind.NOT_FOUND)

    async def describe(self, token: str) -> TokenDescription | None:
        return await self._gateway.describe(token)


async def test_control_a_gateway_without_idempotency_is_found_out(place: Place, nursery: Nursery) -> None:
    nursery.begin(place.order(story=True, failpoints="capture.call.answered"))
    assert nursery.end().exit_code == -signal.SIGKILL
    await recover(place.dsn, place.simulator_url, around=ForgetfulGateway)
    found = await violations(place.dsn, place.simulator_url)
    assert [line.split(":")[0] for line in found] == ["gateway-known"]
    assert "captured 3000 EUR" in found[0]


async def test_control_a_lost_row_is_found_out(place: Place, nursery: Nursery) -> None:
    nursery.begin(place.order(story=True, failpoints="capture.call.answered"))
    assert nursery.end().exit_code == -signal.SIGKILL
    await recover(place.dsn, place.simulator_url)
    await corrupt(place.dsn, "DELETE FROM operations WHERE type = 'CAPTURE'")
    found = await violations(place.dsn, place.simulator_url)
    assert {"gateway-known"} <= {line.split(":")[0] for line in found}


async def test_control_without_recovery_money_is_left_pending(place: Place, nursery: Nursery) -> None:
    nursery.begin(place.order(story=True, failpoints="capture.call.answered"))
    assert nursery.end().exit_code == -signal.SIGKILL
    assert len(await unfinished(place.dsn)) == 1
