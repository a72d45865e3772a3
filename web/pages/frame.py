"""What surrounds every page: the document, the headers that keep browsers strict, and the status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from web.pages.assets import ICON_PATH, STYLE_PATH
from web.pages.html import Html, html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Paydesk</title>
<link rel="icon" href="{icon}" type="image/svg+xml">
<link rel="stylesheet" href="{style}">
</head>
<body>
<header class="top"><a class="brand" href="/">Paydesk</a></header>
<main>
{body}
</main>
</body>
</html>
"""


def security_headers(*, https: bool, form_targets: Iterable[str] = ()) -> dict[str, str]:
    """The headers of a page; `form_targets` are origins to which answering a form may lead, beside our own."""
    form_action = " ".join(("'self'", *sorted(set(form_targets))))
    headers = {
        "content-security-policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    if https:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return headers


def page(
    title: str,
    body: Html,
    *,
    https: bool,
    status: int = 200,
    form_targets: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A whole page with its headers."""
    document = html(_DOCUMENT, title=title, icon=ICON_PATH, style=STYLE_PATH, body=body)
    every = {**security_headers(https=https, form_targets=form_targets), **(headers or {})}
    return HTMLResponse(document, status_code=status, headers=every)
