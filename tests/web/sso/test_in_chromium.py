"""The pages in a real browser: its cookie and policy rules hold, and axe finds nothing serious."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from domain.identity.permission import MerchantRole

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import Page

    from tests.web.sso.installation import Installation
    from tests.web.sso.peer import Peer

AXE = Path(__file__).parents[3] / "web/portal/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(params=["light", "dark"])
async def page(request: pytest.FixtureRequest) -> AsyncGenerator[Page]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "Chromium is missing: install it, or set CHROMIUM to the program"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        # The policy allows no script; axe comes from outside, through the debugger.
        context = await chromium.new_context(bypass_csp=False, color_scheme=request.param)
        context.set_default_timeout(60_000)
        one = await context.new_page()
        yield one
        await chromium.close()


async def assert_accessible(page: Page) -> None:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run()")
    assert found["passes"]
    assert [(v["id"], v["impact"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []


async def test_in_and_out_with_a_real_browser(paydesk: Installation, peer: Peer, page: Page) -> None:
    await paydesk.invite("olivia@shop.example", await paydesk.merchant("Olivia's <Shop>"), MerchantRole.FINANCE)
    await peer.knows(olivia={"email": "olivia@shop.example", "email_verified": True, "name": "Olivia"})
    complaints: list[str] = []
    # The provider's pages load fonts from afar: that is its business. A broken policy or a missing file of ours is not.
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and message.location["url"].startswith(paydesk.url)
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))

    await page.goto(f"{paydesk.url}/")
    assert await page.evaluate("getComputedStyle(document.querySelector('.button')).borderRadius") == "8px"
    await assert_accessible(page)
    await page.get_by_role("link", name="Sign in as a merchant").click()
    await page.locator("input[name=sub]").fill("olivia")
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Hello, Olivia").wait_for()
    await assert_accessible(page)
    cookies = {cookie["name"]: cookie for cookie in await page.context.cookies(paydesk.url)}  # pyright: ignore[reportTypedDictNotRequiredAccess]
    session = cookies["__Host-paydesk_session"]
    assert (session.get("secure"), session.get("httpOnly"), session.get("sameSite")) == (True, True, "Lax")
    assert await page.get_by_role("link", name="Open GraphiQL").get_attribute("href") == "/graphql"

    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Yes, sign me out").click()

    await page.get_by_text("You are signed out.").wait_for()
    assert page.url.startswith(f"{paydesk.url}/?state=")
    await assert_accessible(page)
    await page.goto(f"{paydesk.url}/sign-in/merchant/callback?state=wrong")
    await page.get_by_role("alert").wait_for()
    await assert_accessible(page)
    assert complaints == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]
