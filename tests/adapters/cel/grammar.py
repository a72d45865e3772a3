"""Made-up expressions, each with what it means, written a second time in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as st

from tests.adapters.cel.examples import DAY_BY_CARD

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.fraud.expression import Facts

_LEAST, _MOST = -(2**63), 2**63 - 1


class Broken(Exception):
    """The language has an error here."""


Meaning: TypeAlias = "Callable[[Facts], Any]"


@dataclass(frozen=True)
class Said:
    """A text of the language with its meaning, which raises `Broken` where the language has an error."""

    text: str
    meaning: Meaning

    def __repr__(self) -> str:
        return self.text


def _variable(name: str) -> Said:
    return Said(name, lambda facts: facts.values[name])


def quoted(text: str) -> str:
    """The text as a literal."""
    return (
        '"' + "".join(f"\\U{ord(character):08x}" if character in '"\\\n\r' else character for character in text) + '"'
    )


_PRINTABLE = st.characters(exclude_categories=["Cc", "Cs"])
_TEXTS = st.sampled_from(["", "DE", "e", "mary@example.com", "velocity(", "é😀", '"', "\\"]) | st.text(
    _PRINTABLE, max_size=5
)
_NUMBERS = st.integers(-20, 20) | st.sampled_from([_LEAST + 1, _MOST, 2**62, 13, 12_050])
_DAY = 'velocity("card", "24h")'
INTEGERS = st.one_of(
    _NUMBERS.map(lambda number: Said(f"({number})", lambda _: number)),
    st.sampled_from([_variable("payment.hour"), _variable("payment.amount_minor"), _variable("payment.weekday")]),
    st.sampled_from(
        [
            Said(f"{_DAY}.count", lambda facts: facts.velocities[DAY_BY_CARD].count),
            Said(f"{_DAY} . sum_minor", lambda facts: facts.velocities[DAY_BY_CARD].sum_minor),
        ]
    ),
)
STRINGS = st.one_of(
    _TEXTS.map(lambda text: Said(quoted(text), lambda _: text)),
    st.sampled_from([_variable("card.country"), _variable("customer.email"), _variable("card.wallet")]),
)


def _checked(value: int) -> int:
    if not _LEAST <= value <= _MOST:
        raise Broken
    return value


def _divided(one: int, other: int) -> int:
    if other == 0:
        raise Broken
    whole = abs(one) // abs(other)
    return _checked(whole if (one < 0) == (other < 0) else -whole)


def _left(one: int, other: int) -> int:
    return one - other * _divided(one, other)


_CALCULATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda one, other: _checked(one + other),
    "-": lambda one, other: _checked(one - other),
    "*": lambda one, other: _checked(one * other),
    "/": _divided,
    "%": _left,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
_QUESTIONS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": lambda text, part: part in text,
}


def _pair(sign: str, rule: Callable[[Any, Any], Any], one: Said, other: Said) -> Said:
    return Said(f"({one} {sign} {other})", lambda facts: rule(one.meaning(facts), other.meaning(facts)))


def _either(one: Said, other: Said, *, decides: bool) -> Said:
    """`||`, or `&&` when false decides: one side that decides makes good for an error of the other."""

    def meaning(facts: Facts) -> bool:
        found: list[bool | None] = []
        for side in (one, other):
            try:
                found.append(side.meaning(facts))
            except Broken:
                found.append(None)
        if decides in found:
            return decides
        if None in found:
            raise Broken
        return not decides

    return Said(f"({one} {'||' if decides else '&&'} {other})", meaning)


def _choice(condition: Said, one: Said, other: Said) -> Said:
    return Said(
        f"({condition} ? {one} : {other})",
        lambda facts: one.meaning(facts) if condition.meaning(facts) else other.meaning(facts),
    )


def _calculation(sign: str, one: Said, other: Said) -> Said:
    return _pair(sign, _CALCULATIONS[sign], one, other)


def _comparison(sign: str, one: Said, other: Said) -> Said:
    return _pair(sign, _COMPARISONS[sign], one, other)


def _question(name: str, one: Said, other: Said) -> Said:
    return Said(f"{one}.{name}({other})", lambda facts: _QUESTIONS[name](one.meaning(facts), other.meaning(facts)))


def _negated(one: Said) -> Said:
    return Said(f"(-{one})", lambda facts: _checked(-one.meaning(facts)))


def _sized(one: Said) -> Said:
    return Said(f"size({one})", lambda facts: len(one.meaning(facts)))


def _calculated(of: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    pairs = st.builds(_calculation, st.sampled_from([*_CALCULATIONS]), of, of)
    # Literal zeros below a bar are refused, and have a test of their own.
    made = pairs | of.map(_negated) | STRINGS.map(_sized)
    return made.filter(lambda said: "/ (0)" not in said.text and "% (0)" not in said.text)


_WHOLE = st.recursive(INTEGERS, _calculated, max_leaves=4)


def _within(value: Said, elements: list[Said]) -> Said:
    text = f"({value} in [{', '.join(map(repr, elements))}])"
    return Said(text, lambda facts: [element.meaning(facts) for element in elements].count(value.meaning(facts)) > 0)


def _any(numbers: list[int], limit: Said) -> Said:
    listed = ", ".join(map(str, numbers))

    def meaning(facts: Facts) -> bool:
        # Without elements nothing is asked, so there is no error either.
        return any(number > limit.meaning(facts) for number in numbers)

    return Said(f"[{listed}].exists(x, x > {limit})", meaning)


_TRUTHS = st.one_of(
    st.booleans().map(lambda value: Said(str(value).lower(), lambda _: value)),
    st.just(
        Said(
            'in_list("blocked_emails", customer.email)',
            lambda facts: ("blocked_emails", facts.values["customer.email"]) in facts.listed,
        )
    ),
    st.builds(_comparison, st.sampled_from([*_COMPARISONS]), _WHOLE, _WHOLE),
    st.builds(_comparison, st.sampled_from([*_COMPARISONS]), STRINGS, STRINGS),
    st.builds(_question, st.sampled_from([*_QUESTIONS]), STRINGS, STRINGS),
    st.builds(_within, STRINGS, st.lists(STRINGS, max_size=4)),
    st.builds(_within, _WHOLE, st.lists(_WHOLE, max_size=4)),
    st.builds(_any, st.lists(st.integers(-5, 30), max_size=4), _WHOLE),
)


def _or(one: Said, other: Said) -> Said:
    return _either(one, other, decides=True)


def _and(one: Said, other: Said) -> Said:
    return _either(one, other, decides=False)


def _not(one: Said) -> Said:
    return Said(f"!({one})", lambda facts: not one.meaning(facts))


def _joined(of: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    return st.one_of(st.builds(_or, of, of), st.builds(_and, of, of), of.map(_not), st.builds(_choice, of, of, of))


RULES = st.recursive(_TRUTHS, _joined, max_leaves=6)
"""Expressions that are true or false."""
