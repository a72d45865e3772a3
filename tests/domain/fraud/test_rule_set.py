"""A rule set is small enough to evaluate, and its thresholds stand in order."""

from __future__ import annotations

import pytest

from domain.fraud.rule_set import MOST_RULES, ScorePolicy
from domain.kernel.errors import Invalid
from tests.builders.fraud import a_rule_set, an_active_rule


def test_there_are_not_too_many_rules() -> None:
    rules = [an_active_rule() for _ in range(MOST_RULES + 1)]
    assert len(a_rule_set(*rules[1:]).rules) == MOST_RULES
    with pytest.raises(Invalid, match="disable one first") as refused:
        a_rule_set(*rules)
    assert refused.value.path == ("ruleId",)


@pytest.mark.parametrize(("review_at", "block_at"), [(None, None), (1, None), (None, 1), (1, 2)])
def test_thresholds(review_at: int | None, block_at: int | None) -> None:
    policy = ScorePolicy(review_at=review_at, block_at=block_at)
    assert (policy.review_at, policy.block_at) == (review_at, block_at)


@pytest.mark.parametrize(
    ("review_at", "block_at", "path"),
    [(0, None, "reviewAt"), (None, 0, "reviewAt"), (5, 5, "blockAt"), (5, 4, "blockAt")],
)
def test_thresholds_that_cannot_be(review_at: int | None, block_at: int | None, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        ScorePolicy(review_at=review_at, block_at=block_at)
    assert refused.value.path == (path,)
