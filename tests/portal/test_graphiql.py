"""GraphiQL in a real browser, under the policy that it is served with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.async_api import Locator, Page, expect

from tests.portal.browsing import opened, ready
from tests.portal.stand_in import BEARER, CAPTURABLE_ID, COOKIE, MERCHANT_ID, NEWEST_ID, REFUNDABLE_ID, StandIn
from web.portal.build import PORTAL

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.usefixtures("bundle")

TABS = [
    *("WhoAmI", "Payments", "PaymentStory", "CreatePayment", "CaptureInParts", "Refund"),
    *("Disputes", "FraudReviews", "FraudRules", "BalancesAndLedger"),
]


def tabs(page: Page) -> Locator:
    """The open operations."""
    return page.get_by_role("list", name="Select active operation").get_by_role("listitem")


async def run(page: Page) -> None:
    """Press the button that sends the operation."""
    await page.get_by_role("button", name="Execute query").click()


async def stored_tabs(page: Page, count: int = len(TABS)) -> list[dict[str, str]]:
    """The tabs as the browser keeps them, once it keeps so many: GraphiQL writes them a moment after each change."""
    await page.wait_for_function(
        "count => JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}').tabs?.length === count", arg=count
    )
    return json.loads(await page.evaluate("localStorage.getItem('graphiql:tabState')"))["tabs"]


def idempotency_keys(variables: object) -> list[str]:
    """Every idempotency key in the variables, however deep."""
    if not isinstance(variables, dict):
        return []
    found = [key for value in variables.values() for key in idempotency_keys(value)]
    return [*found, variables["idempotencyKey"]] if "idempotencyKey" in variables else found


async def test_sends_operations_as_the_signed_in_person(browser: Browser) -> None:
    async with opened(browser, StandIn()) as found:
        page = found.page
        await expect(page.get_by_role("status").first).to_contain_text("Signed in as Grace <Example> (staff)")
        await expect(page.get_by_role("link", name="Sign out")).to_have_attribute("href", "/me")
        await expect(tabs(page)).to_contain_text(TABS)
        await run(page)
        await expect(page.locator(".result-window")).to_contain_text("grace@example.com")
        sent = found.server.operations("WhoAmI")[-1].headers
        assert sent["x-paydesk-csrf"] == "first-token"
        assert sent["cookie"] == COOKIE
        assert sent["content-type"] == "application/json"
        assert sent["accept"] == "application/graphql-response+json, application/json"
        assert found.server.operations("IntrospectionQuery")[0].headers["x-paydesk-csrf"] == "first-token"
        assert found.complaints == []


async def test_editor_checks_operations_against_the_schema(browser: Browser) -> None:
    """The squiggle comes from the GraphQL worker: it runs under the policy, and has the schema."""
    async with opened(browser, StandIn()) as found:
        page = found.page
        editor = page.locator(".graphiql-query-editor .view-lines")
        await expect(editor).to_contain_text("viewer")
        await editor.click()
        await page.keyboard.press("Control+A")
        await page.keyboard.type("{ viewer { nonsense } }")
        await expect(page.locator(".graphiql-query-editor .squiggly-error")).to_be_visible()
        assert any("graphql.worker" in worker.url for worker in page.workers)
        assert found.complaints == []


async def test_examples_name_what_the_viewer_has(browser: Browser) -> None:
    async with opened(browser, StandIn()) as found:
        await expect(tabs(found.page)).to_have_count(len(TABS))
        await found.page.get_by_role("button", name="Refund", exact=True).click()
        kept = await stored_tabs(found.page)
        variables = {tab["title"]: json.loads(tab["variables"] or "{}") for tab in kept}
        assert variables["PaymentStory"] == {"id": NEWEST_ID}
        assert variables["CreatePayment"]["input"]["merchantId"] == MERCHANT_ID
        assert variables["CreatePayment"]["input"]["amount"] == {"amount": "40.00", "currency": "EUR"}
        assert variables["CaptureInParts"]["part"]["paymentId"] == CAPTURABLE_ID
        assert variables["CaptureInParts"]["part"]["amount"] == {"amount": "9.95", "currency": "EUR"}
        assert variables["CaptureInParts"]["rest"]["paymentId"] == CAPTURABLE_ID
        assert variables["Refund"]["input"]["paymentId"] == REFUNDABLE_ID
        assert variables["Refund"]["input"]["amount"] == {"amount": "750", "currency": "JPY"}
        assert variables["BalancesAndLedger"]["filter"]["merchantIds"] == [MERCHANT_ID]
        keys = idempotency_keys(variables)
        assert len(keys) == len(set(keys)) == 4
        assert "example-refund" not in keys


async def test_without_a_session_says_how_to_sign_in_and_takes_a_bearer_token(browser: Browser) -> None:
    async with opened(browser, StandIn(signed_in=False)) as found:
        page = found.page
        await expect(page.get_by_role("status").first).to_contain_text("You are not signed in")
        await expect(page.get_by_role("link", name="as staff")).to_have_attribute("href", "/sign-in/staff")
        await expect(page.get_by_role("link", name="as merchant")).to_have_attribute("href", "/sign-in/merchant")
        await expect(tabs(page)).to_have_count(len(TABS))
        await page.get_by_role("button", name="Headers").click()
        await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines").click()
        await page.keyboard.insert_text(json.dumps({"Authorization": BEARER}))
        await run(page)
        await expect(page.locator(".result-window")).to_contain_text("Nightly export")
        sent = found.server.operations("WhoAmI")[-1].headers
        assert sent["authorization"] == BEARER
        assert "cookie" not in sent
        assert "x-paydesk-csrf" not in sent
        await stored_tabs(page)
        assert BEARER not in await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


async def test_a_refused_request_reads_the_session_again(browser: Browser) -> None:
    async with opened(browser, StandIn()) as found:
        page = found.page
        await expect(tabs(page)).to_have_count(len(TABS))
        found.server.csrf_token = "second-token"
        await run(page)
        await expect(page.locator(".result-window")).to_contain_text("The CSRF token is wrong")
        await run(page)
        await expect(page.locator(".result-window")).to_contain_text("grace@example.com")
        found.server.signed_in = False
        await run(page)
        await expect(page.get_by_role("status").first).to_contain_text("You are not signed in")
        await expect(page.locator(".result-window")).to_contain_text("answered 401")


async def test_examples_come_back(browser: Browser) -> None:
    async with opened(browser, StandIn()) as found:
        page = found.page
        await expect(tabs(page)).to_have_count(len(TABS))
        await page.get_by_role("button", name="Close Tab").first.click()
        await expect(tabs(page)).to_have_count(len(TABS) - 1)
        await stored_tabs(page, len(TABS) - 1)
        await page.reload()
        await ready(page)
        await expect(tabs(page)).to_have_count(len(TABS) - 1)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Restore the examples").click()
        await expect(tabs(page)).to_have_count(len(TABS))


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
async def test_has_no_serious_accessibility_finding(
    browser: Browser, color_scheme: Literal["light", "dark"], *, signed_in: bool
) -> None:
    async with opened(browser, StandIn(signed_in=signed_in), color_scheme) as found:
        page = found.page
        await page.get_by_role("button", name="Show Documentation Explorer").click()
        await page.get_by_role("button", name="CreatePayment", exact=True).click()
        if signed_in:
            await expect(page.locator(".graphiql-doc-explorer-content")).to_contain_text("Root Types")
        # Through the debugger's channel: the page's own policy lets no script in.
        await page.evaluate((PORTAL / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
        # The colours of Monaco's dark theme are its own; in the light one they are strong enough.
        excluded = [[".monaco-editor"]] if color_scheme == "dark" else []
        result = await page.evaluate("exclude => axe.run({exclude})", excluded)
        serious = [
            (finding["id"], [node["html"][:160] for node in finding["nodes"]])
            for finding in result["violations"]
            if finding["impact"] in {"serious", "critical"}
        ]
        assert serious == []
