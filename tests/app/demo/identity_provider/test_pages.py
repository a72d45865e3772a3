"""The pages in a real browser, by keyboard: what a policy forbids, only a browser can tell."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.app.demo.identity_provider.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.app.demo.identity_provider.relying_party import LogoutEar, RelyingParty

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture
async def page(provider: str) -> AsyncIterator[Page]:
    """A browser's page; at the end, Chromium must have had nothing to complain about but the wrong password."""
    complaints: list[tuple[str, str]] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append((message.location["url"], message.text)))
        yield page
        await browser.close()
    ours = [text for url, text in complaints if url.startswith(provider) and "400 (Bad Request)" not in text]
    assert ours == [], complaints


async def test_the_whole_way_by_keyboard(page: Page, provider: str, staff: RelyingParty, ear: LogoutEar) -> None:
    await page.goto(staff.link())
    await expect(page).to_have_title("Sign in - Demo identity provider")
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type("ada@paydesk.test")
    await page.keyboard.press("Tab")
    await page.keyboard.type("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong. Try again.")
    await expect(page.get_by_label("Password")).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Allow")).to_be_focused()
    await page.keyboard.press("Enter")
    # Two redirects after the form, the last of them by the application itself.
    await expect(page).to_have_url(re.compile(re.escape(f"{staff.origin}/signed-in?code=")))
    await page.goto(f"{provider}/logout?client_id={staff.client_id}&post_logout_redirect_uri={staff.origin}/bye")
    await expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{staff.origin}/bye")
    assert ear.heard == []


async def test_a_listed_account_fills_in_the_address(page: Page, provider: str, staff: RelyingParty) -> None:
    await page.goto(staff.link())
    await page.get_by_role("link", name="ada@paydesk.test").click()
    await expect(page.get_by_label("E-mail address")).to_have_value("ada@paydesk.test")
    await expect(page.get_by_label("Password")).to_be_focused()
    assert page.url.startswith(provider)


async def test_the_style_sheet_is_applied(page: Page, provider: str, staff: RelyingParty) -> None:
    await page.goto(staff.link())
    assert page.url.startswith(provider)
    display = await page.locator("label").first.evaluate("label => getComputedStyle(label).display")
    assert display == "block"
