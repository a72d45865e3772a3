"""The same set of notices tells the same case, whoever came first."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.network_case import NetworkCase, network_case
from domain.disputes.notice import DisputeNotice, NoticeType
from domain.disputes.stage import DisputeStage
from tests.builders.disputes import a_notice
from tests.builders.moments import after
from tests.builders.money import eur, jpy
from tests.domain.disputes.said import notices

T, S = NoticeType, DisputeStage
DAY_SECONDS = 24 * 60 * 60


def amounts_of(case: NetworkCase) -> list[tuple[DisputeStage, int, int]]:
    return [(stage.stage, stage.withdrawn_minor, stage.reinstated_minor) for stage in case.stages]


def moved(case: NetworkCase) -> tuple[int, int]:
    """All that was taken, and all that was given back."""
    return sum(s.withdrawn_minor for s in case.stages), sum(s.reinstated_minor for s in case.stages)


@given(notices(amounts=(20, 30, 40)), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_tells_the_same(said: list[DisputeNotice], chance: Any) -> None:
    expected = network_case(said)
    again = [*said, *chance.choices(said, k=3)]
    chance.shuffle(again)
    assert network_case(again) == network_case(iter(again)) == expected


@given(notices(), notices(most=1))
def test_where_amounts_agree_one_more_notice_takes_no_movement_back(
    said: list[DisputeNotice], more: list[DisputeNotice]
) -> None:
    before, after_it = moved(network_case(said)), moved(network_case([*said, *more]))
    assert after_it[0] >= before[0]
    assert after_it[1] >= before[1]


@given(notices(amounts=(20, 30, 40)))
def test_what_is_held_follows_from_the_last_stage(said: list[DisputeNotice]) -> None:
    case = network_case(said)
    last = case.stages[-1]
    withdrawn, reinstated = moved(case)
    nothing = not last.stage.takes_money or last.verdict in {T.WON, T.WITHDRAWN}
    assert withdrawn - reinstated == (0 if nothing else last.amount.minor)
    assert all(stage.withdrawn_minor >= 0 <= stage.reinstated_minor for stage in case.stages)
    assert not any(moved for stage in case.stages if not stage.stage.takes_money for moved in amounts_of_stage(stage))


def amounts_of_stage(stage: Any) -> tuple[int, int]:
    return stage.withdrawn_minor, stage.reinstated_minor


@given(notices())
def test_stages_stand_in_order_and_none_that_takes_money_is_left_out(said: list[DisputeNotice]) -> None:
    case = network_case(said)
    stages = [stage.stage for stage in case.stages]
    last = max(said, key=lambda one: one.stage.rank).stage
    heard = {one.stage for one in said}
    assert stages == [s for s in DisputeStage if s in heard or (s.takes_money and s.rank < last.rank)]
    assert [stage.stage for stage in case.stages if stage.heard] == [s for s in DisputeStage if s in heard]
    assert case.latest.stage is stages[-1] is last
    assert case.opened_at == min(stage.opened_at for stage in case.stages)


def test_a_chargeback_takes_and_a_victory_gives_back() -> None:
    opened = a_notice(T.OPENED, S.CHARGEBACK)
    assert amounts_of(network_case([opened])) == [(S.CHARGEBACK, 4000, 0)]
    won = a_notice(T.WON, S.CHARGEBACK, minutes=1)
    assert amounts_of(network_case([opened, won])) == [(S.CHARGEBACK, 4000, 4000)]
    again = a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=2)
    assert amounts_of(network_case([opened, won, again])) == [(S.CHARGEBACK, 4000, 4000), (S.PRE_ARBITRATION, 4000, 0)]


def test_what_is_held_already_is_not_taken_again() -> None:
    said = [a_notice(T.OPENED, stage, minutes=stage.rank) for stage in DisputeStage]
    assert amounts_of(network_case(said)) == [
        (S.INQUIRY, 0, 0), (S.CHARGEBACK, 4000, 0), (S.PRE_ARBITRATION, 0, 0), (S.ARBITRATION, 0, 0),
    ]  # fmt: skip


def test_a_smaller_amount_at_a_later_stage_gives_the_difference_back() -> None:
    said = [a_notice(amount=eur(40)), a_notice(T.OPENED, S.PRE_ARBITRATION, minutes=1, amount=eur(25))]
    assert amounts_of(network_case(said)) == [(S.CHARGEBACK, 4000, 0), (S.PRE_ARBITRATION, 0, 1500)]


def test_a_later_decision_corrects_an_earlier_one() -> None:
    said = [a_notice(), a_notice(T.WON, minutes=1), a_notice(T.LOST, minutes=2), a_notice(T.WON, minutes=3)]
    case = network_case(said)
    assert amounts_of(case) == [(S.CHARGEBACK, 8000, 8000)]
    assert (case.stages[0].verdict, case.stages[0].verdict_at) == (T.WON, after(180))


@pytest.mark.parametrize("last", [T.WON, T.LOST])
def test_what_was_given_up_stays_so_whatever_else_is_said(last: NoticeType) -> None:
    said = [a_notice(), a_notice(T.WITHDRAWN, minutes=1), a_notice(last, minutes=2)]
    assert network_case(said).stages[0].verdict is T.WITHDRAWN


def test_a_prevented_inquiry_is_withdrawn_rather_than_won() -> None:
    said = [a_notice(type_, S.INQUIRY, minutes=minutes) for minutes, type_ in enumerate([T.PREVENTED, T.WON, T.LOST])]
    assert network_case(said).stages[0].verdict is T.PREVENTED
    withdrawn = a_notice(T.WITHDRAWN, S.INQUIRY)
    assert network_case([withdrawn, *said]).stages[0].verdict is T.WITHDRAWN


def test_a_stage_nobody_told_of_takes_what_the_next_one_says() -> None:
    case = network_case([a_notice(T.LOST, S.ARBITRATION, minutes=9, amount=eur(30))])
    assert amounts_of(case) == [(S.CHARGEBACK, 3000, 0), (S.PRE_ARBITRATION, 0, 0), (S.ARBITRATION, 0, 0)]
    assert {(stage.opened_at, stage.amount, stage.respond_by) for stage in case.stages} == {(after(540), eur(30), None)}
    assert [stage.heard for stage in case.stages] == [False, False, True]


def test_the_deadline_named_last_holds() -> None:
    said = [
        a_notice(respond_by=after(DAY_SECONDS)),
        a_notice(T.UNDER_REVIEW, minutes=1, respond_by=after(3 * DAY_SECONDS)),
        a_notice(T.UNDER_REVIEW, minutes=2),
    ]
    for order in permutations(said):
        case = network_case(order)
        assert (case.stages[0].respond_by, case.stages[0].under_review) == (after(3 * DAY_SECONDS), True)


def test_the_opening_names_the_amount_and_the_moment() -> None:
    said = [
        a_notice(T.UNDER_REVIEW, minutes=0, amount=eur(10)),
        a_notice(T.OPENED, minutes=2, amount=eur(40)),
        a_notice(T.OPENED, minutes=1, amount=eur(30)),
    ]
    for order in permutations(said):
        stage = network_case(order).stages[0]
        assert (stage.amount, stage.opened_at) == (eur(30), after(60))


def test_what_one_notice_leaves_out_another_has_told() -> None:
    nothing: dict[str, Any] = {"network_case_id": None, "arn": None, "dispute_amount": None}
    said = [
        a_notice(network_case_id="case-1", arn="arn1", dispute_amount=None),
        a_notice(T.UNDER_REVIEW, minutes=1, network_case_id=None, arn=None, dispute_amount=jpy(6400)),
        a_notice(T.WON, minutes=2, **nothing),
    ]
    for order in permutations(said):
        case = network_case(order)
        assert (case.network_case_id, case.arn, case.dispute_amount) == ("case-1", "arn1", jpy(6400))
        assert case.latest.type is T.WON
