"""Deadlines, across time zones and through every kind of change of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.deadline import NETWORK_ZONES, WARNING_HOURS, Deadline, deadline_of, end_of_day
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage
from domain.kernel.errors import Invalid

CHARGEBACK = DisputeStage.CHARGEBACK
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
]
seconds = st.integers(
    int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2037, 12, 1, tzinfo=UTC).timestamp())
)
moments = seconds.map(lambda second: datetime.fromtimestamp(second, UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of_days(opened_at: datetime, days: int, zone: str) -> Deadline:
    return Deadline(moment=end_of_day(opened_at, days, zone), zone=zone)


@pytest.mark.parametrize(
    ("opened_at", "days", "zone", "expected"),
    [
        # Days of 23 and 25 hours within: the local end of the day stays where it is.
        ("2026-03-20T12:00", 20, "Europe/Berlin", "2026-04-09T21:59:59"),
        ("2026-03-20T12:00", 5, "Europe/Berlin", "2026-03-25T22:59:59"),
        ("2026-10-20T12:00", 10, "Europe/Berlin", "2026-10-30T22:59:59"),
        ("2026-03-29T12:00", 0, "Europe/Berlin", "2026-03-29T21:59:59"),
        ("2026-03-07T17:00", 1, "America/New_York", "2026-03-09T03:59:59"),
        ("2026-10-31T17:00", 1, "America/New_York", "2026-11-02T04:59:59"),
        # Half an hour of daylight saving.
        ("2026-04-04T00:00", 1, "Australia/Lord_Howe", "2026-04-05T13:29:59"),
        ("2026-04-03T00:00", 1, "Australia/Lord_Howe", "2026-04-04T12:59:59"),
        ("2026-10-02T00:00", 2, "Australia/Lord_Howe", "2026-10-04T12:59:59"),
        # Fourteen hours ahead and eleven behind: the opening is day 0 where the merchant is.
        ("2026-06-01T12:00", 1, "Pacific/Kiritimati", "2026-06-03T09:59:59"),
        ("2026-06-01T08:00", 1, "Pacific/Pago_Pago", "2026-06-02T10:59:59"),
        # 23:59:59 came twice: at midnight the clock went back to 23:00.
        ("2018-02-10T12:00", 7, "America/Sao_Paulo", "2018-02-18T02:59:59"),
        # There was no midnight: the day after began at 01:00.
        ("2018-10-30T12:00", 4, "America/Sao_Paulo", "2018-11-04T02:59:59"),
        # Samoa had no 30 December 2011.
        ("2011-12-28T12:00", 2, "Pacific/Apia", "2011-12-30T09:59:59"),
        ("2011-12-28T12:00", 3, "Pacific/Apia", "2011-12-31T09:59:59"),
    ],
)  # fmt: skip
def test_the_last_second_of_the_last_day(opened_at: str, days: int, zone: str, expected: str) -> None:
    assert of_days(utc(opened_at), days, zone) == Deadline(moment=utc(expected), zone=zone)


def test_of_two_seconds_the_second_counts() -> None:
    deadline = of_days(utc("2018-02-10T12:00"), 7, "America/Sao_Paulo")
    assert deadline.local.date() == date(2018, 2, 17)
    assert (deadline.local.hour, deadline.local.fold) == (23, 1)


def test_before_a_day_that_was_skipped() -> None:
    deadline = of_days(utc("2011-12-28T12:00"), 2, "Pacific/Apia")
    assert deadline.local.isoformat() == "2011-12-29T23:59:59-10:00"


@given(opened_at=moments, days=st.integers(0, 120), zone=st.sampled_from(ZONES))
def test_it_is_the_end_of_a_local_day(opened_at: datetime, days: int, zone: str) -> None:
    deadline = of_days(opened_at, days, zone)
    last = opened_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert deadline.moment.tzinfo is UTC
    skipped = zone == "Pacific/Apia" and last == date(2011, 12, 30)
    assert deadline.local.date() == (last - timedelta(days=1) if skipped else last)
    second_later = (deadline.moment + timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert second_later.date() > deadline.local.date()
    assert deadline.moment >= opened_at or skipped


@given(opened_at=moments, days=st.integers(0, 120), zone=st.sampled_from(ZONES))
def test_another_day_is_never_earlier(opened_at: datetime, days: int, zone: str) -> None:
    assert of_days(opened_at, days + 1, zone).moment > of_days(opened_at, days, zone).moment


@given(opened_at=moments, offset=st.integers(-12, 14), zone=st.sampled_from(ZONES))
def test_it_does_not_matter_in_which_zone_the_opening_is_given(opened_at: datetime, offset: int, zone: str) -> None:
    elsewhere = opened_at.astimezone(timezone(timedelta(hours=offset)))
    assert of_days(elsewhere, 20, zone) == of_days(opened_at, 20, zone)


def test_what_the_network_says_wins() -> None:
    said = datetime(2026, 3, 9, 18, 30, tzinfo=timezone(timedelta(hours=-6)))
    deadline = deadline_of(Network.MASTERCARD, CHARGEBACK, utc("2026-03-02T09:00"), 45, said)
    assert deadline == Deadline(moment=utc("2026-03-10T00:30"), zone="America/Chicago")
    assert deadline.moment.tzinfo is UTC


def test_without_days_and_zone_those_of_the_network_count() -> None:
    opened = utc("2026-03-02T03:00")
    # The evening of 1 March in St. Louis, and summer time there when the 45 days are over.
    expected = Deadline(moment=utc("2026-04-16T04:59:59"), zone="America/Chicago")
    assert deadline_of(Network.MASTERCARD, CHARGEBACK, opened) == expected
    assert deadline_of(Network.VISA, CHARGEBACK, opened).moment == utc("2026-04-01T23:59:59")
    # Noon there: twenty days on the clock has gone forward.
    inquiry = deadline_of(Network.DISCOVER, DisputeStage.INQUIRY, utc("2026-03-02T18:00"))
    assert inquiry == Deadline(moment=utc("2026-03-23T04:59:59"), zone="America/Chicago")


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (Network.VISA, "2026-03-22T23:59:59"),
        (Network.MASTERCARD, "2026-03-23T04:59:59"),
        (Network.AMEX, "2026-03-23T03:59:59"),
        (Network.DISCOVER, "2026-03-23T04:59:59"),
    ],
)
def test_days_are_the_network_s(network: Network, expected: str) -> None:
    """Twenty days from noon in the middle of America."""
    deadline = deadline_of(network, CHARGEBACK, utc("2026-03-02T18:00"), 20)
    assert deadline == Deadline(moment=utc(expected), zone=NETWORK_ZONES[network])


@given(moment=moments, zone=st.sampled_from(ZONES))
def test_who_reads_it_moves_nothing(moment: datetime, zone: str) -> None:
    assert Deadline(moment=moment, zone=zone).local == moment


def test_a_stage_that_a_network_has_not_counts_as_a_chargeback() -> None:
    opened = utc("2026-03-02T12:00")
    stages = [deadline_of(Network.AMEX, stage, opened).moment for stage in DisputeStage]
    assert set(stages) == {utc("2026-03-23T03:59:59")}


def test_every_network_has_a_zone() -> None:
    assert set(NETWORK_ZONES) == set(Network)
    assert all(ZoneInfo(zone) for zone in NETWORK_ZONES.values())


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "America", "Europe/Berlin\0"])
def test_a_zone_that_is_none(zone: str) -> None:
    with pytest.raises(Invalid) as raised:
        Deadline(moment=utc("2026-03-02T09:00"), zone=zone)
    assert raised.value.path == ("timeZone",)


def test_moments_have_a_zone() -> None:
    naive = utc("2026-03-02T09:00").replace(tzinfo=None)
    for broken in (
        lambda: Deadline(moment=naive, zone="UTC"),
        lambda: Deadline(moment=naive.replace(tzinfo=timezone(timedelta(hours=1))), zone="UTC"),
        lambda: of_days(naive, 20, "UTC"),
        lambda: deadline_of(Network.VISA, CHARGEBACK, utc("2026-03-02T09:00"), given=naive),
    ):
        with pytest.raises(Invalid):
            broken()


DUE = Deadline(moment=utc("2026-03-28T22:59:59"), zone="Europe/Berlin")


def test_what_is_left() -> None:
    assert DUE.due_in(utc("2026-03-28T21:59:59")) == timedelta(hours=1)
    assert DUE.due_in(datetime(2026, 3, 29, 0, 59, 59, tzinfo=ZoneInfo("Europe/Berlin"))) == timedelta(hours=-1)
    assert not DUE.has_passed(DUE.moment)
    assert DUE.has_passed(DUE.moment + timedelta(microseconds=1))


def test_what_is_left_is_counted_in_hours_that_pass() -> None:
    """Not in those of the clock on the wall, which go from 01:59 to 03:00 in that night."""
    after = Deadline(moment=utc("2026-03-29T21:59:59"), zone="Europe/Berlin")
    evening_before = datetime(2026, 3, 28, 23, 59, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    assert after.due_in(evening_before) == timedelta(hours=23)


@pytest.mark.parametrize(
    ("now", "today"),
    [
        ("2026-03-27T22:59:59", False),
        ("2026-03-27T23:00:00", True),
        ("2026-03-28T12:00:00", True),
        ("2026-03-28T22:59:59.999", True),
        ("2026-03-28T23:00:00", False),
    ],
)
def test_due_today_is_by_the_local_date(now: str, today: bool) -> None:  # noqa: FBT001
    assert DUE.is_due_today(utc(now)) is today


@pytest.mark.parametrize(
    ("left", "warned", "due"),
    [
        (timedelta(hours=72, seconds=1), (), None),
        (timedelta(hours=72), (), 72),
        (timedelta(hours=72), (72,), None),
        (timedelta(hours=24, seconds=1), (72,), None),
        (timedelta(hours=24), (72,), 24),
        (timedelta(hours=24), (72, 24), None),
        # It came late: one warning, not two.
        (timedelta(hours=5), (), 24),
        (timedelta(hours=5), (24,), None),
        (timedelta(0), (72,), 24),
        (timedelta(seconds=-1), (72,), None),
        (timedelta(seconds=-1), (), None),
    ],
)
def test_warnings(left: timedelta, warned: tuple[int, ...], due: int | None) -> None:
    assert DUE.warning_due(DUE.moment - left, warned) == due


@given(steps=st.lists(st.integers(1, 20 * 60), max_size=40))
def test_each_warning_is_given_once_however_often_the_clock_is_looked_at(steps: list[int]) -> None:
    now = DUE.moment - timedelta(hours=100)
    warned: list[int] = []
    for minutes in steps:
        now += timedelta(minutes=minutes)
        hours = DUE.warning_due(now, warned)
        if hours is not None:
            assert DUE.due_in(now) <= timedelta(hours=hours)
            warned.append(hours)
    assert warned == sorted(set(warned), reverse=True)
    assert set(warned) <= set(WARNING_HOURS)
