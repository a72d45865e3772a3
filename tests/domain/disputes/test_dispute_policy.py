"""What a merchant does not fight about, and what it does all the same."""

from __future__ import annotations

from typing import Any

import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.dispute_policy import DisputePolicy
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from tests.builders.files import a_dispute
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur, jpy


def a_dispute_policy(up_to: Money | None = None, *categories: DisputeCategory) -> DisputePolicy:
    return DisputePolicy(
        merchant_id=new_uuid(MORNING),
        accept_up_to=up_to or eur(40),
        categories=frozenset(categories),
        updated_at=MORNING,
    )


@pytest.mark.parametrize("minor", [0, -1])
def test_an_amount_is_more_than_nothing(minor: int) -> None:
    with pytest.raises(Invalid) as refusal:
        a_dispute_policy(Money(minor, EUR))
    assert refusal.value.path == ("acceptUpTo", "amount")


def test_up_to_the_very_amount() -> None:
    assert a_dispute_policy(eur(40)).accepts(a_dispute())
    assert not a_dispute_policy(eur("39.99")).accepts(a_dispute())
    assert not a_dispute_policy(jpy(9999)).accepts(a_dispute())


def test_of_these_categories_or_of_any() -> None:
    dispute = a_dispute(category=DisputeCategory.FRAUDULENT)
    assert a_dispute_policy(None).accepts(dispute)
    assert a_dispute_policy(None, DisputeCategory.DUPLICATE, DisputeCategory.FRAUDULENT).accepts(dispute)
    assert not a_dispute_policy(None, DisputeCategory.DUPLICATE).accepts(dispute)


@pytest.mark.parametrize(
    "values",
    [
        *({"stage": stage} for stage in DisputeStage if stage is not DisputeStage.CHARGEBACK),
        *({"status": status} for status in DisputeStatus if status is not DisputeStatus.NEEDS_RESPONSE),
        {"response_pending": True},
        {"assignee_id": new_uuid(MORNING)},
    ],
)
def test_what_somebody_works_on_is_left_alone(values: dict[str, Any]) -> None:
    assert not a_dispute_policy(eur(40)).accepts(a_dispute(**values))
