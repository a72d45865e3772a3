"""What can be said in a rule: the functions and operators, and how close a wrong name is to a right one."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from domain.fraud.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VELOCITY, DISTINCT, IN_LIST = "velocity", "distinct", "in_list"
FIGURES = ("count", "sum_minor")
LOGIC, MATCHES = "@not_strictly_false", "matches"
OPERATORS: Mapping[str, str] = {
    "_==_": "==",
    "_!=_": "!=",
    "_<_": "<",
    "_<=_": "<=",
    "_>_": ">",
    "_>=_": ">=",
    "_&&_": "&&",
    "_||_": "||",
    "!_": "!",
    "_?_:_": "? :",
    "_+_": "+",
    "_-_": "-",
    "-_": "-",
    "_*_": "*",
    "_/_": "/",
    "_%_": "%",
    "@in": "in",
    "_[_]": "[ ]",
}
"""The operators by the names that their calls have, each as it is written."""
MACROS: Mapping[str, str] = {
    "all": "`[...].all(x, ...)`: whether it holds of every element.",
    "exists": "`[...].exists(x, ...)`: whether it holds of any.",
    "exists_one": "`[...].exists_one(x, ...)`: whether it holds of exactly one.",
    "map": "`[...].map(x, ...)`: the list of what is made of each element.",
    "filter": "`[...].filter(x, ...)`: the list of those of which it holds.",
}
FUNCTIONS: Mapping[str, str] = {
    VELOCITY: '`velocity("card", "24h").count`: how often it was seen before; see Velocity.',
    DISTINCT: '`velocity("card", "24h").distinct("email")`: how many different values were seen; see Velocity.',
    IN_LIST: '`in_list("blocked_emails", customer.email)`: whether a list has the value; see Lists.',
    "size": "The characters of a text, or the elements of a list.",
    "contains": "`text.contains(part)`",
    "startsWith": "`text.startsWith(part)`",
    "endsWith": "`text.endsWith(part)`",
    MATCHES: """`text.matches("^[a-z]+$")`: whether a regular expression (RE2) is found in it; it must be a literal of \
at most 100 characters that repeats nothing more than 100 times, and an expression has at most 5.""",
    "int": "The integer of a decimal number (cut off), of a text, or the seconds of a timestamp since 1970.",
    "double": "The decimal number of an integer or a text.",
    "string": "The text of a number or a moment.",
    "timestamp": '`timestamp("2026-01-31T00:00:00Z")`: a moment (RFC 3339).',
    "duration": '`duration("36h")`: a time span in h, m and s.',
    "getFullYear": "The year of a moment, in UTC or in the time zone that is given as a literal.",
    "getMonth": "Its month, 0 to 11.",
    "getDate": "Its day of the month, 1 to 31.",
    "getDayOfMonth": "Its day of the month, 0 to 30.",
    "getDayOfWeek": "Its day of the week, 0 (Sunday) to 6.",
    "getDayOfYear": "Its day of the year, 0 to 365.",
    "getHours": "Its hour, 0 to 23; of a duration, its whole hours.",
    "getMinutes": "Its minute; of a duration, its whole minutes.",
    "getSeconds": "Its second; of a duration, its whole seconds.",
}
"""The functions, each with what the documentation says of it."""
CONVERSIONS = frozenset({"int", "double", "timestamp", "duration"})
ZONED = frozenset(name for name in FUNCTIONS if name.startswith("get"))
VARIABLE_NAMES = frozenset(variable.name for variable in VARIABLES)
GROUPS = frozenset(name.partition(".")[0] for name in VARIABLE_NAMES)
_LONGEST_SHOWN = 60
_CLOSE = 0.7
# People write the last part alone, and words of other languages.
_PARTS = {name.partition(".")[2]: name for name in sorted(VARIABLE_NAMES, reverse=True)}


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: which known one is close, if any is."""
    close = _closest(name, known)
    return f"; did you mean {close}?" if close else ""


def variable_suggestion(name: str) -> str:
    """The same for a variable, whose last part is enough to be recognized."""
    if name in GROUPS:
        members = ", ".join(sorted(each for each in VARIABLE_NAMES if each.startswith(f"{name}.")))
        return f"; there are {members}."
    close = _closest(name, VARIABLE_NAMES) or _PARTS.get(_closest(name, _PARTS))
    return f"; did you mean {close}?" if close else "; the documentation of expressions lists all variables."


def _closest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like this one, or begins most like it; empty when none does."""
    name = name[:_LONGEST_SHOWN]
    likeness = {
        each: max(SequenceMatcher(None, name, end).ratio() for end in (each, each[: len(name)])) for each in known
    }
    best = max(sorted(likeness), key=lambda each: likeness[each], default="")
    return best if likeness.get(best, 0) >= _CLOSE else ""


def shown(text: str) -> str:
    """A text from an expression, short enough for a message."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
