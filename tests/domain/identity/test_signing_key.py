from __future__ import annotations

from datetime import timedelta

import pytest

from domain.identity.signing_key import PUBLISHED_AFTER, PUBLISHED_AHEAD, TOKEN_LIFETIME, signer
from domain.kernel.errors import Invalid
from tests.domain.identity.people import NOON, a_key


def test_a_successor_takes_over_only_when_its_time_has_come() -> None:
    old = a_key()
    new = a_key(not_before=NOON + PUBLISHED_AHEAD)
    old = old.succeeded_by(new)
    assert signer([new, old], NOON) is old
    assert signer([new, old], new.not_before - timedelta(seconds=1)) is old
    assert signer([new, old], new.not_before) is new


def test_the_old_one_is_published_until_its_last_token_has_expired() -> None:
    new = a_key(not_before=NOON + PUBLISHED_AHEAD)
    old = a_key().succeeded_by(new)
    last_token_expires = new.not_before + TOKEN_LIFETIME
    assert old.published(last_token_expires)
    assert not old.published(last_token_expires + PUBLISHED_AFTER)


def test_nothing_signs_when_there_is_nothing() -> None:
    assert signer([], NOON) is None


def test_its_moments_are_in_order() -> None:
    with pytest.raises(Invalid):
        a_key(not_before=NOON - timedelta(seconds=1))
    with pytest.raises(Invalid):
        a_key(retires_at=NOON)
