"""Where gateways tell of disputes and warnings as they happen (Standard Webhooks 1.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.gateways.notice_unreadable import NoticeUnreadable
from domain.kernel.errors import Unavailable
from web.authentication import address_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from starlette.requests import Request

    from domain.disputes.early_fraud_warning import WarningNotice
    from domain.disputes.notice import DisputeNotice
    from domain.kernel.clock import Clock
    from web.graphql import Limiter

PATH = "/webhooks/gateways/{gateway}"
MOST_BODY_BYTES = 256 * 1024
RETRY_SECONDS = 5
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_CLIENT_CLOSED_REQUEST = 499


class TakesNotices(Protocol):
    """What is done with a notice."""

    async def __call__(self, notice: DisputeNotice | WarningNotice) -> None:
        """Take one in; the same one again changes nothing, and one about an unknown payment is no error.

        Raise `Unavailable` when it cannot be kept now.
        """
        ...


class ReadsNotices(Protocol):
    """How a gateway's notices are read."""

    def __call__(self, body: bytes, received_at: datetime, /) -> Sequence[DisputeNotice | WarningNotice]:
        """The notices of a body; raise `NoticeUnreadable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A gateway that may call: it signs with one of the secrets, of which there are two while they change."""

    secrets: tuple[str, ...] = field(repr=False)
    read: ReadsNotices


class _Refused(Exception):
    """The request is answered with this status; `strange` when it may be anybody's."""

    def __init__(self, status: HTTPStatus, message: str, *, strange: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.strange = strange


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayWebhooks:
    """The endpoint of all gateways that are set up to call; `stranger_limit` counts by address what nobody signed."""

    senders: Mapping[str, Sender]
    take: TakesNotices
    stranger_limit: Limiter
    clock: Clock

    async def answer(self, request: Request) -> Response:
        """Take in what a gateway tells; nothing is read of what it did not sign."""
        try:
            return await self._take(request)
        except _Refused as refused:
            wait = self.stranger_limit.check(address_of(request)) if refused.strange else None
            if wait is not None:
                seconds = max(1, round(wait))
                message = f"Too many requests; try again in {seconds} seconds."
                return _answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": message}, {"retry-after": str(seconds)})
            return _answer(refused.status, {"error": refused.message})
        except Unavailable as error:
            headers = {"retry-after": str(RETRY_SECONDS)}
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": error.message}, headers)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_CLOSED_REQUEST)

    async def _take(self, request: Request) -> Response:
        sender = self.senders.get(request.path_params["gateway"])
        if sender is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "No gateway of this name sends webhooks here.")
        body = await _body(request)
        _require_signature(sender, request, body)
        try:
            notices = sender.read(body, self.clock.now())
        except NoticeUnreadable as error:
            raise _Refused(HTTPStatus.BAD_REQUEST, error.reason, strange=False) from None
        for notice in notices:
            await self.take(notice)
        return _answer(HTTPStatus.OK, {"taken": len(notices)})


def webhook_routes(webhooks: GatewayWebhooks) -> list[Route]:
    """The endpoint of the gateways."""
    return [Route(PATH, webhooks.answer, methods=["POST"])]


def _require_signature(sender: Sender, request: Request, body: bytes) -> None:
    """Raise `_Refused` unless one of the secrets signed these bytes within five minutes of now."""
    given = {name: request.headers.getlist(name) for name in _HEADERS}
    if any(len(values) != 1 for values in given.values()):
        raise _Refused(HTTPStatus.UNAUTHORIZED, f"Send each of {', '.join(_HEADERS)} once.")
    headers = {name: values[0] for name, values in given.items()}
    if not any(_signs(secret, body, headers) for secret in sender.secrets):
        raise _Refused(HTTPStatus.UNAUTHORIZED, "The signature is not one of ours, or was made too long ago.")


def _signs(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The library lets the errors of malformed base64 and UTF-8 through.
        return False
    return True


async def _body(request: Request) -> bytes:
    too_long = _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body must have at most {MOST_BODY_BYTES} bytes.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MOST_BODY_BYTES:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise too_long
    return bytes(body)


def _answer(status: HTTPStatus, document: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(document, status, {"cache-control": "no-store", **(headers or {})})
