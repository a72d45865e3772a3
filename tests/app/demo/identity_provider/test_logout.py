"""Logout over HTTP, with applications that listen."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.app.demo.identity_provider.conftest import PASSWORD
from tests.app.demo.identity_provider.relying_party import parameters_of

if TYPE_CHECKING:
    from tests.app.demo.identity_provider.person import Person
    from tests.app.demo.identity_provider.relying_party import LogoutEar, RelyingParty

ADA = "ada@paydesk.test"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
async def id_token(person: Person, staff: RelyingParty) -> str:
    """What the application got for Ada."""
    callback = await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    token: str = (await staff.redeem(callback)).json()["id_token"]
    return token


def link(staff: RelyingParty, **parameters: str) -> str:
    """The application's logout link."""
    return f"/logout?{urlencode({'post_logout_redirect_uri': f'{staff.origin}/bye', 'state': 's 1', **parameters})}"


async def test_signing_out_ends_the_session_and_tells_the_application(
    person: Person, staff: RelyingParty, ear: LogoutEar, id_token: str
) -> None:
    page = await person.open(link(staff, id_token_hint=id_token))
    assert "<h1>Sign out?</h1>" in page.text
    assert "Paydesk back office asks to sign you out." in page.text
    assert ear.heard == []
    back = await person.submit(page, decision="sign-out")
    assert back.headers["location"] == f"{staff.origin}/bye?state=s+1"
    [(client, token)] = ear.heard
    assert client == "paydesk-staff"
    logout = await staff.verified(token)
    signed_in = (await staff.verified(id_token)).claims
    assert logout.header["typ"] == "logout+jwt"
    claims = dict(logout.claims)
    assert claims.pop("jti")
    assert claims.pop("exp") == claims.pop("iat") + 120
    assert claims == {
        "iss": staff.issuer, "sub": "u1", "aud": "paydesk-staff", "sid": signed_in["sid"], "events": {EVENT: {}},
    }  # fmt: skip
    assert parameters_of(await person.open(staff.link(prompt="none")))["error"] == "login_required"


async def test_tokens_die_with_the_session(person: Person, staff: RelyingParty, ear: LogoutEar) -> None:
    answer = (await staff.redeem(await person.sign_in_and_allow(staff.link(), ADA, PASSWORD))).json()
    unused = await person.open(staff.link())
    await person.submit(await person.open("/logout"), decision="sign-out")
    assert len(ear.heard) == 1
    assert (await staff.userinfo(answer["access_token"])).status_code == 401
    assert (await staff.redeem(unused)).json()["error"] == "invalid_grant"


async def test_staying_signed_in_is_possible(
    person: Person, staff: RelyingParty, ear: LogoutEar, id_token: str
) -> None:
    page = await person.open(link(staff, id_token_hint=id_token))
    back = await person.submit(page, decision="stay")
    assert back.headers["location"].startswith(f"{staff.origin}/bye")
    assert ear.heard == []
    assert "code" in parameters_of(await person.open(staff.link(prompt="none")))


@pytest.mark.parametrize("status_code", [500, 302])
async def test_a_failing_application_holds_nobody(
    person: Person, staff: RelyingParty, ear: LogoutEar, id_token: str, status_code: int
) -> None:
    ear.status_code = status_code
    back = await person.submit(await person.open(link(staff, id_token_hint=id_token)), decision="sign-out")
    assert back.headers["location"].startswith(f"{staff.origin}/bye")
    assert parameters_of(await person.open(staff.link(prompt="none")))["error"] == "login_required"


async def test_an_application_that_is_down_holds_nobody(person: Person, staff: RelyingParty, id_token: str) -> None:
    back = await person.submit(await person.open(link(staff, id_token_hint=id_token)), decision="sign-out")
    assert back.headers["location"].startswith(f"{staff.origin}/bye")


@pytest.mark.parametrize("uri", ["https://evil.example/bye", "javascript:alert(1)", "", "//evil.example"])
async def test_only_registered_addresses_are_gone_back_to(
    person: Person, staff: RelyingParty, id_token: str, uri: str
) -> None:
    page = await person.open(link(staff, id_token_hint=id_token, post_logout_redirect_uri=uri))
    done = await person.submit(page, decision="sign-out")
    assert done.status_code == 200
    assert "<h1>You are signed out.</h1>" in done.text


async def test_a_hint_that_cannot_be_believed_does_not_keep_anybody_in(
    person: Person, staff: RelyingParty, ear: LogoutEar, id_token: str
) -> None:
    for hint in ("nonsense", "a.b.c", "é" * 10, id_token[:-4] + "AAAA", "eyJhbGciOiJub25lIn0.e30."):
        page = await person.open(link(staff, id_token_hint=hint))
        assert "<h1>Sign out?</h1>" in page.text
    back = await person.submit(page, decision="sign-out")
    assert back.headers["location"].startswith(f"{staff.origin}/bye")
    assert len(ear.heard) == 1


async def test_a_hint_ends_its_session_without_the_cookie(
    person: Person, staff: RelyingParty, ear: LogoutEar, id_token: str
) -> None:
    person.http.cookies.clear()
    page = await person.open(link(staff, id_token_hint=id_token))
    await person.submit(page, decision="sign-out")
    assert [client for client, _ in ear.heard] == ["paydesk-staff"]


async def test_a_forged_logout_is_refused(person: Person, staff: RelyingParty, ear: LogoutEar, id_token: str) -> None:
    answer = await person.http.post("/logout/confirm", data={"decision": "sign-out", "id_token_hint": id_token})
    assert answer.status_code == 403
    assert ear.heard == []
    assert "code" in parameters_of(await person.open(staff.link(prompt="none")))


async def test_without_a_session_there_is_nothing_to_ask(person: Person, staff: RelyingParty) -> None:
    back = await person.open(link(staff, client_id=staff.client_id))
    assert back.headers["location"] == f"{staff.origin}/bye?state=s+1"
    assert "<h1>You are signed out.</h1>" in (await person.open("/logout")).text
    # Registered, but for the other application.
    assert "<h1>You are signed out.</h1>" in (await person.open(link(staff, client_id="paydesk-merchants"))).text
