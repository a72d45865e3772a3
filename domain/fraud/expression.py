"""The language of rules, as this context needs it: what an expression asks for, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.fraud.list_kind import ListKind
    from domain.fraud.variables import FactValue
    from domain.fraud.velocity import VelocityFigures, VelocityQuery

LONGEST_EXPRESSION = 2000
MOST_COST = 5_000
"""The most steps that evaluating an expression may take, as estimated before it is ever evaluated."""


class ExpressionInvalid(Invalid):
    """An expression that does not compile. `line` and `column` count from 1 and say where; the message says what."""

    def __init__(self, message: str, *, line: int, column: int) -> None:
        super().__init__(("expression",), message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What has to be known to evaluate an expression. `lists` are names of lists."""

    variables: frozenset[str] = frozenset()
    velocities: frozenset[VelocityQuery] = frozenset()
    lists: frozenset[str] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        """What both need."""
        return Needs(
            variables=self.variables | other.variables,
            velocities=self.velocities | other.velocities,
            lists=self.lists | other.lists,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one payment, as the rules of one author may see it.

    `values` has every variable, but for those that nobody knows yet. `velocities` has every query that was asked for,
    with as many `distinct` as were. `listed` holds the list and value of each list that has one of the payment's.
    """

    values: Mapping[str, FactValue]
    velocities: Mapping[VelocityQuery, VelocityFigures] = field(default_factory=dict)
    listed: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an expression could not be evaluated on a payment, in the language's words."""

    message: str


class Expressions(Protocol):
    """Expressions that are evaluated together."""

    @property
    def needs(self) -> Sequence[Needs]:
        """What each needs."""
        ...

    def evaluate(self, facts: Facts) -> Sequence[bool | Failure]:
        """Whether each holds. One that fails, or takes too many steps, fails alone."""
        ...


class RuleLanguage(Protocol):
    """Compiles expressions, with every check that can be made before there is a payment."""

    def check(self, expression: str, lists: Mapping[str, ListKind]) -> Needs:
        """What it needs; raise `ExpressionInvalid` for one that is no boolean expression over the variables.

        Also for an unknown variable, function, dimension, window or list, a wrong type, a value that is no list's, and
        a cost that has no bound or too high a one.
        """
        ...

    def compile(self, expressions: Sequence[str]) -> Expressions:
        """Expressions that were checked before; raise `ExpressionInvalid` for one that compiles no more."""
        ...
