"""Signing in at the certified provider, and everything that must not work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from domain.identity.permission import MerchantRole

if TYPE_CHECKING:
    from tests.web.sso.browser import Browser
    from tests.web.sso.installation import Installation
    from tests.web.sso.peer import Peer

SUPPORT = {"email": "sam@paydesk.example", "email_verified": True, "name": "Sam", "groups": ["paydesk-support", "x"]}
OWNER = {"email": "Olivia@shop.example", "email_verified": True, "name": "Olivia"}


def replaced(url: str, **changes: str | None) -> str:
    """The address with other parameters; None takes one out."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    query = {name: value for name, value in {**query, **changes}.items() if value is not None}
    return f"{url.partition('?')[0]}?{urlencode(query)}"


async def test_staff_come_in_with_the_roles_of_their_groups(
    paydesk: Installation, peer: Peer, browser: Browser
) -> None:
    await peer.knows(sam=SUPPORT)

    answer = await browser.sign_in("staff", "sam", "/graphql?query=%7Bviewer%7D")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{paydesk.url}/graphql?query=%7Bviewer%7D"
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-paydesk_session="))
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "secure"}
    document = (await browser.get("/session")).json()
    assert (document["signed_in"], document["name"], document["realm"]) == (True, "Sam", "STAFF")
    assert document["permissions"] == [
        "approvals:read",
        "balances:read",
        "customers:pii",
        "customers:read",
        "disputes:read",
        "fraud:read",
        "merchants:read",
        "payments:read",
    ]
    assert await paydesk.audited("user.signed_in") == [{"realm": "STAFF", "issuer": peer.issuer, "firstTime": True}]


async def test_only_hashes_of_what_opens_a_door_are_stored(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")
    state = parse_qs(urlsplit(callback).query)["state"][0]
    before = str(await paydesk.rows("SELECT * FROM sign_in_attempts"))
    await browser.get(callback)
    after = str(await paydesk.rows("SELECT * FROM sessions"))

    assert state not in before
    assert browser.own["__Host-paydesk_sign_in"] not in before
    assert browser.session is not None
    assert browser.session not in after
    assert await paydesk.rows("SELECT * FROM sign_in_attempts") == []


async def test_groups_decide_anew_at_each_sign_in(peer: Peer, browser: Browser) -> None:
    await peer.knows(tara={**SUPPORT, "email": "tara@paydesk.example"})
    await browser.sign_in("staff", "tara")
    await peer.knows(tara={**SUPPORT, "email": "tara@paydesk.example", "groups": ["paydesk-auditors"]})

    await browser.sign_in("staff", "tara")

    permissions = (await browser.get("/session")).json()["permissions"]
    assert "audit:read" in permissions
    await peer.knows(tara={**SUPPORT, "email": "tara@paydesk.example", "groups": ["cleaners"]})
    refused = await browser.sign_in("staff", "tara")
    assert refused.status_code == 403
    assert "None of your groups has a role here" in refused.text


async def test_staff_without_a_group_stay_out(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    await peer.knows(nora={"email": "nora@paydesk.example", "email_verified": True, "name": "Nora"})

    answer = await browser.sign_in("staff", "nora")

    assert answer.status_code == 403
    assert browser.session is None
    assert await paydesk.rows("SELECT * FROM users") == []
    assert await paydesk.audited("user.sign_in_refused") == [
        {"realm": "STAFF", "code": "SIGN_IN_REFUSED", "reason": "NO_STAFF_ROLE"}
    ]


async def test_an_invited_merchant_is_linked_by_a_verified_address(
    paydesk: Installation, peer: Peer, browser: Browser
) -> None:
    await paydesk.invite("olivia@shop.example", await paydesk.merchant("Olivia's <Shop>"), MerchantRole.FINANCE)
    await peer.knows(olivia=OWNER)

    answer = await browser.follow(await browser.sign_in("merchant", "olivia"))

    assert answer.status_code == 200
    assert "Hello, Olivia" in answer.text
    assert "Olivia&#x27;s &lt;Shop&gt;</td><td>Finance</td>" in answer.text
    assert "Refund payments" in answer.text
    assert "Create, capture and void payments" not in answer.text


async def test_the_subject_is_the_identity_and_not_the_address(
    paydesk: Installation, peer: Peer, browser: Browser, other_browser: Browser
) -> None:
    await paydesk.invite("olivia@shop.example", await paydesk.merchant("Shop"))
    await peer.knows(olivia=OWNER, impostor=OWNER)
    await browser.sign_in("merchant", "olivia")

    taken = await other_browser.sign_in("merchant", "impostor")
    assert (taken.status_code, other_browser.session) == (403, None)
    assert "belongs to an account with another identity" in taken.text

    await peer.knows(olivia={**OWNER, "email": "new@shop.example", "email_verified": False})
    again = await browser.sign_in("merchant", "olivia")
    assert again.status_code == 303
    assert await browser.is_signed_in()
    people = await paydesk.rows("SELECT email, subject FROM users")
    assert [tuple(row) for row in people] == [("olivia@shop.example", "olivia")]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email_verified": False}, "EMAIL_NOT_VERIFIED"),
        ({"email_verified": None}, "EMAIL_NOT_VERIFIED"),
        ({"email": None}, "EMAIL_NOT_VERIFIED"),
        ({"email": "someone@else.example"}, "NOT_INVITED"),
    ],
)
async def test_an_invitation_needs_its_verified_address(
    paydesk: Installation, peer: Peer, browser: Browser, claims: dict[str, object], reason: str
) -> None:
    await paydesk.invite("olivia@shop.example", await paydesk.merchant("Shop"))
    await peer.knows(olivia={**OWNER, **claims})

    answer = await browser.sign_in("merchant", "olivia")

    assert answer.status_code == 403
    assert [row["reason"] for row in await paydesk.audited("user.sign_in_refused")] == [reason]
    assert await paydesk.rows("SELECT * FROM sessions") == []


