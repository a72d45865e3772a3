"""The connector to the gateway simulator (`app/simulator` has the other side of the interface)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
import orjson

from adapters.failpoints import failpoint
from domain.payments.decline import DeclineCode
from domain.payments.gateway import Outcome, OutcomeKind, RedirectAction
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType, Wallet

if TYPE_CHECKING:
    from enum import StrEnum

    from domain.payments.gateway import GatewayRequest

    Word = TypeVar("Word", bound=StrEnum)

DEADLINE = timedelta(seconds=10)
LARGEST_BODY_BYTES = 64 * 1024
_HIGHEST_RISK = 100
# Before a connection stands not a byte of the request can have left.
_NEVER_CONNECTED = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)
_KINDS = {
    "succeeded": OutcomeKind.SUCCEEDED,
    "failed": OutcomeKind.FAILED,
    "requires_action": OutcomeKind.REQUIRES_ACTION,
    "pending": OutcomeKind.ACCEPTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A complete HTTP answer within its limits."""

    status: int
    body: bytes


class _Progress:
    """How far one request came, as the transport tells it."""

    def __init__(self) -> None:
        self.connecting = False
        self.sending = False

    async def trace(self, event: str, info: object) -> None:
        """Take down one step of the transport."""
        del info
        self.connecting |= event == "connection.connect_tcp.started"
        self.sending |= event.endswith("send_request_headers.started")

    @property
    def surely_unsent(self) -> bool:
        """Whether it was seen to connect and not seen to send: silence proves nothing."""
        return self.connecting and not self.sending


class SimulatorGateway:
    """Satisfies `domain.payments.gateway.Gateway` over HTTP.

    `deadline` is the total for one call: client timeouts are per read, and a dripping body would outlive them. From
    the first byte sent on, whatever goes wrong is UNKNOWN, for the gateway may have acted.
    """

    def __init__(self, base_url: str, client: httpx2.AsyncClient, deadline: timedelta = DEADLINE) -> None:
        self._base_url = base_url.rstrip("/")
        self._client = client
        self._deadline_seconds = deadline.total_seconds()

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Ask for an effect, at most once however often it is sent."""
        step = request.type.lower()
        failpoint(f"{step}.call.before")
        answer = await self._exchange("POST", "/v1/operations", _content(request))
        failpoint(f"{step}.call.answered")
        return answer if isinstance(answer, Outcome) else _read_document(request, answer.body)

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Ask what became of a request."""
        answer = await self._exchange("GET", f"/v1/operations/{request.operation_id}", None)
        if isinstance(answer, Outcome):
            return answer
        if answer.status == HTTPStatus.NOT_FOUND and _says_not_found(answer.body):
            return Outcome(kind=OutcomeKind.NOT_FOUND, response_code="operation_not_found")
        return _read_document(request, answer.body)

    async def _exchange(self, method: str, path: str, content: bytes | None) -> _Answer | Outcome:
        progress = _Progress()
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._send(method, path, content, progress)
        except TimeoutError:
            if progress.surely_unsent:
                return Outcome(kind=OutcomeKind.NOT_SENT, response_code="connect_timeout")
            return _unknown("deadline", "The gateway did not answer in time.")
        except _NEVER_CONNECTED as error:
            if progress.sending:
                return _unknown("transport_error", f"The connection broke: {type(error).__name__}.")
            return Outcome(
                kind=OutcomeKind.NOT_SENT,
                response_code="not_connected",
                message=f"The gateway could not be reached: {type(error).__name__}.",
            )
        except httpx2.HTTPError as error:
            return _unknown("transport_error", f"The connection broke: {type(error).__name__}.")

    async def _send(self, method: str, path: str, content: bytes | None, progress: _Progress) -> _Answer | Outcome:
        async with self._client.stream(
            method,
            self._base_url + path,
            content=content,
            # Compression would let a small answer grow past the limit below.
            headers={"accept": "application/json", "accept-encoding": "identity", "content-type": "application/json"},
            follow_redirects=False,
            timeout=None,
            extensions={"trace": progress.trace},
        ) as response:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LARGEST_BODY_BYTES:
                    return _unknown("oversize_answer", f"The gateway's answer exceeds {LARGEST_BODY_BYTES} bytes.")
            return _Answer(status=response.status_code, body=bytes(body))


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
    }
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def _says_not_found(body: bytes) -> bool:
    # A proxy's 404 says nothing about the operation: only the gateway's own word counts.
    error = (_read_object(body) or {}).get("error")
    return isinstance(error, dict) and error.get("code") == "operation_not_found"


