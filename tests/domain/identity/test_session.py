from __future__ import annotations

from datetime import timedelta

import pytest

from domain.identity.session import ABSOLUTE_LIMIT, IDLE_LIMIT, SEEN_INTERVAL, SessionEnded
from domain.kernel.errors import Invalid
from tests.domain.identity.people import NOON, a_session


def test_it_ends_when_idle() -> None:
    session = a_session()
    assert session.alive(NOON + IDLE_LIMIT - timedelta(seconds=1))
    assert not session.alive(NOON + IDLE_LIMIT)


def test_use_keeps_it_alive_but_not_beyond_the_absolute_limit() -> None:
    session, now = a_session(), NOON
    while now + timedelta(minutes=20) < NOON + ABSOLUTE_LIMIT:
        now += timedelta(minutes=20)
        session = session.seen(now)
    with pytest.raises(SessionEnded):
        session.seen(NOON + ABSOLUTE_LIMIT)


def test_it_is_noted_once_a_minute() -> None:
    assert not a_session().due_to_be_seen(NOON + SEEN_INTERVAL - timedelta(seconds=1))
    assert a_session().due_to_be_seen(NOON + SEEN_INTERVAL)


def test_ending_is_for_good() -> None:
    ended = a_session().end(NOON)
    assert not ended.alive(NOON)
    assert ended.end(NOON + timedelta(hours=1)) is ended


def test_its_moments_are_in_order() -> None:
    with pytest.raises(Invalid):
        a_session(expires_at=NOON)
