"""The first version of a plan is what the merchant was taken on with."""

from __future__ import annotations

from domain.merchants.fee_plan_version import first_version
from tests.builders.merchants import a_merchant


def test_the_first_one_was_asked_for_and_approved_by_nobody() -> None:
    merchant = a_merchant()
    first = first_version(merchant)
    assert (first.merchant_id, first.number, first.plan) == (merchant.id, 1, merchant.fee_plan)
    assert first.effective_from == first.created_at == merchant.created_at
    assert (first.requested_by, first.approved_by, first.operation_id, first.reason) == (None, None, None, None)
