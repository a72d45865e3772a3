"""Signing out here, there, and by the provider's word."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from domain.identity.actor import Realm
from tests.adapters.oidc.forger import CLIENT_ID, ISSUER, NOTHING, Forger
from tests.web.sso.installation import an_installation
from tests.web.sso.test_sign_in import SUPPORT
from web.sessions import CSRF_HEADER

if TYPE_CHECKING:
    from tests.web.sso.browser import Browser
    from tests.web.sso.installation import Installation
    from tests.web.sso.peer import Peer


async def signed_in(browser: Browser, peer: Peer, sub: str = "sam") -> str:
    await peer.knows(**{sub: {**SUPPORT, "email": f"{sub}@paydesk.example"}})
    assert (await browser.sign_in("staff", sub)).status_code == 303
    assert browser.session is not None
    return browser.session


async def test_signing_out_ends_the_session_here_and_at_the_provider(
    paydesk: Installation, peer: Peer, browser: Browser
) -> None:
    token = await signed_in(browser, peer)
    elsewhere = paydesk.another_process()
    assert await elsewhere.actor(token) is not None

    answer = await browser.post("/sign-out", data={"csrf_token": await browser.csrf_token()})

    assert answer.status_code == 303
    assert browser.session is None
    target = answer.headers["location"]
    assert target.startswith(f"{peer.issuer}/session/end?")
    query = parse_qs(urlsplit(target).query)
    assert set(query) == {"id_token_hint", "client_id", "post_logout_redirect_uri", "state"}
    assert await paydesk.sessions.actor(token) is None
    paydesk.later(seconds=0.5)
    assert await elsewhere.actor(token) is None
    back = await at_the_provider(browser, target)
    assert "You are signed out." in back
    assert len(await paydesk.audited("session.ended")) == 1
    # The provider's own session is gone too: the next sign-in asks who it is.
    await browser.to_callback("staff", "sam")
    assert any("/interaction/" in url for url in browser.visited[-4:])


async def at_the_provider(browser: Browser, target: str) -> str:
    """Confirm there; the text of the page of ours on which it ends."""
    page = await browser.get(target)
    action = page.text.split('action="')[1].split('"')[0]
    xsrf = page.text.split('name="xsrf" value="')[1].split('"')[0]
    answer = await browser.post(urljoin(target, action), data={"xsrf": xsrf, "logout": "yes"})
    return (await browser.follow(answer)).text


@pytest.mark.parametrize("proof", [{}, {"csrf_token": ""}, {"csrf_token": "wrong"}, {"csrf_token": "ü"}])
async def test_signing_out_needs_proof(peer: Peer, browser: Browser, proof: dict[str, str]) -> None:
    await signed_in(browser, peer)

    answer = await browser.post("/sign-out", data=proof, headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.status_code == 403
    assert await browser.is_signed_in()


async def test_the_proof_may_stand_in_the_header_and_is_the_sessions_own(
    peer: Peer, browser: Browser, other_browser: Browser
) -> None:
    await signed_in(browser, peer)
    await signed_in(other_browser, peer, "tim")
    others = (await other_browser.get("/session")).json()["csrf_token"]
    own = (await browser.get("/session")).json()["csrf_token"]

    assert (await browser.post("/sign-out", headers={CSRF_HEADER: others})).status_code == 403
    assert (await browser.post("/sign-out", headers={CSRF_HEADER: own})).status_code == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"csrf_token=" + b"a" * 5000, "application/x-www-form-urlencoded", 413),
        (b"csrf_token=a&csrf_token=b", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"csrf_token=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(50)), "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(
    peer: Peer, browser: Browser, body: bytes, kind: str, status: int
) -> None:
    await signed_in(browser, peer)

    assert (await browser.post("/sign-out", content=body, headers={"content-type": kind})).status_code == status
    assert await browser.is_signed_in()


async def test_signing_out_without_a_session_goes_home(paydesk: Installation, browser: Browser) -> None:
    answer = await browser.post("/sign-out")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{paydesk.url}/")
    assert (await browser.get("/sign-out")).status_code == 405


async def test_signing_out_at_the_provider_ends_our_session(
    paydesk: Installation, peer: Peer, browser: Browser
) -> None:
    """The provider calls us: nobody comes by with this browser."""
    token = await signed_in(browser, peer)
    elsewhere = paydesk.another_process()
    assert await elsewhere.actor(token) is not None

    page = await browser.get(f"{peer.issuer}/session/end")
    xsrf = page.text.split('name="xsrf" value="')[1].split('"')[0]
    await browser.post(f"{peer.issuer}/session/end/confirm", data={"xsrf": xsrf, "logout": "yes"})

    # The provider answers the browser when it has called everybody.
    assert await paydesk.audited("session.ended_by_provider") == [{"realm": "STAFF", "issuer": peer.issuer}]
    assert await paydesk.sessions.actor(token) is None
    paydesk.later(seconds=0.49)
    assert await elsewhere.actor(token) is not None, "half a second is what it may remember"
    paydesk.later(seconds=0.01)
    assert await elsewhere.actor(token) is None


@pytest.fixture
def forger() -> Forger:
    return Forger()


async def given_session(paydesk: Installation, *, subject: str = "alice", sid: str = "their session") -> str:
    """A session as if it had been signed in at the forging provider."""
    from domain.identity.actor import system_actor
    from domain.identity.permission import StaffRole
    from domain.identity.sign_in_person import SignInPerson, sign_in_person
    from domain.identity.start_session import StartSession, start_session

    actor = system_actor("tests")
    command = SignInPerson(
        realm=Realm.STAFF,
        issuer=ISSUER,
        subject=subject,
        email=f"{subject}@example.com",
        email_verified=True,
        name=subject,
        staff_roles=frozenset({StaffRole.SUPPORT}),
    )
    person = await sign_in_person(paydesk.people, actor, command)
    started = await start_session(
        paydesk.people, actor, StartSession(user=person.user, issuer=ISSUER, provider_sid=sid, id_token="x.y.z")
    )
    return started.token


async def announce(paydesk: Installation, token: str) -> int:
    import httpx2

    transport = httpx2.ASGITransport(paydesk.app)
    async with httpx2.AsyncClient(transport=transport, base_url=paydesk.url) as client:
        return (await client.post("/backchannel-logout/staff", data={"logout_token": token})).status_code


async def test_a_logout_ends_the_named_session_only(database_url: str, forger: Forger) -> None:
    providers = {Realm.STAFF: forger.provider()}
    async with an_installation(database_url, "https://paydesk.example", providers) as paydesk:
        named = await given_session(paydesk)
        same_person = await given_session(paydesk, sid="another session")
        other = await given_session(paydesk, subject="bob", sid="bob's")

        assert await announce(paydesk, forger.logout_token()) == 200

        alive = [await paydesk.sessions.actor(token) is not None for token in (named, same_person, other)]
        assert alive == [False, True, True]


async def test_a_logout_by_subject_ends_all_of_the_persons_sessions(database_url: str, forger: Forger) -> None:
    providers = {Realm.STAFF: forger.provider()}
    async with an_installation(database_url, "https://paydesk.example", providers) as paydesk:
        mine = [await given_session(paydesk), await given_session(paydesk, sid="another session")]
        other = await given_session(paydesk, subject="bob", sid="bob's")
        forger.claims = {"sid": NOTHING}

        assert await announce(paydesk, forger.logout_token()) == 200

        assert [await paydesk.sessions.actor(token) for token in mine] == [None, None]
        assert await paydesk.sessions.actor(other) is not None


async def test_a_replayed_logout_does_nothing(database_url: str, forger: Forger) -> None:
    providers = {Realm.STAFF: forger.provider()}
    async with an_installation(database_url, "https://paydesk.example", providers) as paydesk:
        forger.claims = {"sid": NOTHING}
        token = forger.logout_token()
        assert await announce(paydesk, token) == 200
        session = await given_session(paydesk)

        assert await announce(paydesk, token) == 400

        assert await paydesk.sessions.actor(session) is not None
        (row,) = await paydesk.audited("user.sign_in_refused")
        assert row["check"] == "TOKEN_ID"


async def test_a_wrong_logout_token_ends_nothing(database_url: str, forger: Forger) -> None:
    providers = {Realm.STAFF: forger.provider()}
    async with an_installation(database_url, "https://paydesk.example", providers) as paydesk:
        session = await given_session(paydesk)
        wrong = [forger.id_token(), "", "a.b.c"]
        forger.claims = {"aud": f"not {CLIENT_ID}"}
        wrong.append(forger.logout_token())

        assert [await announce(paydesk, token) for token in wrong] == [400] * 4
        assert await paydesk.sessions.actor(session) is not None
