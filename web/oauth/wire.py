"""Requests and answers of the OAuth2 endpoints as RFC 6749 wants them: strict in, uniform out."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from starlette.responses import JSONResponse

from domain.identity.api_client import ClientAuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

LARGEST_BODY = 32 * 1024
_MOST_PARAMETERS = 30
_FORM = "application/x-www-form-urlencoded"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_NOT_ALLOWED = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


class Error(StrEnum):
    """The error codes of RFC 6749 section 5.2, and one of section 4.1.2.1 for when we cannot answer now."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


class Refused(Exception):
    """What was asked is answered with this error."""

    def __init__(self, error: Error, description: str, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who the client says it is and how it wants to prove it; nothing of it is verified."""

    client_id: str
    method: ClientAuthMethod


def answer(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A JSON answer that nobody may store."""
    return JSONResponse(dict(body), status, {**_NO_STORE, **(headers or {})})


def refusal(error: str, description: str | None, status: int, retry_after: int | None = None) -> JSONResponse:
    """An error answer; the description is cut down to the characters that RFC 6749 allows."""
    headers: dict[str, str] = {}
    if error == Error.INVALID_CLIENT:
        status = 401
        headers["www-authenticate"] = 'Basic realm="Paydesk", charset="UTF-8"'
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    body = {"error": str(error)}
    if description:
        body["error_description"] = _NOT_ALLOWED.sub("?", description)[:300]
    return answer(status, body, headers)


async def read_form(request: Request) -> dict[str, str]:
    """The parameters of the body; a parameter without a value counts as left out (RFC 6749 section 3.2).

    Raises `Refused` for another media type, a query, an oversize or malformed body, or a parameter given twice.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise Refused(Error.INVALID_REQUEST, f"Send the parameters as {_FORM}.")
    if request.url.query:
        raise Refused(Error.INVALID_REQUEST, "Send the parameters in the body, not in the address.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refused(Error.INVALID_REQUEST, f"The body is larger than {LARGEST_BODY} bytes.", 413)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise Refused(Error.INVALID_REQUEST, f"The body is not {_FORM} in UTF-8.") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        if name in form:
            raise Refused(Error.INVALID_REQUEST, "A parameter is given twice.")
        form[name] = value
    return {name: value for name, value in form.items() if value}


def read_credentials(headers: Mapping[str, str], form: Mapping[str, str], asserted: str | None) -> Credentials:
    """Which client asks, and by which one method; `asserted` is the subject that its assertion claims.

    Raises `Refused` for none, several, or ones that contradict each other.
    """
    authorization = headers.get("authorization")
    given = [authorization is not None, "client_secret" in form, "client_assertion" in form]
    if sum(given) > 1:
        raise Refused(Error.INVALID_REQUEST, "Use one way to authenticate the client, not several.")
    if authorization is not None:
        client_id, method = _basic(authorization), ClientAuthMethod.SECRET_BASIC
    elif "client_secret" in form:
        client_id, method = form.get("client_id", ""), ClientAuthMethod.SECRET_POST
    elif "client_assertion" in form:
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise Refused(Error.INVALID_REQUEST, f"client_assertion_type must be {_ASSERTION_TYPE}.")
        client_id, method = asserted or "", ClientAuthMethod.PRIVATE_KEY_JWT
    else:
        raise Refused(Error.INVALID_CLIENT, "Authenticate the client.")
    if not client_id:
        raise Refused(Error.INVALID_CLIENT, "Say which client asks.")
    if form.get("client_id", client_id) != client_id:
        raise Refused(Error.INVALID_REQUEST, "client_id is not the client that authenticates.")
    return Credentials(client_id=client_id, method=method)


def _basic(authorization: str) -> str:
    """The user name of Basic credentials, which RFC 6749 section 2.3.1 encodes as in a form."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        decoded = ""
    if scheme.lower() != "basic" or ":" not in decoded:
        raise Refused(Error.INVALID_CLIENT, "The Authorization header holds no Basic credentials.")
    return unquote_plus(decoded.partition(":")[0])
