"""The errors that a mutation can answer with, and the one table that turns the domain's errors into them."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import strawberry

from api.describing import attribute
from api.disputes.file_enums import FileRefusal
from api.enums import described
from api.money import Money, shown
from domain.disputes.file_errors import FileRefused as NotTaken
from domain.disputes.file_errors import QuotaExceeded as NoRoom
from domain.fraud.errors import NothingToReview as QueueIsEmpty
from domain.fraud.expression import ExpressionInvalid
from domain.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from domain.kernel.errors import NotFound as Missing
from domain.kernel.idempotency import IdempotencyConflict as KeyReused
from domain.kernel.idempotency import IdempotencyInProgress as KeyInUse
from domain.payments.errors import AmountExceeds


class ErrorCode(StrEnum):
    """The codes of `UserError`."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    INVALID_STATE = "INVALID_STATE"
    AMOUNT_EXCEEDS_LIMIT = "AMOUNT_EXCEEDS_LIMIT"
    FILE_REFUSED = "FILE_REFUSED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    RULE_EXPRESSION_INVALID = "RULE_EXPRESSION_INVALID"
    NOTHING_TO_REVIEW = "NOTHING_TO_REVIEW"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    IDEMPOTENCY_IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS"


described(
    ErrorCode,
    "The kind of a mutation's error, for programs to branch on.",
    INVALID_INPUT="A value breaks a rule of its own; `path` names it. Correct it and send again.",
    NOT_FOUND="There is no such object, or none that you can see.",
    PERMISSION_DENIED="You lack a permission; ask an owner to grant it.",
    INVALID_STATE="The object is not in a state that allows this.",
    AMOUNT_EXCEEDS_LIMIT="The amount is more than what is left; `limit` says how much that is.",
    FILE_REFUSED="The file is not taken; `reason` says why.",
    QUOTA_EXCEEDED="There are as many or as large files as there may be; remove some.",
    RULE_EXPRESSION_INVALID="The expression of a rule does not compile; `line` and `column` say where.",
    NOTHING_TO_REVIEW="No fraud review waits for anybody now; ask again later.",
    IDEMPOTENCY_CONFLICT="The key was used with another input; use a new one.",
    IDEMPOTENCY_IN_PROGRESS="The first request with this key has no answer yet; send it again soon.",
)


@strawberry.interface(description="Something that a mutation refused, and what to do about it.")
class UserError:
    """The fields that all errors share."""

    code: ErrorCode = attribute("The kind of the error.")
    message: str = attribute("What is wrong and what to do, in words for people.")
    path: list[str] | None = attribute("Where in the mutation's arguments the wrong value stands.")


@strawberry.type(description="A value breaks a rule of its own; nothing was written.")
class InvalidInput(UserError):
    """From `Invalid`."""


@strawberry.type(description="There is no such object, or none that you can see.")
class NotFound(UserError):
    """From `NotFound`."""


@strawberry.type(description="You lack a permission.")
class PermissionDenied(UserError):
    """From `Forbidden`."""


@strawberry.type(description="The object is not in a state that allows this.")
class InvalidState(UserError):
    """From any other `Conflict`."""


@strawberry.type(description="More was asked for than is left.")
class AmountExceedsLimit(UserError):
    """From `AmountExceeds`."""

    limit: Money = attribute("The most that would be taken on now.")


@strawberry.type(description="The file is not taken.")
class FileRefused(UserError):
    """From `FileRefused`."""

    reason: FileRefusal = attribute("Why, for programs to branch on.")


@strawberry.type(description="There are as many or as large files as there may be.")
class QuotaExceeded(UserError):
    """From `QuotaExceeded`."""


@strawberry.type(description="The expression of a rule does not compile; nothing was written.")
class RuleExpressionInvalid(UserError):
    """From `ExpressionInvalid`."""

    line: int = attribute("The line of the mistake, from 1.")
    column: int = attribute("Its place in the line, from 1.")


