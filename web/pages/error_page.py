"""The page that says what went wrong and what to do now, with the right status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.pages.frame import page
from web.pages.html import Html, html

if TYPE_CHECKING:
    from starlette.responses import HTMLResponse

_BODY = """<h1>{title}</h1>
<div class="message alert" role="alert"><p>{text}</p></div>
<p class="actions">{again}<a class="button second" href="/">Go to the start page</a></p>"""
_AGAIN = """<a class="button" href="{link}">Try again</a>"""


def error_page(
    status: int,
    title: str,
    text: str,
    *,
    https: bool,
    again: str | None = None,
    retry_after_seconds: int | None = None,
) -> HTMLResponse:
    """A page for a person. `text` is shown as it is: it must hold nothing internal. `again` is a path of ours."""
    link = Html() if again is None else html(_AGAIN, link=again)
    headers = {} if retry_after_seconds is None else {"retry-after": str(retry_after_seconds)}
    return page(title, html(_BODY, title=title, text=text, again=link), https=https, status=status, headers=headers)
