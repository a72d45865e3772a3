"""Requests as Authlib wants them, and the reading of forms with hard limits."""

# The type stubs that pyright brings describe an older Authlib, in which these methods were otherwise or not yet there.
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from app.demo.identity_provider.interaction import Parameters

MAX_BODY_BYTES = 32 * 1024
MAX_FIELDS = 50


class Payload(OAuth2Payload):
    """Parameters by name: the first of each, and all of each."""

    def __init__(self, parameters: Parameters) -> None:
        """Group the pairs by name."""
        self._all: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in parameters:
            self._all[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        """The first value of each name."""
        return {name: values[0] for name, values in self._all.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """All values of each name."""
        return self._all


class ParameterRequest(OAuth2Request):
    """A request that is nothing but its method, its parameters and its headers."""

    # Authlib fills these in on its way; it declares no types for them.
    payload: Payload
    client: Any
    user: Any
    authorization_code: Any

    def __init__(self, method: str, uri: str, parameters: Parameters, headers: Mapping[str, str] | None = None) -> None:
        """`uri` is the endpoint's public address: Authlib refuses addresses that are neither https nor loopback."""
        super().__init__(method, uri, headers=headers or {})
        self.payload = Payload(parameters)

    @property
    def allowed_scope(self) -> str:
        """The scopes that the client gets, once the authorization request has been validated."""
        return str(self.client.get_allowed_scope(self.payload.scope))

    @property
    def args(self) -> dict[str, str | None]:
        """The parameters; where they stood makes no difference here."""
        return dict(self.payload.data)

    @property
    def form(self) -> dict[str, str]:
        """The parameters; where they stood makes no difference here."""
        return self.payload.data


def query_parameters(request: Request) -> Parameters:
    """The query's names and values; HTTP 400 when there are too many."""
    return _few(request.query_params.multi_items())


async def form_parameters(request: Request) -> Parameters:
    """The names and values of an urlencoded body; HTTP 415 for another type, 413 and 400 for too much of it."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Send the form as application/x-www-form-urlencoded.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, f"The form is larger than {MAX_BODY_BYTES} bytes.")
    try:
        return _few(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise HTTPException(400, "The form is not valid UTF-8, or has too many fields.") from error


def _few(pairs: Iterable[tuple[str, str]]) -> Parameters:
    parameters = tuple(pairs)
    if len(parameters) > MAX_FIELDS:
        raise HTTPException(400, f"There are more than {MAX_FIELDS} parameters.")
    return parameters


def repeated(parameters: Parameters) -> str | None:
    """The name of a parameter that is there twice, which RFC 6749 forbids; None when each is there once."""
    names = [name for name, _ in parameters]
    return next((name for name in names if names.count(name) > 1), None)
