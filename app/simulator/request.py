"""What a client asks of the gateway, read strictly: a typing mistake is an error, never a guess."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, NoReturn

import orjson

LARGEST_MINOR = 2**63 - 1
LONGEST_TEXT = 2048
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class BadRequest(Exception):
    """The client's mistake, told in words that say what to send instead."""


class RequestType(StrEnum):
    """The effects that can be asked for."""

    AUTHORIZE = "AUTHORIZE"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRequest:
    """One operation. Two requests with one `operation_id` are the same operation only when they are equal."""

    operation_id: str
    type: RequestType
    amount_minor: int
    currency: str
    token: str | None = None
    capture: bool = False
    final: bool = False
    confirms: bool = False
    request_3ds: bool = False
    gateway_reference: str | None = None
    return_url: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> OperationRequest:
        """The request in an object whose fields were checked."""
        checked: dict[str, Any] = {**value, "type": RequestType(value["type"])}
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled."""
        return asdict(self)


_FIELDS = frozenset(field.name for field in fields(OperationRequest))
_FLAGS = ("capture", "final", "confirms", "request_3ds")
_TEXTS = ("token", "gateway_reference", "return_url")


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; raise `BadRequest` for anything else."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        _refuse("The body must be a JSON object.")
    return value


def read_request(value: dict[str, Any]) -> OperationRequest:
    """The operation that an object describes; raise `BadRequest` for the first field that is wrong."""
    for name in value.keys() - _FIELDS:
        _refuse(f"There is no field {name!r}; the fields are {', '.join(sorted(_FIELDS))}.")
    operation_id, currency, amount = (value.get(name) for name in ("operation_id", "currency", "amount_minor"))
    if not isinstance(operation_id, str) or not _ID.fullmatch(operation_id):
        _refuse("operation_id must be 1 to 64 letters, digits, hyphens or underscores.")
    if value.get("type") not in tuple(RequestType):
        _refuse(f"type must be one of {', '.join(RequestType)}.")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= LARGEST_MINOR:
        _refuse("amount_minor must be an integer of minor units from 1 to 2^63 - 1.")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        _refuse("currency must be three capital letters.")
    for name in _FLAGS:
        if not isinstance(value.get(name, False), bool):
            _refuse(f"{name} must be true or false.")
    for name in _TEXTS:
        text = value.get(name)
        if text is not None and (not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT):
            _refuse(f"{name} must be a text of 1 to {LONGEST_TEXT} characters.")
    request = OperationRequest.from_json(value)
    _check_together(request)
    return request


def _check_together(request: OperationRequest) -> None:
    fresh = request.type is RequestType.AUTHORIZE and not request.confirms
    if fresh and request.token is None:
        _refuse("An AUTHORIZE operation needs a token.")
    if not fresh and request.gateway_reference is None:
        _refuse("This operation needs the gateway_reference of an authorization.")
    if request.confirms and request.type is not RequestType.AUTHORIZE:
        _refuse("Only an AUTHORIZE operation confirms.")
    if request.request_3ds and not fresh:
        _refuse("Only an AUTHORIZE operation that does not confirm requests 3-D Secure.")


def _refuse(message: str) -> NoReturn:
    raise BadRequest(message)
