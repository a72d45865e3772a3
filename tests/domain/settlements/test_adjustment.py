"""An adjustment gives or takes something, for a reason, and nobody approves their own."""

from __future__ import annotations

from typing import Any

import pytest

from domain.approvals.errors import ApproverIsRequester
from domain.approvals.party import party_of
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.settlements.adjustment import SettlementAdjustment
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur

REQUESTER, APPROVER = party_of(a_staff_actor()), party_of(a_staff_actor())


def an_adjustment(**values: Any) -> SettlementAdjustment:
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "amount": eur(-5),
        "reason": "Goodwill",
        "requested_by": REQUESTER,
        "approved_by": APPROVER,
        "entry_id": new_uuid(MORNING),
        "at": MORNING,
    }
    return SettlementAdjustment(**{**defaults, **values})


def test_two_people_make_one() -> None:
    assert an_adjustment().amount == eur(-5)
    with pytest.raises(ApproverIsRequester):
        an_adjustment(approved_by=REQUESTER)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": eur(0)},
        {"amount": eur(10**10 + 1)},
        {"amount": eur(-(10**10) - 1)},
        {"reason": " "},
        {"reason": "4111 1111 1111 1111"},
    ],
)
def test_what_is_none(values: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        an_adjustment(**values)
