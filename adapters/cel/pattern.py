"""How large a regular expression becomes when it is compiled, told from its text before anything compiles it."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_PATTERN = 100
MOST_REPEATED = 100
"""How often a part may be repeated by counts, those that stand within each other multiplied."""
MOST_WEIGHT = 200
"""How heavy a pattern may be: a plain character weighs 1 each time that it is repeated, and what is no ASCII more."""
# What compiles to several instructions: any character, one of another script, capital and small letters alike.
_ANY, _FOREIGN, _FOLDED = 4, 3, 3
# Sets of other scripts' letters, capital and small alike, become hundreds of ranges.
_FOLDED_SET = 100
_NEGATED = "DWS"
_FOLDING = re.compile(r"\(\?[a-zA-Z-]*i")
_COUNTS = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_GROUP = re.compile(r"\((\?(P?<[^>]*>|[a-zA-Z-]*[:)]))?")
_ESCAPE = re.compile(r"\\(x\{[^}]*\}|x..|[0-7]{1,3}|.)", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(\[:\^?[a-z]*:\]|\\.|[^\]])*\]", re.DOTALL)


class PatternRefused(Exception):
    """The pattern is too large, or says something that is; the message says what to do."""


@dataclass(slots=True)
class _Part:
    """Some of a pattern: what it weighs, and how often the most repeated of it is by counts."""

    weight: int = 0
    repeated: int = 1

    def add(self, other: _Part) -> None:
        self.weight += other.weight
        self.repeated = max(self.repeated, other.repeated)


def weight(pattern: str) -> int:
    """What the pattern weighs; raise `PatternRefused`. One that is no pattern has some weight as well."""
    if len(pattern) > LONGEST_PATTERN:
        message = f"A regular expression has at most {LONGEST_PATTERN} characters, and this has {len(pattern)}."
        raise PatternRefused(message)
    heavy = _Weighing(pattern).run()
    if heavy > MOST_WEIGHT:
        message = "This regular expression is too large; repeat less, and fewer sets of characters."
        raise PatternRefused(message)
    return heavy


class _Weighing:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._folded = _FOLDING.search(pattern) is not None
        self._at = 0

    def run(self) -> int:
        groups = [_Part(1)]
        last = _Part()
        while self._at < len(self._pattern):
            character = self._pattern[self._at]
            if (counts := _COUNTS.match(self._pattern, self._at)) is not None:
                self._at = counts.end()
                self._repeat(last, counts)
                continue
            groups[-1].add(last)
            last = _Part()
            if character == "(":
                self._at = self._end(_GROUP)
                if self._pattern[self._at - 1] != ")":
                    groups.append(_Part(1))
            elif character == ")" and len(groups) > 1:
                self._at += 1
                last = groups.pop()
            else:
                last = _Part(self._atom(character))
        for group in groups[1:]:
            groups[0].add(group)
        groups[0].add(last)
        return groups[0].weight

    def _repeat(self, part: _Part, counts: re.Match[str]) -> None:
        least, open_ended, most = counts.groups()
        # x{2,} is xx+.
        times = max(int(most or least) + (1 if open_ended and not most else 0), 1)
        part.weight = max(part.weight, 1) * times
        part.repeated *= times
        if part.repeated > MOST_REPEATED:
            message = (
                f"A part of a regular expression is repeated at most {MOST_REPEATED} times, all counts multiplied."
            )
            raise PatternRefused(message)

    def _atom(self, character: str) -> int:
        if character == "\\":
            begin, self._at = self._at, self._end(_ESCAPE)
            return self._escape(self._pattern[begin : self._at])
        if character == "[":
            begin, self._at = self._at, self._end(_CLASS)
            return self._set(self._pattern[begin : self._at])
        self._at += 1
        if character == ".":
            return _ANY
        return _FOREIGN + 1 if character > "\x7f" else self._plain()

    def _plain(self) -> int:
        return _FOLDED if self._folded else 1

    def _escape(self, escape: str) -> int:
        kind = escape[1:2]
        if kind in {"p", "P"}:
            message = f'"\\{kind}" stands for too many characters; write those out that you look for, as in [a-zà-ÿ].'
            raise PatternRefused(message)
        if kind == "Q":
            message = 'Write a backslash before each character with a meaning, in place of "\\Q".'
            raise PatternRefused(message)
        return _ANY if kind in {*_NEGATED, "x"} or escape > "\\\x7f" or kind.isdigit() else self._plain()

    def _set(self, text: str) -> int:
        escapes = _ESCAPE.findall(text)
        foreign = sum(character > "\x7f" for character in text)
        for escape in escapes:
            self._escape(f"\\{escape}")
            foreign += escape[0] == "x" or escape[0].isdigit()
        if foreign:
            return _FOLDED_SET if self._folded else _ANY + foreign
        whole = text.startswith("[^") or "[:^" in text or any(escape in _NEGATED for escape in escapes)
        return _ANY if whole else self._plain()

    def _end(self, token: re.Pattern[str]) -> int:
        found = token.match(self._pattern, self._at)
        # What is never closed is no pattern, which the library says.
        return found.end() if found is not None else self._at + 1