def _read_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _read_document(request: GatewayRequest, body: bytes) -> Outcome:
    """The outcome that an answer tells, whatever its HTTP status; UNKNOWN when it is not a well-formed document."""
    document = _read_object(body)
    kind = _KINDS.get(_text(document, "status") or "") if document is not None else None
    if document is None or kind is None:
        return _unknown("malformed_answer", "The gateway's answer is not an operation.")
    if not _answers(document, request):
        return _unknown("amount_mismatch", "The gateway's answer is about another operation, amount or currency.")
    reference = _text(document, "gateway_reference")
    action = _action(document)
    if (kind is OutcomeKind.SUCCEEDED and reference is None) or (
        kind is OutcomeKind.REQUIRES_ACTION and (reference is None or action is None)
    ):
        return _unknown("malformed_answer", "The gateway's answer lacks its reference or the next action.")
    return Outcome(
        kind=kind,
        amount=request.amount if kind is OutcomeKind.SUCCEEDED else None,
        gateway_reference=reference,
        response_code=_text(document, "response_code"),
        decline_code=_decline_code(document) if kind is OutcomeKind.FAILED else None,
        message=_text(document, "message"),
        next_action=action if kind is OutcomeKind.REQUIRES_ACTION else None,
        method=_method(document, request.token),
        risk_score=_number(document, "risk_score", 0, _HIGHEST_RISK),
        authorization_expires_at=_moment(document, "authorization_expires_at"),
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
    return _word(DeclineCode, document.get("decline_code")) or DeclineCode.OTHER


def _action(document: dict[str, Any]) -> RedirectAction | None:
    action = document.get("next_action")
    if not isinstance(action, dict):
        return None
    url = _text(action, "url")
    if url is None or not url.startswith(("https://", "http://")):
        return None
    return RedirectAction(url=url, expires_at=_moment(action, "expires_at"))


def _method(document: dict[str, Any], token: str | None) -> PaymentMethod | None:
    card = document.get("payment_method")
    if not isinstance(card, dict):
        return None
    return PaymentMethod(
        type=PaymentMethodType.CARD,
        token=token,
        brand=_word(CardBrand, card.get("brand")),
        last4=_digits(card, "last4", 4, 4),
        bin=_digits(card, "bin", 6, 8),
        country=_text(card, "country"),
        expiry_month=_number(card, "expiry_month", 1, 12),
        expiry_year=_number(card, "expiry_year", 2000, 2100),
        funding=_word(CardFunding, card.get("funding")),
        wallet=_word(Wallet, card.get("wallet")),
        fingerprint=_text(card, "fingerprint"),
    )


def _word(vocabulary: type[Word], value: object) -> Word | None:
    return vocabulary.__members__.get(value.upper()) if isinstance(value, str) else None


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    # PostgreSQL keeps no NUL in a text.
    return value if isinstance(value, str) and value and "\x00" not in value else None


def _digits(document: dict[str, Any], name: str, least: int, most: int) -> str | None:
    value = _text(document, name) or ""
    return value if least <= len(value) <= most and value.isascii() and value.isdecimal() else None


def _number(document: dict[str, Any], name: str, least: int, most: int) -> int | None:
    value = document.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None


def _moment(document: dict[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(document[name])
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _unknown(code: str, message: str) -> Outcome:
    return Outcome(kind=OutcomeKind.UNKNOWN, response_code=code, message=message)
