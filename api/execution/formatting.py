"""Errors as clients see them: every one with a code, none with anything of ours inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from graphql import GraphQLError

from api.execution.codes import Code
from domain.kernel.errors import DomainError, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_MESSAGE = 1_000
MASK = "Something went wrong on our side; tell us the request id."

_log = structlog.get_logger("paydesk.api")


def format_errors(errors: Iterable[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """The `errors` entry of an answer. What nobody foresaw is masked, and logged once for the whole answer."""
    formatted: list[dict[str, Any]] = []
    unforeseen: list[BaseException] = []
    for error in errors:
        fact = _fact(error)
        if fact is None:
            # An answer can hold the same failure once for each of its rows.
            unforeseen.append(error.original_error or error)
            fact = (MASK, {"code": Code.INTERNAL, "requestId": request_id})
        formatted.append(_entry(error, *fact))
    if unforeseen:
        _log.error("graphql.unforeseen", request_id=request_id, times=len(unforeseen), exc_info=unforeseen[0])
    return formatted


def error_entry(code: Code, message: str, **extensions: object) -> dict[str, Any]:
    """An error that has no place in a document."""
    return {"message": clean_message(message), "extensions": {"code": code, **extensions}}


def clean_message(message: str) -> str:
    """The message as well-formed Unicode and at most 1,000 characters."""
    whole = message.encode("utf-8", "replace").decode()
    return whole if len(whole) <= LONGEST_MESSAGE else whole[: LONGEST_MESSAGE - 1] + "…"


def _entry(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": clean_message(message)}
    if error.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        entry["path"] = list(error.path)
    entry["extensions"] = extensions
    return entry


def _fact(error: GraphQLError) -> tuple[str, dict[str, Any]] | None:
    """The message and extensions of what a client may know, or None for our own failures."""
    cause = _cause(error)
    if isinstance(cause, Invalid):
        return cause.message, {"code": Code.BAD_USER_INPUT, "argumentPath": [clean_message(str(p)) for p in cause.path]}
    if isinstance(cause, DomainError):
        return cause.message, {"code": cause.code}
    if not isinstance(cause, GraphQLError):
        return None
    code = (error.extensions or {}).get("code") or (cause.extensions or {}).get("code")
    if code is not None:
        return error.message, {**(cause.extensions or {}), **(error.extensions or {}), "code": code}
    # graphql-core names the argument's place in the document when the client's value was wrong, and nothing when
    # ours could not be written out (a number too large for Int).
    if cause.nodes:
        return cause.message, {"code": Code.BAD_USER_INPUT}
    return None


def _cause(error: GraphQLError) -> BaseException:
    """What was raised at first, under all that graphql-core wrapped around it."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
