"""What a gateway pays out to us."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.reconciliation.remittance import Remittance, RemittanceStatus
from tests.builders.moments import MORNING
from tests.builders.money import EUR


def a_remittance(**values: Any) -> Remittance:
    given: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "gateway": "acquirer",
        "reference": "ACQ-1",
        "currency": EUR,
        "gross_minor": 10_000,
        "costs_minor": 150,
        "recorded_by_name": "Clara",
        "created_at": MORNING,
    }
    return Remittance(**{**given, **values})


def test_the_net_comes() -> None:
    one = a_remittance().record(MORNING)
    assert (one.net.plain, one.gross.plain, one.costs.plain) == ("98.50", "100.00", "1.50")
    matched = one.match(new_uuid(MORNING), new_uuid(MORNING), MORNING)
    assert (matched.status, matched.version) == (RemittanceStatus.MATCHED, 2)
    with pytest.raises(TransitionNotAllowed):
        matched.match(new_uuid(MORNING), new_uuid(MORNING), MORNING)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"gross_minor": 0, "costs_minor": 0}, ("gross",)),
        ({"costs_minor": 10_000}, ("costs",)),
        ({"costs_minor": -1}, ("costs",)),
        ({"reference": " "}, ("reference",)),
    ],
)
def test_what_leaves_nothing_to_come_is_none(values: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as caught:
        a_remittance(**values)
    assert caught.value.path == path
