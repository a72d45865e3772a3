"""The look of the pages that people see: plain HTML that needs no script."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from adapters.currencies import currency_of
from domain.kernel.errors import Invalid
from domain.kernel.money import Money

# No form-action here: browsers apply it to the redirect after the form as well, and that of 3-D Secure leads to the
# merchant.
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_STYLE = """
body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:10vh auto;padding:0 1rem;color:#1a1a1a;background:#fff}
body.wide{max-width:72rem;margin:4vh auto;font-size:1rem}
button{font:inherit;padding:.7rem 1.4rem;margin:.5rem .5rem 0 0;cursor:pointer;
border-radius:.4rem;border:2px solid #1a1a1a;background:#fff;color:#1a1a1a}
.wide button{padding:.3rem .8rem;margin:.2rem .3rem .2rem 0}
button[value=approve]{background:#0b5d2a;border-color:#0b5d2a;color:#fff}
button:focus-visible,a:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible{
outline:3px solid #1d4ed8;outline-offset:2px}
dt{font-weight:600}dd{margin:0 0 .6rem}
section>article{border-top:1px solid #767676;padding:.6rem 0}
article h3{margin:0;font-size:1rem}article p{margin:.2rem 0}
form{display:inline-block;margin:0 .6rem .3rem 0;vertical-align:bottom}
label{display:inline-block;margin:0 .6rem .3rem 0}
table{border-collapse:collapse;margin:0 0 1.5rem}caption{font-weight:600;text-align:left}
th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #767676}
input,select{font:inherit;padding:.25rem .4rem;max-width:12rem;border:1px solid #595959;border-radius:.3rem}
"""


def page(title: str, content: str, status: int = 200, *, wide: bool = False) -> HTMLResponse:
    """A whole page; `content` is HTML."""
    return HTMLResponse(
        f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>
<body{' class="wide"' if wide else ""}><main><h1>{escape(title)}</h1>{content}</main></body></html>""",
        status,
        headers=HEADERS,
    )


def amount_in_words(amount_minor: int, currency: str) -> str:
    """An amount as people write it: "19.90 EUR"."""
    try:
        money = Money(amount_minor, currency_of(currency))
    except Invalid:
        return f"{amount_minor} minor units of {currency}"
    return f"{money.plain} {currency}"
