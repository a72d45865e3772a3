"""When the stages of a case were opened, and until when each waits."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.demo.seed.case_plots import Course
from app.demo.seed.grievances import GRIEVANCES, Grievance
from app.demo.seed.merchants import MERCHANTS, DemoMerchant
from app.simulator.disputes.network_rules import response_time, stages
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage, DisputeStatus

NOW = datetime(2026, 10, 26, 3, 30, tzinfo=UTC)
ALL = [(merchant, grievance) for merchant in MERCHANTS for grievance in GRIEVANCES[merchant.slug]]
TOKYO = next(merchant for merchant in MERCHANTS if merchant.slug == "hoshizora")


def course_of(grievance: Grievance, merchant: DemoMerchant = TOKYO, now: datetime = NOW) -> Course:
    return Course(grievance, merchant, now, Random(3))


@pytest.mark.parametrize("days", [0, 1, 6])
def test_what_is_due_ends_with_a_day_of_the_merchants(days: int) -> None:
    grievance = Grievance(
        network=Network.VISA,
        code="13.1",
        stage=DisputeStage.CHARGEBACK,
        status=DisputeStatus.NEEDS_RESPONSE,
        due=days,
    )
    due = course_of(grievance).respond_by(DisputeStage.CHARGEBACK).astimezone(ZoneInfo("Asia/Tokyo"))
    assert due.time() == time(23, 59, 59)
    # It is Monday noon in Tokyo, while it is still Sunday in Chicago.
    assert due.date() == datetime(2026, 10, 26, tzinfo=UTC).date() + timedelta(days=days)


def test_a_case_has_been_through_every_stage_that_its_network_has() -> None:
    for merchant, grievance in ALL:
        course = course_of(grievance, merchant)
        first = grievance.begins or min(grievance.stage, DisputeStage.CHARGEBACK, key=lambda stage: stage.rank)
        passed = [one for one in stages(grievance.network) if first.rank <= one.rank <= grievance.stage.rank]
        assert course.stages == passed
        assert course.begun_at == course.opened[first]
        opened = [course.opened[stage] for stage in course.stages]
        assert opened == sorted(opened)
        assert all(later - earlier > timedelta(days=19) for earlier, later in itertools.pairwise(opened))


def test_nobody_is_given_longer_than_the_network_gives() -> None:
    for merchant, grievance in ALL:
        course = course_of(grievance, merchant)
        for stage in course.stages:
            given = course.respond_by(stage) - course.opened[stage]
            assert timedelta(days=6) < given < response_time(grievance.network, course.code(stage), stage)


def test_what_waits_was_opened_and_is_not_overdue_and_what_expired_is() -> None:
    for merchant, grievance in ALL:
        course = course_of(grievance, merchant)
        assert course.opened[grievance.stage] < NOW
        due = course.respond_by(grievance.stage)
        if grievance.status in {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.EVIDENCE_STAGED}:
            assert due > NOW
        if grievance.status is DisputeStatus.EXPIRED:
            assert due < NOW - timedelta(hours=1)


def test_only_what_came_before_has_another_code() -> None:
    grievance = next(one for _, one in ALL if one.begins is DisputeStage.INQUIRY)
    course = course_of(grievance)
    assert (course.code(DisputeStage.INQUIRY), course.code(DisputeStage.CHARGEBACK)) == ("004", "R13")
