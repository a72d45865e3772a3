"""A backtest's states, its range and its lease."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.fraud.backtest import LEASE, LONGEST_RANGE, TRANSITIONS, BacktestStatus
from domain.fraud.backtest_tally import BacktestTally
from domain.fraud.errors import BacktestStateForbids
from domain.fraud.rule_set import MOST_RULES
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.backtests import a_backtest
from tests.builders.fraud import an_active_rule
from tests.builders.moments import MORNING, after


def test_every_status_has_its_arrows() -> None:
    assert set(TRANSITIONS) == set(BacktestStatus)
    ended = {status for status, targets in TRANSITIONS.items() if not targets}
    assert ended == {BacktestStatus.SUCCEEDED, BacktestStatus.CANCELED, BacktestStatus.FAILED}


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"until": MORNING - timedelta(days=1)}, "ends after it begins"),
        ({"since": MORNING - LONGEST_RANGE - timedelta(seconds=1)}, "at most 400 days"),
        ({"rules": ()}, "At most 200 rules"),
        ({"rules": tuple(an_active_rule() for _ in range(MOST_RULES + 1))}, "At most 200 rules"),
    ],
)
def test_what_is_no_backtest(values: dict[str, object], rule: str) -> None:
    with pytest.raises(Invalid, match=rule):
        a_backtest(**values)


def test_a_worker_takes_it_and_gets_on() -> None:
    running = a_backtest().run(MORNING)
    assert (running.status, running.tries, running.leased_until) == (BacktestStatus.RUNNING, 1, MORNING + LEASE)
    cursor = (MORNING - timedelta(hours=2), new_uuid(MORNING))
    further = running.progress(BacktestTally(flagged=1), cursor, 500, after(10))
    assert (further.processed, further.cursor, further.tally.flagged) == (500, cursor, 1)
    # Whoever gets on has no try too many behind it.
    assert (further.tries, further.leased_until) == (0, after(10) + LEASE)
    another = further.run(after(600))
    assert (another.started_at, another.processed, another.tries) == (MORNING, 500, 1)
    done = another.succeed(after(700))
    assert (done.status, done.finished_at, done.leased_until) == (BacktestStatus.SUCCEEDED, after(700), None)


def test_it_can_be_stopped_until_it_has_ended() -> None:
    canceled = a_backtest().cancel(after(1))
    assert (canceled.status, canceled.finished_at, canceled.ended) == (BacktestStatus.CANCELED, after(1), True)
    assert a_backtest().run(MORNING).cancel(after(1)).leased_until is None
    with pytest.raises(BacktestStateForbids, match="it is CANCELED"):
        canceled.cancel(after(2))
    with pytest.raises(TransitionNotAllowed):
        canceled.run(after(2))


def test_what_fails_says_why() -> None:
    failed = a_backtest().run(MORNING).fail("It was begun again and again.", after(1))
    assert (failed.status, failed.failure) == (BacktestStatus.FAILED, "It was begun again and again.")
    with pytest.raises(TransitionNotAllowed):
        a_backtest().fail("Nobody has begun it.", after(1))
