from __future__ import annotations

from dataclasses import replace
from functools import partial
from operator import eq
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from domain.identity.actor import Actor, ActorKind, Realm
from web.access_tokens import TokenRefused
from web.authentication import Unauthenticated, authentication
from web.sessions import SESSION_COOKIE

CLIENT = Actor(kind=ActorKind.CLIENT, id=None, name="shop", realm=Realm.MERCHANT)
PERSON = Actor(kind=ActorKind.USER, id=None, name="Ada", realm=Realm.STAFF)


class Tokens:
    async def authenticate(self, header_value: str) -> Actor:
        if header_value != "Bearer good":
            reason = "The token has expired."
            raise TokenRefused(reason)
        return CLIENT


class Cookies:
    async def actor(self, cookie_value: str | None, address: str | None = None) -> Any:
        if cookie_value != "alive":
            return None
        return SimpleNamespace(actor=replace(PERSON, address=address), means_it=partial(eq, "meant"))


authenticate = authentication(Tokens(), Cookies())


def request(method: str, *headers: tuple[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return Request({"type": "http", "method": method, "path": "/graphql", "headers": raw, "client": ("192.0.2.1", 1)})


GOOD = ("authorization", "Bearer good")
COOKIE = ("cookie", f"{SESSION_COOKIE}=alive")
CSRF = ("x-paydesk-csrf", "meant")


@pytest.mark.parametrize(
    ("method", "headers", "actor"),
    [
        ("POST", [GOOD], CLIENT),
        ("GET", [GOOD], CLIENT),
        ("POST", [GOOD, ("cookie", "other=1")], CLIENT),
        ("POST", [COOKIE, CSRF], PERSON),
        ("GET", [COOKIE], PERSON),
    ],
)
async def test_who_is_let_in(method: str, headers: list[tuple[str, str]], actor: Actor) -> None:
    assert await authenticate(request(method, *headers)) == replace(actor, address="192.0.2.1")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], "Send an access token"),
        ([("cookie", "other=1")], "Send an access token"),
        ([("authorization", "Bearer old")], "The token has expired."),
        ([GOOD, GOOD], "Send one Authorization header."),
        ([GOOD, COOKIE, CSRF], "not both"),
        ([("authorization", ""), COOKIE, CSRF], "not both"),
        ([("cookie", f"{SESSION_COOKIE}=ended"), CSRF], "The session has ended"),
        ([COOKIE], "CSRF"),
        ([COOKIE, ("x-paydesk-csrf", "guessed")], "CSRF"),
    ],
)
async def test_who_is_not(headers: list[tuple[str, str]], reason: str) -> None:
    with pytest.raises(Unauthenticated, match=reason):
        await authenticate(request("POST", *headers))
