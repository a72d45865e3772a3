"""The dispute console for people: forms that do what `/v1/disputes` and `/v1/warnings` do."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from adapters.currencies import currency_of
from app.simulator.body import read_body
from app.simulator.cards import CARDS
from app.simulator.disputes.case import OVER
from app.simulator.disputes.docket import NoSuchCase
from app.simulator.disputes.network_rules import known_codes, later_stage
from app.simulator.page import HEADERS, amount_in_words, page
from app.simulator.payment import Refused
from app.simulator.request import BadRequest
from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage
from domain.kernel.errors import Invalid
from domain.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable
    from enum import StrEnum

    from starlette.requests import Request
    from starlette.responses import Response

    from app.simulator.book import Book
    from app.simulator.disputes.case import Case
    from app.simulator.disputes.console_endpoints import Console
    from app.simulator.disputes.docket import Docket
    from app.simulator.payment import Payment

_MOST_PAYMENTS = 50
_MOST_CASES = 200
_MOST_FIELDS = 20
_PATH = "/disputes"


class ConsolePage:
    """`GET` shows, and changes nothing; forms are taken with `POST` alone."""

    def __init__(self, console: Console, book: Book, docket: Docket) -> None:
        self._console = console
        self._book = book
        self._docket = docket

    def routes(self) -> list[Route]:
        """Where it is."""
        return [
            Route(_PATH, self.show, methods=["GET"]),
            Route(_PATH, self.open, methods=["POST"]),
            Route(f"{_PATH}/warnings", self.warn, methods=["POST"]),
            Route(f"{_PATH}/{{reference}}/{{step}}", self.step, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The cases, and the payments that can be disputed."""
        del request
        cases = await self._docket.cases()
        payments = list(islice(self._book.disputable(), _MOST_PAYMENTS))
        told, delivered = self._docket.count, self._docket.delivered
        content = f"""<p>What issuers and networks do to the payments of this gateway simulator. No real money moves.
{told} notices so far; {delivered} of them went to the webhook.</p>
<section aria-labelledby="cases"><h2 id="cases">Cases</h2>
<p>The newest {_MOST_CASES}.</p>
{"".join(map(_case, islice(reversed(cases), _MOST_CASES))) or "<p>There are none.</p>"}</section>
<section aria-labelledby="payments"><h2 id="payments">Payments</h2>
<p>The newest {_MOST_PAYMENTS} of which money was captured.</p>
{"".join(map(_payment, payments)) or "<p>There are none.</p>"}</section>
<datalist id="codes">{"".join(_code(*code) for code in known_codes())}</datalist>"""
        return page("Disputes", content, wide=True)

    async def open(self, request: Request) -> Response:
        """Open a case."""
        return await self._done(self._console.opened(self._value(await _form(request))))

    async def step(self, request: Request) -> Response:
        """Take a case one step on."""
        path = request.path_params
        return await self._done(self._console.stepped(path["reference"], path["step"], await _form(request)))

    async def warn(self, request: Request) -> Response:
        """Tell a warning."""
        return await self._done(self._console.warned(self._value(await _form(request))))

    async def _done(self, step: Awaitable[object]) -> Response:
        try:
            await step
        except (BadRequest, Refused, NoSuchCase, HTTPException) as error:
            text = error.detail if isinstance(error, HTTPException) else str(error)
            text = "There is no such case." if isinstance(error, NoSuchCase) else text
            status = error.status_code if isinstance(error, HTTPException) else _STATUS[type(error)]
            back = f'<p><a href="{_PATH}">Back to the disputes</a></p>'
            return page("That cannot be done", f"<p>{escape(text)}</p>{back}", status)
        return RedirectResponse(_PATH, 303, headers=HEADERS)

    def _value(self, form: dict[str, Any]) -> dict[str, Any]:
        """The object of a form: people write amounts in plain notation."""
        amount = form.pop("amount", None)
        payment = self._book.payment(form.get("gateway_reference", ""))
        if amount is None or payment is None:
            return form
        try:
            return {**form, "amount_minor": Money.parse(amount.strip(), currency_of(payment.currency)).minor}
        except Invalid as invalid:
            raise BadRequest(invalid.message) from None


_STATUS: dict[type[Exception], int] = {BadRequest: 400, Refused: 409, NoSuchCase: 404}


async def _form(request: Request) -> dict[str, Any]:
    body = await read_body(request)
    try:
        fields = parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "This is not the form of this page.") from None
    # What was left empty was not said.
    return {name: value for name, value in fields if value}


def _case(case: Case) -> str:
    later = later_stage(case.network, case.stage)
    steps: list[str] = []
    if case.state not in OVER:
        if later is not None:
            steps.append(_step(case, "advance", f"Advance to {_words(later)}"))
        steps.extend(_step(case, "decide", f"Decide {outcome}", outcome) for outcome in ("won", "lost"))
        steps.append(_step(case, "withdraw", "Withdraw"))
        if case.stage is DisputeStage.INQUIRY and case.waits:
            steps.append(_step(case, "prevent", "Prevent"))
    amount = escape(amount_in_words(case.amount_minor, case.currency))
    return f"""<article><h3>{escape(case.reference)}: {_words(case.stage)}, {_words(case.state)}</h3>
<p>{escape(case.network.label)} {escape(case.reason_code)}, {amount} of {escape(case.payment_reference)},
answer due by {case.respond_by:%Y-%m-%d %H:%M} UTC</p>{"".join(steps)}</article>"""


def _step(case: Case, step: str, label: str, outcome: str | None = None) -> str:
    value = "" if outcome is None else f' name="outcome" value="{outcome}"'
    return f"""<form method="post" action="{_PATH}/{escape(case.reference)}/{step}">
<button{value}>{escape(label)}</button></form>"""


def _payment(payment: Payment) -> str:
    card = CARDS.get(payment.token)
    known = "" if card is None else f", {card.brand.title()} ending in {card.last4}"
    title = f"{payment.reference}: {amount_in_words(payment.captured_minor, payment.currency)} captured{known}"
    reference = f'<input type="hidden" name="gateway_reference" value="{escape(payment.reference)}">'
    amount = '<label>Amount (all, if empty) <input name="amount" inputmode="decimal" autocomplete="off"></label>'
    # A card that is not one of ours does not tell its network.
    network = _select("Network", "network", Network, None if card is None else card.brand)
    code = '<label>Reason code <input name="reason_code" list="codes" required autocomplete="off"></label>'
    return f"""<article><details><summary>{escape(title)}</summary>
<form method="post" action="{_PATH}">{reference}{_select("Stage", "stage", DisputeStage, "chargeback")}
{network}{code}{amount}<button>Open a case</button></form>
<form method="post" action="{_PATH}/warnings">{reference}{_select("Fraud", "fraud_type", FraudType)}
{network}{amount}<button>Warn of fraud</button></form></details></article>"""


def _select(label: str, name: str, words: Iterable[StrEnum], chosen: str | None = None) -> str:
    options = "".join(
        f'<option value="{word.lower()}"{" selected" if word.lower() == chosen else ""}>{_words(word)}</option>'
        for word in words
    )
    return f'<label>{label} <select name="{name}">{options}</select></label>'


def _code(network: Network, code: str, name: str) -> str:
    return f'<option value="{escape(code)}">{escape(f"{network.label}: {name}")}</option>'


def _words(word: StrEnum) -> str:
    return word.lower().replace("_", " ")
