"""The authorization endpoint over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.demo.identity_provider.conftest import PASSWORD
from tests.app.demo.identity_provider.relying_party import parameters_of

if TYPE_CHECKING:
    from tests.app.demo.identity_provider.conftest import Clock
    from tests.app.demo.identity_provider.person import Person
    from tests.app.demo.identity_provider.relying_party import RelyingParty

ADA = "ada@paydesk.test"


async def test_the_callback_has_code_state_and_issuer(person: Person, staff: RelyingParty) -> None:
    callback = await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    assert callback.status_code == 303
    assert callback.headers["location"].startswith(f"{staff.redirect_uri}?")
    answer = parameters_of(callback)
    assert answer["state"] == staff.state
    assert answer["iss"] == person.issuer
    assert len(answer["code"]) == 48


async def test_the_request_may_come_by_post(person: Person, staff: RelyingParty) -> None:
    query = staff.link().partition("?")[2]
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await person.http.post("/authorize", content=query, headers=form)
    page = await person.open(answer.headers["location"])
    assert "<h1>Sign in</h1>" in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": "paydesk-merchants"},
        {"client_id": None},
    ],
)
async def test_an_unknown_target_gets_a_page_and_no_redirect(
    person: Person, staff: RelyingParty, changes: dict[str, str | None]
) -> None:
    page = await person.open(staff.link(**changes))
    assert page.status_code == 400
    assert "location" not in page.headers
    assert "<h1>This does not work</h1>" in page.text


@pytest.mark.parametrize("ending", ["/", "?a=b", "%2F..", "#x"])
async def test_the_redirect_uri_matches_exactly(person: Person, staff: RelyingParty, ending: str) -> None:
    page = await person.open(staff.link(redirect_uri=staff.redirect_uri + ending))
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'é"\\'}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "9" * 5000}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"request": "e30"}, "request_not_supported"),
        ({"request_uri": "https://x.example"}, "request_uri_not_supported"),
    ],
)
async def test_other_mistakes_go_back_to_the_application(
    person: Person, staff: RelyingParty, changes: dict[str, str | None], error: str
) -> None:
    callback = await person.open(staff.link(**changes))
    assert callback.headers["location"].startswith(staff.redirect_uri)
    answer = parameters_of(callback)
    assert (answer["error"], answer["state"], answer["iss"]) == (error, staff.state, person.issuer)


async def test_repeated_parameters_are_refused(person: Person, staff: RelyingParty) -> None:
    assert parameters_of(await person.open(staff.link() + "&nonce=other"))["error"] == "invalid_request"
    assert (await person.open(staff.link() + f"&client_id={staff.client_id}")).status_code == 400


async def test_who_is_signed_in_and_has_allowed_it_is_not_asked_again(person: Person, staff: RelyingParty) -> None:
    await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    assert "code" in parameters_of(await person.open(staff.link()))
    assert "code" in parameters_of(await person.open(staff.link(prompt="none")))


async def test_without_consent_a_silent_request_is_refused(person: Person, staff: RelyingParty) -> None:
    await person.sign_in(await person.open(staff.link()), ADA, PASSWORD)
    assert parameters_of(await person.open(staff.link(prompt="none")))["error"] == "consent_required"
    await person.sign_in_and_allow(staff.link(prompt="login", scope="openid"), ADA, PASSWORD)
    assert parameters_of(await person.open(staff.link(prompt="none")))["error"] == "consent_required"


async def test_prompts_ask_again(person: Person, staff: RelyingParty) -> None:
    await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    assert "<h1>Sign in</h1>" in (await person.open(staff.link(prompt="login"))).text
    assert "<h1>Sign in</h1>" in (await person.open(staff.link(prompt="select_account"))).text
    assert "to know who you are?" in (await person.open(staff.link(prompt="consent"))).text


async def test_prompt_login_cannot_be_skipped(person: Person, staff: RelyingParty) -> None:
    await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    sign_in = await person.open(staff.link(prompt="login"))
    page = await person.open(str(sign_in.url).replace("/sign-in/", "/consent/"))
    assert "<h1>Sign in</h1>" in page.text


async def test_max_age_asks_again_and_renews_auth_time(person: Person, staff: RelyingParty, clock: Clock) -> None:
    first = await staff.claims(await person.sign_in_and_allow(staff.link(), ADA, PASSWORD))
    clock.added_seconds = 100
    assert "code" in parameters_of(await person.open(staff.link(max_age="1000")))
    page = await person.open(staff.link(max_age="50"))
    assert "<h1>Sign in</h1>" in page.text
    # The consent still holds, so the second sign-in leads straight back.
    again = await staff.claims(await person.sign_in(page, ADA, PASSWORD))
    assert again["auth_time"] >= first["auth_time"] + 100
    assert again["sid"] == first["sid"]
    assert "<h1>Sign in</h1>" in (await person.open(staff.link(max_age="0"))).text


async def test_a_session_of_the_other_realm_does_not_count(person: Person, staff: RelyingParty) -> None:
    await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    origin = staff.origin.replace("paydesk-staff", "paydesk-merchants")
    page = await person.open(staff.link(client_id="paydesk-merchants", redirect_uri=f"{origin}/callback"))
    assert "<h1>Sign in</h1>" in page.text
    assert "You are signed in as ada@paydesk.test, an account that is not for this application." in page.text
