"""The rules by which a dispute goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.disputes.case import OVER, Case, CaseState, NextStage, Opening, new_case
from app.simulator.disputes.network_rules import stages
from app.simulator.payment import Payment, PaymentState, Refused
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NEXT = NextStage()


def a_payment(captured_minor: int = 1000) -> Payment:
    return Payment(
        reference="sim_1",
        token="tok_visa",
        currency="EUR",
        amount_minor=1000,
        captured_minor=captured_minor,
        state=PaymentState.CLOSED,
        expires_at=NOW,
    )


def a_case(
    network: Network = Network.VISA, stage: DisputeStage = DisputeStage.CHARGEBACK, amount_minor: int | None = None
) -> Case:
    return new_case(
        a_payment(), Opening(stage=stage, network=network, reason_code="13.1", amount_minor=amount_minor), 0, NOW
    )


@pytest.mark.parametrize("network", Network)
def test_goes_through_the_stages_of_its_network_and_no_further(network: Network) -> None:
    case = a_case(network, DisputeStage.INQUIRY)
    seen = [case.stage]
    for _ in stages(network)[1:]:
        case = case.answer(case.stage, NOW, accepts=False).decide(CaseState.LOST).advance(NEXT, 1000, NOW)
        assert case.state is CaseState.NEEDS_RESPONSE
        assert case.respond_by > NOW
        seen.append(case.stage)
    assert tuple(seen) == stages(network)
    with pytest.raises(Refused) as refusal:
        case.advance(NEXT, 1000, NOW)
    assert refusal.value.code == "last_stage"


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("stage", DisputeStage)
def test_opens_at_any_stage_that_the_network_has(network: Network, stage: DisputeStage) -> None:
    if stage in stages(network):
        case = a_case(network, stage)
        assert (case.stage, case.amount_minor, case.dispute_amount_minor) == (stage, 1000, 1000)
        assert (case.arn is None) is (network not in {Network.VISA, Network.MASTERCARD})
        return
    with pytest.raises(Refused) as refusal:
        a_case(network, stage)
    assert refusal.value.code == "no_such_stage"


@given(st.lists(st.integers(1, 700), max_size=5), st.integers(0, 1000))
def test_no_more_is_disputed_than_was_captured(amounts: list[int], captured: int) -> None:
    disputed = 0
    for amount in amounts:
        opening = Opening(stage=DisputeStage.CHARGEBACK, network=Network.VISA, reason_code="10.4", amount_minor=amount)
        try:
            disputed += new_case(a_payment(captured), opening, disputed, NOW).amount_minor
        except Refused:
            assert disputed + amount > captured
    assert disputed <= captured


def test_nothing_captured_is_nothing_to_dispute() -> None:
    with pytest.raises(Refused, match="0 minor units"):
        new_case(a_payment(0), Opening(stage=DisputeStage.CHARGEBACK, network=Network.VISA, reason_code="10.4"), 0, NOW)


def test_the_next_stage_may_be_about_another_amount_and_code() -> None:
    case = a_case(stage=DisputeStage.INQUIRY, amount_minor=400)
    until = NOW + timedelta(days=3)
    later = case.advance(NextStage(reason_code="10.4", amount_minor=1000, respond_by=until), 1000, NOW)
    assert (later.reason_code, later.amount_minor, later.respond_by) == ("10.4", 1000, until)
    assert later.dispute_amount_minor == 1000
    with pytest.raises(Refused, match="captured"):
        case.advance(NextStage(amount_minor=1001), 1000, NOW)


def test_is_answered_once_at_its_stage_and_in_time() -> None:
    case = a_case()
    assert case.answer(case.stage, NOW, accepts=True).state is CaseState.ACCEPTED
    answered = case.answer(case.stage, NOW, accepts=False)
    assert answered.state is CaseState.UNDER_REVIEW
    for code, late in (
        ("not_answerable", lambda: answered.answer(case.stage, NOW, accepts=False)),
        ("stage_passed", lambda: case.answer(DisputeStage.PRE_ARBITRATION, NOW, accepts=False)),
        ("too_late", lambda: case.answer(case.stage, case.respond_by, accepts=False)),
    ):
        with pytest.raises(Refused) as refusal:
            late()
        assert refusal.value.code == code


def test_the_network_may_decide_otherwise_later() -> None:
    won = a_case().decide(CaseState.WON)
    assert won.decide(CaseState.LOST).state is CaseState.LOST
    with pytest.raises(Refused, match="won already"):
        won.decide(CaseState.WON)


def test_only_an_open_inquiry_is_prevented() -> None:
    inquiry = a_case(stage=DisputeStage.INQUIRY)
    assert inquiry.prevent().state is CaseState.PREVENTED
    for case in (a_case(), inquiry.decide(CaseState.LOST), inquiry.withdraw()):
        with pytest.raises(Refused):
            case.prevent()


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_stays_over(state: CaseState) -> None:
    inquiry = a_case(stage=DisputeStage.INQUIRY)
    case = inquiry.withdraw() if state is CaseState.WITHDRAWN else inquiry.prevent()
    for step in (
        lambda: case.advance(NEXT, 1000, NOW),
        lambda: case.answer(case.stage, NOW, accepts=False),
        lambda: case.decide(CaseState.WON),
        case.withdraw,
        case.prevent,
    ):
        with pytest.raises(Refused):
            step()


def test_what_was_conceded_goes_no_further() -> None:
    case = a_case()
    with pytest.raises(Refused, match="accepted"):
        case.answer(case.stage, NOW, accepts=True).advance(NEXT, 1000, NOW)


def test_survives_the_journal() -> None:
    case = a_case()
    assert Case.from_json(case.as_json()) == case
