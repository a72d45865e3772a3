"""The consent page over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.demo.identity_provider.conftest import PASSWORD
from tests.app.demo.identity_provider.relying_party import parameters_of

if TYPE_CHECKING:
    from tests.app.demo.identity_provider.person import Person
    from tests.app.demo.identity_provider.relying_party import RelyingParty

ADA = "ada@paydesk.test"


async def test_it_says_what_the_application_learns(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), ADA, PASSWORD)
    assert "<h1>Allow Paydesk back office to know who you are?</h1>" in page.text
    for value in ("Ada &lt;Finance&gt;", "ada@paydesk.test (verified)", "paydesk-finance", "u1"):
        assert f"<dd>{value}</dd>" in page.text
    less = await person.sign_in(await person.open(staff.link(prompt="login", scope="openid")), ADA, PASSWORD)
    assert "<dd>u1</dd>" in less.text
    assert "(verified)" not in less.text


async def test_denying_goes_back_without_a_code(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), ADA, PASSWORD)
    answer = parameters_of(await person.submit(page, decision="deny"))
    assert "code" not in answer
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", staff.state, person.issuer)
    # Nothing was remembered.
    assert parameters_of(await person.open(staff.link(prompt="none")))["error"] == "consent_required"


async def test_neither_allow_nor_deny_is_an_error(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), ADA, PASSWORD)
    assert (await person.submit(page, decision="perhaps")).status_code == 400


async def test_a_forged_consent_is_refused(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), ADA, PASSWORD)
    forged = {"decision": "allow", "form_token": "forged"}
    assert (await person.submit(page, **forged)).status_code == 403


async def test_without_the_session_it_asks_to_sign_in(person: Person, staff: RelyingParty) -> None:
    page = await person.sign_in(await person.open(staff.link()), ADA, PASSWORD)
    person.http.cookies.delete("demo_idp_session")
    assert "<h1>Sign in</h1>" in (await person.submit(page, decision="allow")).text
