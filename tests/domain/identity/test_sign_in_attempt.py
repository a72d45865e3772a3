from __future__ import annotations

from datetime import timedelta

from domain.identity.actor import Realm
from domain.identity.sign_in_attempt import LIFETIME, SignInAttempt
from tests.domain.identity.people import NOON


def test_it_lasts_for_ten_minutes() -> None:
    attempt = SignInAttempt(
        state_hash=b"s" * 32,
        browser_hash=b"b" * 32,
        realm=Realm.STAFF,
        nonce="nonce",
        code_verifier="verifier",
        return_to="/",
        created_at=NOON,
        expires_at=NOON + LIFETIME,
    )
    assert not attempt.expired(NOON + timedelta(minutes=10) - timedelta(seconds=1))
    assert attempt.expired(NOON + timedelta(minutes=10))
