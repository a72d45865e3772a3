"""Whoever decides about a held payment dies at any step: told again, it is decided once, and the money moves once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from adapters.postgres.database import Database
from adapters.postgres.verification.review_checks import REVIEW_CHECKS
from domain.identity.actor import Scope
from tests.faults.installation import corrupt, query, recover, unfinished, violations
from tests.faults.review_story import VERBS, hold, tell

if TYPE_CHECKING:
    from tests.faults.conftest import Place

ROOT = Path(__file__).parents[2]
_MOMENTS = ("before_commit", "committed")
_INTENTS = {"approve": "review.approve.intent", "decline": "review.decline.intent", "watch": "review.watch"}
_CALLS = {"approve": "capture", "decline": "void", "watch": "void"}
_EVERY = [
    *((verb, f"{intent}.{moment}") for verb, intent in _INTENTS.items() for moment in _MOMENTS),
    *((verb, f"{call}.call.{moment}") for verb, call in _CALLS.items() for moment in ("before", "answered")),
    *((verb, f"outcome.{moment}") for verb in VERBS for moment in _MOMENTS),
]
# Each costs a start of the program. Here: nothing written, written and not sent, answered and not recorded.
_SOME = {
    ("approve", "review.approve.intent.committed"),
    ("approve", "capture.call.answered"),
    ("decline", "review.decline.intent.before_commit"),
    ("watch", "review.watch.committed"),
}
ARMED = _EVERY if int(os.environ.get("FAULT_ROUNDS", "0")) else [each for each in _EVERY if each in _SOME]
_ENDS = {
    "approve": ("APPROVED", "CAPTURED", 0),
    "decline": ("DECLINED", "VOIDED", 1),
    "watch": ("DECLINED", "VOIDED", 0),
}
_END = """
SELECT r.status, p.status, (SELECT count(*) FROM fraud_list_entries WHERE review_id = r.id)
FROM fraud_reviews AS r JOIN payments AS p ON p.id = r.payment_id WHERE r.id = $1
"""


async def review_violations(dsn: str) -> list[str]:
    """What the checks of reviews find."""
    database = await Database.connect(dsn, size=1)
    try:
        async with database.connection(Scope(None)) as connection:
            return [line for check in REVIEW_CHECKS for line in await check.violations(connection)]
    finally:
        await database.close()


def die(place: Place, verb: str, failpoint: str) -> int:
    """Tell the story in a process of its own, which is killed at the failpoint; how it ended."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.review_story", place.dsn, place.simulator_url, place.merchant_id, verb],
        cwd=ROOT,
        env={**os.environ, "PAYDESK_FAILPOINTS": failpoint},
        check=False,
        timeout=120,
    )
    return ended.returncode


@pytest.mark.parametrize(("verb", "failpoint"), ARMED)
async def test_killed_at_a_failpoint(shared_place: Place, verb: str, failpoint: str) -> None:
    place, merchant_id = shared_place, UUID(shared_place.merchant_id)
    review_id = await hold(place.dsn, place.simulator_url, merchant_id)
    assert die(place, verb, failpoint) == -signal.SIGKILL, "the failpoint was never passed"
    assert await review_violations(place.dsn) == []
    await recover(place.dsn, place.simulator_url)
    await tell(place.dsn, place.simulator_url, merchant_id, verb)
    assert await query(place.dsn, _END, review_id) == [_ENDS[verb]]
    assert await violations(place.dsn, place.simulator_url) == []
    assert await review_violations(place.dsn) == []
    assert await unfinished(place.dsn) == []


async def test_control_a_decision_that_never_reached_the_gateway_is_found_out(place: Place) -> None:
    await hold(place.dsn, place.simulator_url, UUID(place.merchant_id))
    assert die(place, "decline", "review.decline.intent.committed") == -signal.SIGKILL
    assert len(await unfinished(place.dsn)) == 1
    await corrupt(
        place.dsn,
        "DELETE FROM operations WHERE type = 'VOID'",
        "UPDATE payments SET void_pending = false",
    )
    (line,) = await review_violations(place.dsn)
    assert line.startswith("review-missing: ")
    assert line.endswith("its review was declined without a void")