async def test_an_address_that_is_none_is_refused_with_a_page(peer: Peer, browser: Browser) -> None:
    await peer.knows(odd={**SUPPORT, "email": "no address"})

    answer = await browser.sign_in("staff", "odd")

    assert answer.status_code == 403
    assert "Ask an administrator" in answer.text


async def test_a_callback_is_good_once(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")
    assert (await browser.get(callback)).status_code == 303
    before = browser.session

    again = await browser.get(callback)

    assert again.status_code == 400
    assert browser.session == before
    assert [row["reason"] for row in await paydesk.audited("user.sign_in_refused")] == ["UNKNOWN_STATE"]


@pytest.mark.parametrize(
    ("changes", "status", "fact"),
    [
        ({"state": "A" * 43}, 400, "UNKNOWN_STATE"),
        ({"state": None}, 400, "NO_STATE"),
        ({"code": None}, 400, "NO_CODE"),
        ({"code": "wrong"}, 400, "CODE_REFUSED"),
        ({"code": "x" * 5000}, 400, "CODE_REFUSED"),
        ({"iss": None}, 502, "CALLBACK_ISSUER"),
        ({"iss": "https://evil.example"}, 502, "CALLBACK_ISSUER"),
        ({"error": "<script>", "code": None}, 400, "PROVIDER_ERROR"),
        ({"error": "server_error", "code": None}, 503, "PROVIDER_FAILED"),
    ],
    ids=str,
)
async def test_a_callback_that_was_changed_is_refused(
    paydesk: Installation, peer: Peer, browser: Browser, changes: dict[str, str | None], status: int, fact: str
) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")

    answer = await browser.get(replaced(callback, **changes))

    assert answer.status_code == status
    assert browser.session is None
    assert "<script>" not in answer.text
    (row,) = await paydesk.audited("user.sign_in_refused")
    assert fact in row.values()


async def test_a_repeated_parameter_is_refused(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")

    assert (await browser.get(f"{callback}&state=another")).status_code == 400
    assert (await browser.get(callback.replace("code=", "code=first&code="))).status_code == 400
    assert browser.session is None
    rows = await paydesk.audited("user.sign_in_refused")
    assert [row["reason"] for row in rows] == ["REPEATED_PARAMETER"] * 2


async def test_another_browsers_callback_is_refused_and_used_up(
    paydesk: Installation, peer: Peer, browser: Browser, other_browser: Browser
) -> None:
    """Sign-in CSRF: the victim is led to the attacker's callback and would work in the attacker's account."""
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")
    await other_browser.get("/sign-in/staff")

    assert (await other_browser.get(callback)).status_code == 400
    assert other_browser.session is None
    assert (await browser.get(callback)).status_code == 400
    rows = await paydesk.audited("user.sign_in_refused")
    assert [row["reason"] for row in rows] == ["OTHER_BROWSER", "UNKNOWN_STATE"]


async def test_a_browser_without_our_cookie_is_refused(peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")
    browser.own.clear()

    assert (await browser.get(callback)).status_code == 400


async def test_a_callback_of_the_other_realm_is_refused(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")

    answer = await browser.get(callback.replace("/sign-in/staff/", "/sign-in/merchant/"))

    assert answer.status_code == 400
    assert [row["reason"] for row in await paydesk.audited("user.sign_in_refused")] == ["OTHER_REALM"]
    assert browser.session is None


async def test_a_sign_in_takes_ten_minutes_at_most(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    callback = await browser.to_callback("staff", "sam")
    paydesk.clock.ahead = timedelta(minutes=10)

    assert (await browser.get(callback)).status_code == 400
    assert [row["reason"] for row in await paydesk.audited("user.sign_in_refused")] == ["EXPIRED"]


async def test_two_tabs_of_one_browser_can_both_end(peer: Peer, browser: Browser) -> None:
    await peer.knows(sam=SUPPORT)
    first = await browser.to_callback("staff", "sam")
    second = await browser.to_callback("staff", "sam")

    assert (await browser.get(second)).status_code == 303
    assert (await browser.get(first)).status_code == 303


async def test_cancelling_at_the_provider_is_told_kindly(browser: Browser) -> None:
    answer = await browser.sign_in("staff", None)

    assert answer.status_code == 403
    assert "cancelled" in answer.text
    assert "<b>no</b>" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aset-cookie:a=b",
        "javascript:alert(1)",
        "/a//evil.example",
        "@evil.example",
        ".evil.example",
        "/\x00",
        "/" + "a" * 2000,
        "/sign-in/staff",
        "",
    ],
)
async def test_signing_in_leads_nowhere_else(paydesk: Installation, peer: Peer, browser: Browser, target: str) -> None:
    await peer.knows(sam=SUPPORT)

    answer = await browser.sign_in("staff", "sam", target)

    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location in {f"{paydesk.url}/", f"{paydesk.url}/%0d%0aset-cookie:a=b"}


async def test_a_sign_in_always_changes_the_token(paydesk: Installation, peer: Peer, browser: Browser) -> None:
    """Session fixation: a token from before is worth nothing afterwards."""
    await peer.knows(sam=SUPPORT)
    browser.own["__Host-paydesk_session"] = "F" * 43
    await browser.sign_in("staff", "sam")
    first = browser.session
    assert first not in {None, "F" * 43}

    await browser.sign_in("staff", "sam")

    assert browser.session != first
    assert await paydesk.sessions.actor(first) is None
    assert await paydesk.sessions.actor(browser.session) is not None
    assert await paydesk.another_process().actor("F" * 43) is None


@pytest.mark.parametrize("path", ["/sign-in/nobody", "/sign-in/STAFF", "/sign-in/staff/", "/sign-in/"])
async def test_only_the_two_realms_have_a_door(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status_code in {307, 404}