@strawberry.type(description="No fraud review waits for anybody now.")
class NothingToReview(UserError):
    """From `NothingToReview`."""


@strawberry.type(description="The idempotency key was used with another input.")
class IdempotencyConflict(UserError):
    """From `IdempotencyConflict`."""


@strawberry.type(description="The first request with this idempotency key has no answer yet.")
class IdempotencyInProgress(UserError):
    """From `IdempotencyInProgress`."""


def _invalid(error: Any) -> UserError:  # noqa: ANN401 - the table below pairs each with its type
    return InvalidInput(code=ErrorCode.INVALID_INPUT, message=error.message, path=["input", *error.path])


def _missing(error: Any) -> UserError:  # noqa: ANN401
    path = ["input", *error.path] if error.path else None
    return NotFound(code=ErrorCode.NOT_FOUND, message=error.message, path=path)


def _denied(error: Any) -> UserError:  # noqa: ANN401
    return PermissionDenied(code=ErrorCode.PERMISSION_DENIED, message=error.message, path=None)


def _exceeds(error: Any) -> UserError:  # noqa: ANN401
    return AmountExceedsLimit(
        code=ErrorCode.AMOUNT_EXCEEDS_LIMIT,
        message=error.message,
        path=["input", "amount"],
        limit=shown(error.limit),
    )


def _file_refused(error: Any) -> UserError:  # noqa: ANN401
    path = ["input", *error.path] if error.path else None
    return FileRefused(code=ErrorCode.FILE_REFUSED, message=error.message, path=path, reason=error.reason)


def _quota_exceeded(error: Any) -> UserError:  # noqa: ANN401
    return QuotaExceeded(code=ErrorCode.QUOTA_EXCEEDED, message=error.message, path=None)


def expression_invalid(error: ExpressionInvalid, *path: str) -> RuleExpressionInvalid:
    """What is wrong with an expression that stands at a path."""
    return RuleExpressionInvalid(
        code=ErrorCode.RULE_EXPRESSION_INVALID,
        message=error.message,
        path=[*path],
        line=error.line,
        column=error.column,
    )


def _expression(error: Any) -> UserError:  # noqa: ANN401
    return expression_invalid(error, "input", *error.path)


def _queue_is_empty(error: Any) -> UserError:  # noqa: ANN401
    return NothingToReview(code=ErrorCode.NOTHING_TO_REVIEW, message=error.message, path=None)


def _key_reused(error: Any) -> UserError:  # noqa: ANN401
    return IdempotencyConflict(
        code=ErrorCode.IDEMPOTENCY_CONFLICT, message=error.message, path=["input", "idempotencyKey"]
    )


def _key_in_use(error: Any) -> UserError:  # noqa: ANN401
    return IdempotencyInProgress(
        code=ErrorCode.IDEMPOTENCY_IN_PROGRESS, message=error.message, path=["input", "idempotencyKey"]
    )


def _state(error: Any) -> UserError:  # noqa: ANN401
    return InvalidState(code=ErrorCode.INVALID_STATE, message=error.message, path=None)


# The first that fits decides: the more special error stands before the more general.
HANDLERS: tuple[tuple[type[DomainError], Callable[[Any], UserError]], ...] = (
    (ExpressionInvalid, _expression),
    (Invalid, _invalid),
    (Missing, _missing),
    (Forbidden, _denied),
    (AmountExceeds, _exceeds),
    (NotTaken, _file_refused),
    (NoRoom, _quota_exceeded),
    (KeyReused, _key_reused),
    (KeyInUse, _key_in_use),
    (QueueIsEmpty, _queue_is_empty),
    (Conflict, _state),
)


def as_user_error(error: DomainError) -> UserError:
    """The union member that stands for an error; raise the error itself when none does."""
    for kind, handler in HANDLERS:
        if isinstance(error, kind):
            return handler(error)
    raise error
