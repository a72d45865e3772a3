"""The connector to the gateway simulator (`app/simulator` has the other side of the interface)."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from adapters.failpoints import failpoint
from adapters.gateways.exchange import DEADLINE, HttpExchange, says_not_found, unknown
from adapters.gateways.fields import digits, moment, number, read_object, text, word
from domain.payments.decline import DeclineCode
from domain.payments.gateway import Outcome, OutcomeKind, RedirectAction, TokenDescription
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType, Wallet

if TYPE_CHECKING:
    import httpx2

    from domain.payments.gateway import GatewayRequest

DESCRIBE_DEADLINE = timedelta(seconds=2)
"""A payment waits for a description, and can do without."""
_HIGHEST_RISK = 100
# What is no word of these is no token of the simulator's, and must not become another path.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,255}")
_KINDS = {
    "succeeded": OutcomeKind.SUCCEEDED,
    "failed": OutcomeKind.FAILED,
    "requires_action": OutcomeKind.REQUIRES_ACTION,
    "pending": OutcomeKind.ACCEPTED,
}


class SimulatorGateway:
    """Satisfies `domain.payments.gateway.Gateway` over HTTP.

    `deadline` is the total for one call; a description has less time, if that is less.
    """

    def __init__(self, base_url: str, client: httpx2.AsyncClient, deadline: timedelta = DEADLINE) -> None:
        self._http = HttpExchange(base_url, client, deadline)
        self._descriptions = HttpExchange(base_url, client, min(deadline, DESCRIBE_DEADLINE))

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Ask for an effect, at most once however often it is sent."""
        step = request.type.lower()
        failpoint(f"{step}.call.before")
        answer = await self._http.exchange("POST", "/v1/operations", _content(request))
        failpoint(f"{step}.call.answered")
        return answer if isinstance(answer, Outcome) else _read_document(request, answer.body)

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Ask what became of a request."""
        answer = await self._http.exchange("GET", f"/v1/operations/{request.operation_id}")
        if isinstance(answer, Outcome):
            return answer
        if says_not_found(answer, "operation_not_found"):
            return Outcome(kind=OutcomeKind.NOT_FOUND, response_code="operation_not_found")
        return _read_document(request, answer.body)

    async def describe(self, token: str) -> TokenDescription | None:
        """Tell of the card behind a token."""
        if not _TOKEN.fullmatch(token):
            return TokenDescription(method=None)
        answer = await self._descriptions.exchange("GET", f"/v1/tokens/{token}")
        if isinstance(answer, Outcome):
            return None
        if says_not_found(answer, "token_not_found"):
            return TokenDescription(method=None)
        document = read_object(answer.body) or {}
        if answer.status != HTTPStatus.OK or document.get("token") != token:
            return None
        method = _method(document, token)
        return TokenDescription(method=method) if method is not None else None


def _content(request: GatewayRequest) -> bytes:
    fields: dict[str, Any] = {
        "operation_id": str(request.operation_id),
        "type": str(request.type),
        "amount_minor": request.amount.minor,
        "currency": request.amount.currency.code,
        "token": request.token,
        "gateway_reference": request.gateway_reference,
        "return_url": request.return_url,
        "capture": request.capture or None,
        "final": request.final or None,
        "confirms": request.confirms or None,
        "request_3ds": request.request_3ds or None,
    }
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def _read_document(request: GatewayRequest, body: bytes) -> Outcome:
    """The outcome that an answer tells, whatever its HTTP status; UNKNOWN when it is not a well-formed document."""
    document = read_object(body)
    kind = _KINDS.get(text(document, "status") or "") if document is not None else None
    if document is None or kind is None:
        return unknown("malformed_answer", "The gateway's answer is not an operation.")
    if not _answers(document, request):
        return unknown("amount_mismatch", "The gateway's answer is about another operation, amount or currency.")
    reference = text(document, "gateway_reference")
    action = _action(document)
    if (kind is OutcomeKind.SUCCEEDED and reference is None) or (
        kind is OutcomeKind.REQUIRES_ACTION and (reference is None or action is None)
    ):
        return unknown("malformed_answer", "The gateway's answer lacks its reference or the next action.")
    return Outcome(
        kind=kind,
        amount=request.amount if kind is OutcomeKind.SUCCEEDED else None,
        gateway_reference=reference,
        response_code=text(document, "response_code"),
        decline_code=_decline_code(document) if kind is OutcomeKind.FAILED else None,
        message=text(document, "message"),
        next_action=action if kind is OutcomeKind.REQUIRES_ACTION else None,
        method=_method(document, request.token),
        risk_score=number(document, "risk_score", 0, _HIGHEST_RISK),
        authorization_expires_at=moment(document, "authorization_expires_at"),
    )


def _answers(document: dict[str, Any], request: GatewayRequest) -> bool:
    """Whether a document is about the very operation, amount and currency that were asked for."""
    amount = document.get("amount_minor")
    return (
        document.get("operation_id") == str(request.operation_id)
        and document.get("type") == str(request.type)
        # To Python 1.0 and true are 1 as well.
        and type(amount) is int
        and amount == request.amount.minor
        and document.get("currency") == request.amount.currency.code
    )


# What follows is description, not money: a field that cannot be read is left out, so that a word that the gateway
# adds to its vocabulary never keeps a payment from being booked.


def _decline_code(document: dict[str, Any]) -> DeclineCode:
    return word(DeclineCode, document.get("decline_code")) or DeclineCode.OTHER


def _action(document: dict[str, Any]) -> RedirectAction | None:
    action = document.get("next_action")
    if not isinstance(action, dict):
        return None
    url = text(action, "url")
    if url is None or not url.startswith(("https://", "http://")):
        return None
    return RedirectAction(url=url, expires_at=moment(action, "expires_at"))


def _method(document: dict[str, Any], token: str | None) -> PaymentMethod | None:
    card = document.get("payment_method")
    if not isinstance(card, dict):
        return None
    return PaymentMethod(
        type=PaymentMethodType.CARD,
        token=token,
        brand=word(CardBrand, card.get("brand")),
        last4=digits(card, "last4", 4, 4),
        bin=digits(card, "bin", 6, 8),
        country=text(card, "country"),
        expiry_month=number(card, "expiry_month", 1, 12),
        expiry_year=number(card, "expiry_year", 2000, 2100),
        funding=word(CardFunding, card.get("funding")),
        wallet=word(Wallet, card.get("wallet")),
        fingerprint=text(card, "fingerprint"),
    )
