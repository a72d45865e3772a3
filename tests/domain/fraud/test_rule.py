"""A rule goes from draft by shadow to published; its versions take each other's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.errors import FraudRuleStateForbids
from domain.fraud.rule import (
    HIGHEST_POSITION,
    LONGEST_NAME,
    TRANSITIONS,
    FraudRule,
    RuleAction,
    RuleStatus,
    new_rule,
)
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.fraud import a_rule, a_version
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from collections.abc import Callable

S = RuleStatus
NEXT: dict[RuleStatus, Callable[[FraudRule], FraudRule]] = {
    S.SHADOW: lambda rule: rule.try_out(rule.latest, after(1)),
    S.PUBLISHED: lambda rule: rule.publish(rule.latest, after(1), {}),
    S.DISABLED: lambda rule: rule.disable(after(1), "It does harm"),
}


def names(rule: FraudRule) -> list[str]:
    return [event.type.value for event in rule.events]


@pytest.mark.parametrize("target", NEXT)
@pytest.mark.parametrize("status", S)
def test_only_the_tables_arrows(status: RuleStatus, target: RuleStatus) -> None:
    rule = a_rule(status, latest=2, published=1 if status is S.PUBLISHED else None)
    # A published rule stays published while another version is tried, and while another takes its place.
    if (
        target in TRANSITIONS[status]
        or (status is S.PUBLISHED and target is not S.DISABLED)
        or (status is target is S.SHADOW)
    ):
        changed = NEXT[target](rule)
        assert changed.status is (S.PUBLISHED if status is S.PUBLISHED and target is S.SHADOW else target)
        assert (changed.version, changed.updated_at) == (rule.version + 1, after(1))
        return
    with pytest.raises(TransitionNotAllowed):
        NEXT[target](rule)


def test_a_life() -> None:
    rule = new_rule(
        merchant_id=PLATFORM, name="Cards", description=None, position=3, at=MORNING, data={"action": "REVIEW"}
    )
    assert (rule.status, rule.latest, rule.published, rule.of_platform) == (S.DRAFT, 1, None, True)
    rule = rule.try_out(1, after(1)).publish(1, after(2), {"reason": "good"})
    assert (rule.status, rule.published, rule.shadow) == (S.PUBLISHED, 1, None)
    rule = rule.revise(after(3), {"action": "BLOCK"}, name="Bad cards").try_out(2, after(4))
    assert (rule.status, rule.latest, rule.published, rule.shadow) == (S.PUBLISHED, 2, 1, 2)
    rule = rule.amend(after(5), {"position": 1}, position=1).disable(after(6), "It does harm")
    assert (rule.status, rule.published, rule.shadow, rule.position) == (S.DISABLED, None, None, 1)
    events = ["created", "shadowed", "published", "revised", "shadowed", "revised", "disabled"]
    assert names(rule) == [f"fraud_rule.{name}" for name in events]
    assert (rule.version, rule.releases) == (len(events), 2)
    assert [event.data for event in rule.events][2:4] == [
        {"version": 1, "reason": "good"},
        {"version": 2, "action": "BLOCK"},
    ]


def test_publishing_ends_the_trial_of_what_is_not_newer() -> None:
    rule = a_rule(S.PUBLISHED, latest=3, published=1, shadow=2)
    assert rule.publish(3, after(1), {}).shadow is None
    assert rule.publish(2, after(1), {}).shadow is None
    tried = a_rule(S.PUBLISHED, latest=3, published=2, shadow=3)
    assert tried.publish(1, after(1), {}).shadow == 3


def test_what_acts_or_is_tried_already() -> None:
    rule = a_rule(S.PUBLISHED, latest=2, published=1, shadow=2)
    for change in (lambda: rule.publish(1, after(1), {}), lambda: rule.try_out(1, after(1))):
        with pytest.raises(FraudRuleStateForbids, match="Version 1 is published already"):
            change()
    with pytest.raises(FraudRuleStateForbids, match="Version 2 is tried already"):
        rule.try_out(2, after(1))


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * (LONGEST_NAME + 1)}, "name"),
        ({"description": ""}, "description"),
        ({"description": "4242 4242 4242 4242"}, "description"),
        ({"position": -1}, "position"),
        ({"position": HIGHEST_POSITION + 1}, "position"),
    ],
)
def test_what_no_rule_can_be(values: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        a_rule(**values)
    assert refused.value.path == (path,)


@pytest.mark.parametrize(
    "values",
    [
        {"status": S.PUBLISHED, "published": None},
        {"status": S.DRAFT, "published": 1},
        {"status": S.SHADOW, "shadow": None},
    ],
)
def test_a_status_that_does_not_fit_its_versions_is_a_defect(values: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="breaks an invariant"):
        a_rule(**values)


@pytest.mark.parametrize("points", [-100, -1, 1, 100])
def test_only_scores_have_points(points: int) -> None:
    assert a_version(action=RuleAction.SCORE, points=points).points == points
    with pytest.raises(Invalid) as refused:
        a_version(action=RuleAction.REVIEW, points=points)
    assert refused.value.path == ("points",)


@pytest.mark.parametrize("points", [None, 0, 101, -101])
def test_points_that_no_score_has(points: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        a_version(action=RuleAction.SCORE, points=points)
    assert refused.value.path == ("points",)
