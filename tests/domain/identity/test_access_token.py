from __future__ import annotations

from datetime import timedelta

from domain.identity.access_token import AccessToken
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON


def test_it_lives_until_it_expires_or_is_revoked() -> None:
    token = AccessToken(
        jti=new_uuid(NOON),
        client_id=new_uuid(NOON),
        merchant_id=None,
        issued_at=NOON,
        expires_at=NOON + timedelta(minutes=10),
    )
    assert token.live(NOON)
    assert not token.live(token.expires_at)
    revoked = token.revoke(NOON)
    assert not revoked.live(NOON)
    assert revoked.revoke(NOON + timedelta(minutes=1)) is revoked
