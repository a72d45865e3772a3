from __future__ import annotations

from domain.identity.secret import digest, matches, new_secret


def test_secrets_are_long_and_different() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {43}


def test_only_the_secret_matches_its_digest() -> None:
    secret = new_secret()
    assert matches(secret, digest(secret))
    assert not matches(secret[:-1], digest(secret))
    assert not matches("\ud800", digest(secret))
