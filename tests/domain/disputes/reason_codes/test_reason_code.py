"""How long one may take."""

from __future__ import annotations

from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage
from tests.builders.evidence import a_reason_code


def test_days_by_stage_and_as_for_a_chargeback_otherwise() -> None:
    assert [a_reason_code().days(stage) for stage in DisputeStage] == [10, 20, 20, 20]


def test_as_people_say_it() -> None:
    assert a_reason_code(network=Network.AMEX, code="F29").label == "American Express F29"


def test_codes_are_values() -> None:
    assert a_reason_code() == a_reason_code()
    assert len({a_reason_code(), a_reason_code(), a_reason_code(code="13.2")}) == 2
