"""The sign-in page over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.demo.identity_provider.conftest import PASSWORD
from tests.app.demo.identity_provider.person import Person, form_of
from tests.app.demo.identity_provider.relying_party import parameters_of

if TYPE_CHECKING:
    from tests.app.demo.identity_provider.conftest import Clock
    from tests.app.demo.identity_provider.relying_party import RelyingParty

ADA = "ada@paydesk.test"


async def test_the_page_says_what_it_is_and_who_can_sign_in(person: Person, staff: RelyingParty) -> None:
    page = await person.open(staff.link())
    assert "Demo identity provider: anyone can read these passwords" in page.text
    assert '<html lang="en">' in page.text
    assert "<title>Sign in - Demo identity provider</title>" in page.text
    assert '<label for="email">' in page.text
    assert '<label for="password">' in page.text
    assert "ada@paydesk.test</a></td><td>Finance operations</td>" in page.text
    assert "bo@shop.test" not in page.text
    assert PASSWORD not in page.text


async def test_nothing_comes_from_elsewhere(person: Person, staff: RelyingParty) -> None:
    page = await person.open(staff.link())
    policy = page.headers["content-security-policy"]
    origin = "/".join(staff.origin.split("/")[:3])
    assert policy == (
        f"default-src 'none'; style-src 'self'; form-action 'self' {origin}; base-uri 'none'; frame-ancestors 'none'"
    )
    assert page.headers["cache-control"] == "no-store"
    style = await person.open("/identity-provider.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text


async def test_the_session_cookie_is_out_of_reach(person: Person, staff: RelyingParty) -> None:
    form = form_of(await person.open(staff.link()))
    answer = await person.http.post(form.action, data={**form.fields, "email": ADA, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("demo_idp_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_the_session_cookie_changes_with_every_sign_in(person: Person, staff: RelyingParty) -> None:
    await person.sign_in_and_allow(staff.link(), ADA, PASSWORD)
    first = person.http.cookies["demo_idp_session"]
    await person.sign_in(await person.open(staff.link(prompt="login")), ADA, PASSWORD)
    assert person.http.cookies["demo_idp_session"] != first
    person.http.cookies.set("demo_idp_session", first, domain="localhost.local", path="/")
    async with Person(person.issuer) as thief:
        thief.http.cookies.set("demo_idp_session", first)
        assert parameters_of(await thief.open(staff.link(prompt="none")))["error"] == "login_required"


async def test_a_wrong_password_is_said_and_keeps_the_address(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), ADA, "wrong")
    assert page.status_code == 400
    assert '<p id="error" class="error" role="alert">The e-mail address or the password is wrong.' in page.text
    assert "<title>Error: Sign in" in page.text
    assert form_of(page).fields["email"] == ADA
    assert "demo_idp_session" not in person.http.cookies
    unknown = await person.sign_in(page, "nobody@paydesk.test", "wrong")
    assert "The e-mail address or the password is wrong." in unknown.text
    assert (await person.sign_in(unknown, "  ADA@paydesk.TEST ", PASSWORD)).status_code == 200


async def test_an_account_of_the_other_realm_is_refused(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), "bo@shop.test", PASSWORD)
    assert page.status_code == 403
    assert "This account is not for this application" in page.text
    wrong = await person.sign_in(page, "bo@shop.test", "wrong")
    assert "This account is not for this application" not in wrong.text


async def test_many_wrong_passwords_have_to_wait(person: Person, staff: RelyingParty, clock: Clock) -> None:
    page = await person.open(staff.link())
    for _ in range(5):
        page = await person.sign_in(page, ADA, "wrong")
        assert page.status_code == 400
    page = await person.sign_in(page, ADA, PASSWORD)
    assert page.status_code == 429
    assert 0 < int(page.headers["retry-after"]) <= 60
    assert "Wait " in page.text
    clock.added_seconds = 61
    page = await person.sign_in(page, ADA, PASSWORD)
    assert page.status_code == 200
    assert "to know who you are?" in page.text


async def test_cancelling_denies(person: Person, staff: RelyingParty) -> None:
    callback = await person.submit(await person.open(staff.link()), action="cancel")
    answer = parameters_of(callback)
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", staff.state, person.issuer)


async def test_a_link_fills_in_the_address(person: Person, staff: RelyingParty) -> None:
    page = await person.open(staff.link())
    assert form_of(await person.open(f"{page.url}?email=ada%40paydesk.test")).fields["email"] == ADA
    hinted = await person.open(staff.link(login_hint='"><script>alert(1)</script>'))
    assert "<script>" not in hinted.text
    assert form_of(hinted).fields["email"] == '"><script>alert(1)</script>'


async def test_a_form_from_elsewhere_is_refused(person: Person, staff: RelyingParty) -> None:
    page = await person.open(staff.link())
    form = form_of(page)
    for token in ("", "0" * 64, "é"):
        answer = await person.http.post(form.action, data={"form_token": token, "email": ADA, "password": PASSWORD})
        assert answer.status_code == 403
    async with Person(person.issuer) as other:
        await other.open(staff.link())
        answer = await other.submit(page, email=ADA, password=PASSWORD)
        assert answer.status_code == 400
        assert "demo_idp_session" not in other.http.cookies


async def test_an_interaction_expires(person: Person, staff: RelyingParty, clock: Clock) -> None:
    page = await person.open(staff.link())
    clock.added_seconds = 16 * 60
    late = await person.sign_in(page, ADA, PASSWORD)
    assert late.status_code == 400
    assert "start again" in late.text
