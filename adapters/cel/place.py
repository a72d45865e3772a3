"""Where in an expression something stands."""

from __future__ import annotations

from domain.fraud.expression import ExpressionInvalid


def at_offset(message: str, expression: str, offset: int) -> ExpressionInvalid:
    """The refusal of what stands at an offset, which counts characters from 0."""
    before = expression[:offset]
    line = before.count("\n") + 1
    return ExpressionInvalid(message, line=line, column=offset - (before.rfind("\n") + 1) + 1)


def at_start(message: str) -> ExpressionInvalid:
    """The refusal of an expression as a whole."""
    return ExpressionInvalid(message, line=1, column=1)
