"""What the library says of an expression, in plain words that say what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.cel.place import at_start
from adapters.cel.vocabulary import OPERATORS, shown
from domain.fraud.expression import ExpressionInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOO_DEEP = "This is nested too deeply; make several rules of it."
NO_HAS = 'Every variable is always there, so has() is not needed; an unknown text is "".'
_COMPLAINT = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_STATUS = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$")
_EXPECTING = re.compile(r" expecting .*$")
_QUOTED = re.compile(r"\"[^\"]*\"?|'[^']*'?")
_WORDS: Mapping[str, str] = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!"}
_COMPARE = "compare values of the same type."
_HINTS: Mapping[str, str] = {
    "_&&_": "both sides must be true or false.",
    "_||_": "both sides must be true or false.",
    "!_": "it takes what is true or false.",
    "_?_:_": "the condition must be true or false, and both results must be of one type.",
    "_+_": "add integers to integers and texts to texts; int(), double() and string() convert.",
    "@in": "look for a value in a list of values of its type.",
    "_[_]": "lists are asked by position and maps by key.",
    **dict.fromkeys(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"), _COMPARE),
}
_CALCULATE = "calculate with values of the same type; int() and double() convert."


def refusal(text: str) -> ExpressionInvalid:
    """The first complaint of a failed compilation, at its place."""
    found = [(int(line), int(column), what) for line, column, what in _COMPLAINT.findall(text)]
    if "recursion" in text:
        return at_start(TOO_DEEP)
    if not found:
        return at_start(f"This cannot be compiled: {_plain(text)}")
    line, column, what = min(found, key=lambda each: each[:2])
    return ExpressionInvalid(_in_words(what), line=max(line, 1), column=max(column, 1))


def failure(text: str) -> str:
    """Why an evaluation failed, without status codes, and without what a fact says: that may be personal."""
    if "budget" in text:
        return "it takes too many steps"
    if "Key not found" in text:
        return "the map has no such key"
    return _QUOTED.sub("...", _plain(text))


def _plain(text: str) -> str:
    return shown(_STATUS.sub("", _STATUS.sub("", text.partition("\n")[0])).strip())


def _in_words(what: str) -> str:
    what = _STATUS.sub("", _EXPECTING.sub("", what))
    for pattern, words in _KINDS.items():
        if (match := re.search(pattern, what)) is not None:
            return words(*match.groups())
    return f"This cannot be compiled: {_plain(what.removeprefix('Syntax error: '))}"


def _overload(function: str, types: str) -> str:
    hint = _HINTS.get(function)
    if function in OPERATORS:
        return f'"{OPERATORS[function]}" does not work on ({shown(types)}); {hint or _CALCULATE}'
    return f"{shown(function)} does not work on ({shown(types)}); see the documentation of expressions."


def _unreadable(start: str) -> str:
    start = start.removesuffix("'")
    if start[:1] in {'"', "'"} or start[1:2] in {'"', "'"}:
        return "This text is never closed, or has a backslash that means nothing; a backslash itself is written twice."
    if start.startswith("="):
        return 'Compare with "==".'
    if start[:1] in {"&", "|"}:
        return f'Write "{start[:1] * 2}".'
    return f'"{shown(start)}" is not part of the language; texts stand in quotes.'


def _misplaced(symbol: str) -> str:
    if symbol == "<EOF>":
        return "The expression ends too early; complete it."
    if symbol in _WORDS:
        return f'Write "{_WORDS[symbol]}" for "{symbol}".'
    return f'"{shown(symbol)}" cannot stand here; an operator, a bracket or a quote is missing or too much.'


def _missing(symbol: str | None) -> str:
    return f'A "{symbol}" is missing here.' if symbol else "Something is missing here."


def _meaningless(symbol: str) -> str:
    return f'"{shown(symbol)}" has no meaning here; leave it out, or name things otherwise.'


_KINDS: Mapping[str, Callable[..., str]] = {
    r"found no matching overload for '([^']+)' applied to '\((.*)\)'": _overload,
    r"Syntax error: token recognition error at: '(.*)": _unreadable,
    r"Syntax error: missing (?:'(.)'|.*) at '.*": _missing,
    r"Syntax error: (?:mismatched input|extraneous input|no viable alternative at input) '(.*)'": _misplaced,
    r"expected type '([^']*)' but found '([^']*)'": "This must be {}, and is {}.".format,
    r"undeclared reference to '([^']+)'": "{} is not used like this; see the documentation of expressions.".format,
    r"expression of type '([^']+)' cannot be the range": (
        "Only lists and maps have elements to go through, and this is {}.".format
    ),
    r"reserved identifier: (\w+)": _meaningless,
    r"unsupported syntax '([^']+)'": _meaningless,
    r"has\(\)": lambda: NO_HAS,
    r"invalid .*literal": lambda: "This number is out of range; integers have 64 bits.",
    r"macro|identifier": lambda: "Give the element a simple name first, as in [1, 2].exists(x, x > 1).",
}
"""What complaints look like, the first that fits, with what is made of their parts."""
