"""What was compiled is kept while it is used, and a rule that compiles no more keeps no other from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.rule import RuleAction
from domain.fraud.rule_shelf import CompiledSet, RuleShelf, compiled
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.fraud import a_rule_set, an_active_rule
from tests.builders.moments import MORNING
from tests.fakes.rule_language import StandInLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.rule_language import StandInExpressions

COUNTED = 'count(card, "1h") >= 3'
LATE = "gateway.score >= 70"


def shelved(shelf: RuleShelf, revision: int, merchant_id: object = PLATFORM) -> CompiledSet:
    rule_set = a_rule_set(an_active_rule(expression="true"), merchant_id=merchant_id, revision=revision)  # pyright: ignore[reportArgumentType]
    known = CompiledSet(rule_set=rule_set)
    shelf.put(known)
    return known


def test_the_newest_of_an_author() -> None:
    shelf = RuleShelf()
    assert shelf.newest(PLATFORM).rule_set.revision == 0
    second = shelved(shelf, 2)
    first = shelved(shelf, 1)
    assert shelf.newest(PLATFORM) is second
    assert (shelf.get(PLATFORM, 1), shelf.get(PLATFORM, 2), shelf.get(PLATFORM, 3)) == (first, second, None)
    assert shelf.newest(new_uuid(MORNING)).rule_set.rules == ()


def test_the_newest_two_of_an_author_are_kept() -> None:
    shelf, merchant_id = RuleShelf(), new_uuid(MORNING)
    other = shelved(shelf, 1, merchant_id)
    for revision in (1, 2, 3, 3):
        shelved(shelf, revision)
    assert shelf.get(PLATFORM, 1) is None
    assert (shelf.get(PLATFORM, 2) is None, shelf.newest(PLATFORM).rule_set.revision) == (False, 3)
    assert shelf.newest(merchant_id) is other


def test_what_was_not_used_for_the_longest_time_makes_room() -> None:
    shelf, merchants = RuleShelf(most=3 * len("true")), [new_uuid(MORNING) for _ in range(4)]
    kept = [shelved(shelf, 1, merchant_id) for merchant_id in merchants[:3]]
    assert shelf.newest(merchants[0]) is kept[0]
    shelved(shelf, 1, merchants[3])
    assert [shelf.newest(merchant_id).rule_set.revision for merchant_id in merchants] == [1, 0, 1, 1]
    assert shelf.get(merchants[1], 1) is None


def test_a_set_that_is_larger_than_the_shelf_is_kept_alone() -> None:
    shelf, merchant_id = RuleShelf(most=1), new_uuid(MORNING)
    shelved(shelf, 1, merchant_id)
    large = shelved(shelf, 2)
    assert shelf.newest(PLATFORM) is large
    assert shelf.get(merchant_id, 1) is None


def test_what_made_room_does_not_hide_what_is_newer() -> None:
    shelf, merchant_id = RuleShelf(most=2 * len("true")), new_uuid(MORNING)
    shelved(shelf, 1, merchant_id)
    newer = shelved(shelf, 2, merchant_id)
    shelved(shelf, 1)
    assert shelf.newest(merchant_id) is newer


def test_late_rules_are_compiled_once() -> None:
    language = StandInLanguage()
    compiled(language, a_rule_set(*(an_active_rule(expression=each) for each in (LATE, "true", COUNTED))))
    assert language.compiled == ["true", COUNTED, LATE]


def test_a_rule_that_only_says_the_words_is_early() -> None:
    words = 'customer.id == "gateway score"'
    known = compiled(StandInLanguage(), a_rule_set(*(an_active_rule(expression=each) for each in (words, LATE))))
    assert (known.early.places, known.late.places) == ((0,), (1,))


def test_early_and_late_rules_and_what_they_need_together() -> None:
    rules = [an_active_rule(expression=expression) for expression in (COUNTED, LATE, 'in_list(customer.email, "vips")')]
    known = compiled(StandInLanguage(), a_rule_set(*rules))
    assert (known.early.places, known.late.places, known.broken) == ((0, 2), (1,), {})
    assert known.needs.variables == {"gateway.score", "customer.email"}
    assert known.needs.lists == {"vips"}
    assert len(known.needs.velocities) == 1


def test_an_empty_set_compiles_nothing() -> None:
    language = StandInLanguage()
    assert compiled(language, a_rule_set()).early.expressions is None
    assert language.compiled == []


def test_without_late_rules_all_are_compiled_once() -> None:
    language = StandInLanguage()
    known = compiled(language, a_rule_set(an_active_rule(), an_active_rule(RuleAction.ALLOW, expression="false")))
    assert (known.early.places, known.late.expressions) == ((0, 1), None)
    assert language.compiled == ["true", "false"]


def test_a_rule_that_compiles_no_more_breaks_alone() -> None:
    rules = [an_active_rule(expression=expression) for expression in ("true", COUNTED, LATE, "false")]
    known = compiled(StandInLanguage(forgotten={COUNTED}), a_rule_set(*rules))
    assert known.broken == {1: "The language has changed."}
    assert (known.early.places, known.late.places) == ((0, 3), (2,))
    assert not known.needs.velocities


class Sulking(StandInLanguage):
    """Compiles rules one by one, and never several."""

    def compile(self, expressions: Sequence[str]) -> StandInExpressions:
        if len(expressions) > 1:
            raise RuntimeError
        return super().compile(expressions)


def test_what_cannot_be_told_apart_is_broken_together() -> None:
    known = compiled(Sulking(), a_rule_set(an_active_rule(), an_active_rule()))
    assert known.broken == {0: "RuntimeError", 1: "RuntimeError"}
    assert known.early.expressions is None
