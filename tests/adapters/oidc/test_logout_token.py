"""Logout tokens, and leaving at the provider."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.oidc.errors import Check, ProviderRefused
from tests.adapters.oidc.forger import CLIENT_ID, EVENT, NOTHING, at
from tests.adapters.oidc.lies import another_key, claim, lie, signed_with_client_secret

if TYPE_CHECKING:
    from tests.adapters.oidc.forger import Forger

LOGOUT_FAULTS = {
    "an ID token": (
        lie(claims={"events": NOTHING, "nonce": "n"}, header={"typ": "JWT"}),
        Check.LOGOUT_EVENT,
    ),
    "an access token": (lie(header={"typ": "at+jwt"}), Check.TYPE),
    "no events": (claim(events=NOTHING), Check.LOGOUT_EVENT),
    "another event": (claim(events={"https://example.com/event": {}}), Check.LOGOUT_EVENT),
    "events is a list": (claim(events=[EVENT]), Check.LOGOUT_EVENT),
    "the event is a text": (claim(events={EVENT: "yes"}), Check.LOGOUT_EVENT),
    "with a nonce": (claim(nonce="the nonce"), Check.NONCE),
    "neither sid nor sub": (claim(sid=NOTHING, sub=NOTHING), Check.SUBJECT),
    "sid is a number": (claim(sid=7), Check.SUBJECT),
    "no id": (claim(jti=NOTHING), Check.TOKEN_ID),
    "another issuer": (claim(iss="https://evil.example"), Check.ISSUER),
    "another audience": (claim(aud="someone"), Check.AUDIENCE),
    "expired": (claim(exp=at(-90)), Check.TIME),
    "no exp": (claim(exp=NOTHING), Check.TIME),
    "issued long ago": (claim(iat=at(-900)), Check.TIME),
    "issued in the future": (claim(iat=at(900)), Check.TIME),
    "another's key": (another_key, Check.SIGNATURE),
    "HS256 with our secret": (signed_with_client_secret, Check.ALGORITHM),
}


@pytest.mark.parametrize("name", LOGOUT_FAULTS)
async def test_a_wrong_logout_token_is_refused_by_its_own_check(forger: Forger, name: str) -> None:
    fault, check = LOGOUT_FAULTS[name]
    fault(forger)

    with pytest.raises(ProviderRefused) as refused:
        await forger.provider().check_logout_token(forger.logout_token())

    assert refused.value.check is check


@pytest.mark.parametrize("token", [None, "", "a.b.c", "ä.b.c", "." * 5])
async def test_what_is_no_token_is_refused(forger: Forger, token: str | None) -> None:
    with pytest.raises(ProviderRefused) as refused:
        await forger.provider().check_logout_token(token)

    assert refused.value.check is Check.FORMAT


async def test_a_logout_token_is_read_and_remembered_until_it_cannot_come_again(forger: Forger) -> None:
    token = await forger.provider().check_logout_token(forger.logout_token())

    assert (token.sid, token.subject, token.token_id) == ("their session", "alice", "the first")
    assert token.remember_until.timestamp() > time.time() + 120


async def test_signing_out_there_carries_the_hint(forger: Forger) -> None:
    url = await forger.provider().end_session_url(
        id_token="the.id.token", return_to="https://paydesk.example/", state="s"
    )

    assert url is not None
    assert parse_qs(urlsplit(url).query) == {
        "id_token_hint": ["the.id.token"],
        "client_id": [CLIENT_ID],
        "post_logout_redirect_uri": ["https://paydesk.example/"],
        "state": ["s"],
    }


async def test_a_provider_without_a_logout_page_is_none(forger: Forger) -> None:
    forger.discovery = {"end_session_endpoint": NOTHING}

    assert await forger.provider().end_session_url(id_token=None, return_to="https://x.example/", state="s") is None
