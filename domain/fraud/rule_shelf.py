"""Rule sets that are compiled already: compiling takes a thousand times as long as evaluating."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.fraud.expression import Needs
from domain.fraud.rule_set import RuleSet
from domain.fraud.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from domain.fraud.expression import Expressions, RuleLanguage

MOST_CHARACTERS = 1_000_000
"""How many characters the expressions on a shelf have: those of 10,000 usual rules, or of 500 of the longest."""
MOST_REVISIONS = 2
_LATE = frozenset(variable.name for variable in VARIABLES if variable.after_authorization)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """Some rules of a set, by their places in it, and their expressions in the same order."""

    places: tuple[int, ...] = ()
    expressions: Expressions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledSet:
    """A rule set that can be evaluated.

    `early` rules are evaluated before the gateway is asked, `late` ones need what it answers; `broken` says by place
    why a rule compiles no more. `needs` is what all of them together have to know.
    """

    rule_set: RuleSet
    early: CompiledRules = field(default_factory=CompiledRules)
    late: CompiledRules = field(default_factory=CompiledRules)
    broken: Mapping[int, str] = field(default_factory=dict)
    needs: Needs = field(default_factory=Needs)


class RuleShelf:
    """Holds the sets that were used last, for one event loop: nothing in it waits, so nothing comes in between.

    Of each author it holds the newest two; of all together, as many as have `most` characters in their expressions.
    What is not here any more is compiled again when somebody needs it.
    """

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._most = most
        self._characters = 0
        self._sets: OrderedDict[tuple[UUID, int], CompiledSet] = OrderedDict()
        self._revisions: dict[UUID, list[int]] = {}

    def newest(self, merchant_id: UUID) -> CompiledSet:
        """The newest set of an author that is here; the empty one when there is none."""
        known = self.get(merchant_id, max(self._revisions.get(merchant_id, ()), default=0))
        return known or CompiledSet(rule_set=RuleSet(merchant_id=merchant_id))

    def get(self, merchant_id: UUID, revision: int) -> CompiledSet | None:
        """The set of an author and a revision, if it is here."""
        key = (merchant_id, revision)
        if key in self._sets:
            self._sets.move_to_end(key)
        return self._sets.get(key)

    def put(self, compiled: CompiledSet) -> None:
        """Keep a set; the author's third newest makes room, and those that nobody has used for the longest time.

        The author's newest set stays, whatever its size, when it is the one that is put.
        """
        merchant_id, revision = compiled.rule_set.merchant_id, compiled.rule_set.revision
        self._remove(merchant_id, revision)
        self._sets[merchant_id, revision] = compiled
        self._characters += _characters(compiled)
        revisions = self._revisions.setdefault(merchant_id, [])
        revisions.append(revision)
        for old in sorted(revisions)[:-MOST_REVISIONS]:
            self._remove(merchant_id, old)
        while self._characters > self._most and len(self._sets) > 1:
            self._remove(*next(iter(self._sets)))

    def _remove(self, merchant_id: UUID, revision: int) -> None:
        gone = self._sets.pop((merchant_id, revision), None)
        if gone is None:
            return
        self._characters -= _characters(gone)
        revisions = self._revisions[merchant_id]
        revisions.remove(revision)
        if not revisions:
            del self._revisions[merchant_id]


def compiled(language: RuleLanguage, rule_set: RuleSet) -> CompiledSet:
    """The set, compiled; a rule that does not compile any more is broken, and the others are not.

    That happens when the language has changed since the rule was checked.
    """
    places = range(len(rule_set.rules))
    try:
        return _compiled_set(language, rule_set, places, {})
    except Exception as error:  # noqa: BLE001 - whatever the language raises, no payment must fail by it
        reason = _reason(error)
    alone = {place: _refusal(language, rule_set.rules[place].expression) for place in places}
    broken = {place: refusal for place, refusal in alone.items() if refusal is not None}
    # Each compiles alone, and all together do not: then none of them can be trusted.
    broken = broken or dict.fromkeys(places, reason)
    return _compiled_set(language, rule_set, [place for place in places if place not in broken], broken)


def _compiled_set(
    language: RuleLanguage, rule_set: RuleSet, places: Sequence[int], broken: Mapping[int, str]
) -> CompiledSet:
    likely = [place for place in places if _may_be_late(rule_set.rules[place].expression)]
    early = _compiled(language, rule_set, [place for place in places if place not in likely])
    late = _compiled(language, rule_set, likely)
    needs = _needs(early) | _needs(late)
    kept = [place for place in likely if needs[place].variables & _LATE]
    if kept != likely:
        # Some only say the words, as in a text or a comment.
        early = _compiled(language, rule_set, [place for place in places if place not in kept])
        late = _compiled(language, rule_set, kept)
    together = Needs()
    for needed in needs.values():
        together |= needed
    return CompiledSet(rule_set=rule_set, early=early, late=late, broken=broken, needs=together)


def _may_be_late(expression: str) -> bool:
    """Whether all parts of the name of a late variable stand in it, so that it has not to be compiled to be sorted."""
    return any(all(part in expression for part in name.split(".")) for name in _LATE)


def _needs(some: CompiledRules) -> dict[int, Needs]:
    """What each needs, by its place."""
    return dict(zip(some.places, some.expressions.needs if some.expressions else (), strict=True))


def _compiled(language: RuleLanguage, rule_set: RuleSet, places: Sequence[int]) -> CompiledRules:
    if not places:
        return CompiledRules()
    expressions = language.compile([rule_set.rules[place].expression for place in places])
    return CompiledRules(places=tuple(places), expressions=expressions)


def _refusal(language: RuleLanguage, expression: str) -> str | None:
    try:
        language.compile([expression])
    except Exception as error:  # noqa: BLE001 - as above
        return _reason(error)
    return None


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _characters(known: CompiledSet) -> int:
    return sum(len(rule.expression) for rule in known.rule_set.rules)
