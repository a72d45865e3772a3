"""A language of rules with just enough words to tell whether the right ones are asked with the right facts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.fraud.expression import ExpressionInvalid, Facts, Failure, Needs
from domain.fraud.list_kind import STANDARD_LISTS
from domain.fraud.variables import VARIABLES
from domain.fraud.velocity import Dimension, VelocityQuery, window_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.fraud.list_kind import ListKind

_NAMES = {variable.name for variable in VARIABLES}
_COMPARED = re.compile(r"(?P<name>[a-z_]+\.[a-z_]+) (?P<how>==|>=) (?P<value>\"[^\"]*\"|-?[0-9]+)")
_COUNTED = re.compile(r"count\((?P<by>[a-z]+), \"(?P<window>[0-9]+[mhd])\"\) >= (?P<value>[0-9]+)")
_LISTED = re.compile(r"in_list\((?P<name>[a-z_]+\.[a-z_]+), \"(?P<list>[a-z_]+)\"\)")
_WORDS = {"true": True, "false": False, "fails": Failure("it fails")}


class StandInExpressions:
    """Satisfies `Expressions`."""

    def __init__(self, language: StandInLanguage, expressions: Sequence[str]) -> None:
        self._language = language
        self._expressions = expressions
        self.needs = [_needs(expression) for expression in expressions]

    def evaluate(self, facts: Facts) -> list[bool | Failure]:
        self._language.evaluated += self._expressions
        if "explodes" in self._expressions:
            raise RuntimeError("it explodes")
        return [_holds(expression, facts) for expression in self._expressions]


@dataclass(slots=True)
class StandInLanguage:
    """Satisfies `RuleLanguage`. `forgotten` expressions compile no more; `compiled` and `evaluated` are remembered."""

    forgotten: set[str] = field(default_factory=set)
    compiled: list[str] = field(default_factory=list)
    evaluated: list[str] = field(default_factory=list)

    def check(self, expression: str, lists: Mapping[str, ListKind]) -> Needs:
        needs = self.compile([expression]).needs[0]
        if unknown := needs.lists - {*lists, *STANDARD_LISTS}:
            raise ExpressionInvalid(f"There is no list {min(unknown)}.", line=1, column=1)
        return needs

    def compile(self, expressions: Sequence[str]) -> StandInExpressions:
        for expression in expressions:
            if expression in self.forgotten:
                raise ExpressionInvalid("The language has changed.", line=1, column=1)
        self.compiled += expressions
        return StandInExpressions(self, expressions)


def _needs(expression: str) -> Needs:
    if expression in _WORDS or expression == "explodes":
        return Needs()
    if found := _COUNTED.fullmatch(expression):
        query = VelocityQuery(dimension=Dimension(found["by"]), window=window_of(found["window"]))
        return Needs(velocities=frozenset({query}))
    if found := _LISTED.fullmatch(expression):
        return Needs(variables=frozenset({found["name"]}), lists=frozenset({found["list"]}))
    found = _COMPARED.fullmatch(expression)
    if found is None or found["name"] not in _NAMES:
        raise ExpressionInvalid("This is no expression.", line=1, column=1)
    return Needs(variables=frozenset({found["name"]}))


def _holds(expression: str, facts: Facts) -> bool | Failure:
    if expression in _WORDS:
        return _WORDS[expression]
    if found := _COUNTED.fullmatch(expression):
        (query,) = _needs(expression).velocities
        return facts.velocities[query].count >= int(found["value"])
    if found := _LISTED.fullmatch(expression):
        return (found["list"], facts.values[found["name"]]) in facts.listed
    found = _COMPARED.fullmatch(expression)
    assert found is not None
    known = facts.values[found["name"]]
    if found["how"] == ">=":
        assert isinstance(known, int)
        return known >= int(found["value"])
    return known == found["value"].strip('"')
