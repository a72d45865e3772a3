"""The whole transition table, pair by pair, and the stages that only ever go on."""

from __future__ import annotations

import pytest

from domain.disputes.stage import ANSWERABLE, CLOSED, STAGE_TRANSITIONS, TRANSITIONS, DisputeStage, DisputeStatus
from domain.kernel.machine import TransitionNotAllowed, advance, finals

# From the status at the left to the one above; the rows and columns stand in the order of the enumeration.
TABLE = """
                 NR ES UR WON LOST ACC EXP PRE WDR
NEEDS_RESPONSE    .  x  x   x    x   x   x   x   x
EVIDENCE_STAGED   x  .  x   x    x   x   x   x   x
UNDER_REVIEW      .  .  .   x    x   x   .   x   x
WON               .  .  .   .    x   .   .   x   x
LOST              .  .  .   x    .   x   .   x   x
ACCEPTED          .  .  .   x    x   .   .   x   x
EXPIRED           .  .  x   x    x   .   .   x   x
PREVENTED         .  .  .   .    .   .   .   .   x
WITHDRAWN         .  .  .   .    .   .   .   .   .
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
PAIRS = [
    (DisputeStatus(row[0]), target, mark == "x")
    for row in ROWS
    for target, mark in zip(DisputeStatus, row[1:], strict=True)
]


def test_the_table_is_whole() -> None:
    assert len(PAIRS) == len(DisputeStatus) ** 2 == 81
    assert set(TRANSITIONS) == set(DisputeStatus)


@pytest.mark.parametrize(("present", "target", "allowed"), PAIRS)
def test_every_pair(present: DisputeStatus, target: DisputeStatus, *, allowed: bool) -> None:
    if allowed:
        assert advance(TRANSITIONS, "dispute", present, target) is target
    else:
        with pytest.raises(TransitionNotAllowed, match=f"A dispute that is {present} cannot become {target}"):
            advance(TRANSITIONS, "dispute", present, target)


def test_what_the_network_gave_up_is_over_for_good() -> None:
    assert finals(TRANSITIONS) == {DisputeStatus.WITHDRAWN}


def test_a_status_is_answerable_closed_or_with_the_network() -> None:
    assert ANSWERABLE | CLOSED | {DisputeStatus.UNDER_REVIEW} == set(DisputeStatus)
    assert not ANSWERABLE & CLOSED


@pytest.mark.parametrize("present", DisputeStage)
@pytest.mark.parametrize("target", DisputeStage)
def test_a_stage_only_goes_on_and_may_skip(present: DisputeStage, target: DisputeStage) -> None:
    order = ["INQUIRY", "CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION"]
    assert (target in STAGE_TRANSITIONS[present]) == (order.index(target) > order.index(present))
    assert present.rank == order.index(present)


def test_only_an_inquiry_takes_no_money() -> None:
    assert [stage for stage in DisputeStage if not stage.takes_money] == [DisputeStage.INQUIRY]
