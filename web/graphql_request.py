"""Reads GraphQL requests from HTTP, whatever comes: a refusal has a status and says what to send instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import orjson

from api.execution.codes import Code
from api.execution.engine import OperationRequest
from web.negotiation import body_refusal

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_BODY_BYTES = 1024 * 1024
_PARAMETERS = ("query", "operationName", "variables", "extensions")


class RequestRefused(Exception):
    """No GraphQL request can be made of this."""

    def __init__(self, status: int, message: str, code: Code = Code.BAD_USER_INPUT) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


async def read_post(request: Request) -> OperationRequest:
    """The request in a body; raise `RequestRefused`."""
    refused = body_refusal(request.headers.getlist("content-type"))
    if refused is None and request.headers.get("content-encoding", "identity").lower() != "identity":
        refused = "Send the request uncompressed."
    if refused is not None:
        raise RequestRefused(415, refused)
    document = read_json(await _body(request), "The body")
    if isinstance(document, list):
        raise RequestRefused(400, "Send one request at a time, not a list of them.")
    return _request(document)


def read_get(request: Request) -> OperationRequest:
    """The request in an address; raise `RequestRefused`."""
    given: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name not in _PARAMETERS:
            continue
        if name in given:
            raise RequestRefused(400, f"The parameter {name} must come once.")
        is_json = name in {"variables", "extensions"}
        given[name] = read_json(value.encode("utf-8", "surrogatepass"), f"The parameter {name}") if is_json else value
    return _request(given)


def read_json(content: bytes, what: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """The value of a JSON text; raise `RequestRefused` for what RFC 8259 does not know."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        # orjson refuses lone surrogates, which JSON can spell; they are for the rule about texts to refuse, by name.
        if b"\\ud" not in content.lower():
            raise _not_json(what) from None
    try:
        return json.loads(content.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _not_json(what) from None


async def _body(request: Request) -> bytes:
    too_long = RequestRefused(413, f"The body must have at most {MOST_BODY_BYTES} bytes.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MOST_BODY_BYTES:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise too_long
    return bytes(body)


def _request(document: object) -> OperationRequest:
    if not isinstance(document, dict):
        raise RequestRefused(400, 'Send a JSON object: {"query": "...", "variables": {}}.')
    query, name = document.get("query"), document.get("operationName")
    if not isinstance(query, str):
        raise RequestRefused(400, "The parameter query is missing, or is not a text.")
    if name is not None and not isinstance(name, str):
        raise RequestRefused(400, "The parameter operationName must be a text.")
    for parameter in ("variables", "extensions"):
        if not isinstance(document.get(parameter), dict | None):
            raise RequestRefused(400, f"The parameter {parameter} must be an object.")
    return OperationRequest(query=query, operation_name=name or None, variables=document.get("variables") or {})


def _not_json(what: str) -> RequestRefused:
    return RequestRefused(400, f"{what} is not JSON in UTF-8.")


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError
