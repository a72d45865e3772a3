"""The 3-D Secure page: where a customer, or a test, approves or fails a payment."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from starlette.responses import RedirectResponse, Response

from app.simulator.cards import CARDS
from app.simulator.page import HEADERS, amount_in_words, page
from app.simulator.payment import Payment, PaymentState, Refused

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.simulator.book import Book


async def show_challenge(request: Request, book: Book) -> Response:
    """Ask the customer."""
    payment = book.payment(request.path_params["reference"])
    if payment is None:
        return page("Not found", "<p>There is no payment to confirm under this address.</p>", 404)
    if payment.state is not PaymentState.AWAITING_CUSTOMER or book.now() >= payment.expires_at:
        return _finished(payment, 200)
    card = CARDS[payment.token]
    return page(
        "Confirm your payment",
        f"""<p>This is the gateway simulator's stand-in for your bank. No real money moves.</p>
<dl><dt>Amount</dt><dd>{escape(amount_in_words(payment.amount_minor, payment.currency))}</dd>
<dt>Card</dt><dd>{escape(card.brand.title())} ending in {escape(card.last4)}</dd></dl>
<form method="post"><button name="decision" value="approve">Approve payment</button>
<button name="decision" value="fail">Fail authentication</button></form>""",
    )


async def answer_challenge(request: Request, body: bytes, book: Book) -> Response:
    """Keep the customer's answer, once, and lead back to the merchant."""
    payment = book.payment(request.path_params["reference"])
    if payment is None:
        return page("Not found", "<p>There is no payment to confirm under this address.</p>", 404)
    form = parse_qs(body.decode("ascii", "replace"))
    decision = form.get("decision", [""])[0]
    if decision not in {"approve", "fail"}:
        return page("Try again", "<p>Choose to approve or to fail. Go back and press one of the buttons.</p>", 400)
    try:
        payment = await book.answer_challenge(payment, passed=decision == "approve")
    except Refused:
        return _finished(payment, 409)
    target = payment.return_url
    if target is not None and is_web_address(target):
        return RedirectResponse(target, 303, headers=HEADERS)
    return _finished(payment, 200)


def is_web_address(text: str) -> bool:
    """Whether a browser may be sent there: an absolute http or https address without anything unprintable."""
    if not text.isprintable() or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _finished(payment: Payment, status: int) -> Response:
    words = {
        PaymentState.AWAITING_CUSTOMER: ("Too late", "This authentication has expired."),
        PaymentState.REJECTED: ("Authentication failed", "You did not confirm the payment."),
    }
    title, text = words.get(payment.state, ("Payment confirmed", "You have confirmed the payment."))
    link = ""
    if payment.return_url is not None and is_web_address(payment.return_url):
        link = f'<p><a href="{escape(payment.return_url)}" rel="noreferrer">Return to the shop</a></p>'
    return page(title, f"<p>{escape(text)} You can go back to the shop now.</p>{link}", status)
