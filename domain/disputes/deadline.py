"""A deadline: the moment until which the merchant may answer, and the time zone in which it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.disputes.network import Network
from domain.disputes.reason_codes.catalogue import rulebooks
from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from domain.disputes.stage import DisputeStage

WARNING_HOURS = (72, 24)
"""How long before a deadline somebody is warned, the longest first."""
_LAST_SECOND = time(23, 59, 59)
# Visa dates by Greenwich, Mastercard by its central site in St. Louis. The others publish no zone: theirs are those of
# their homes, New York and Riverwoods, Illinois.
NETWORK_ZONES: Mapping[Network, str] = {
    Network.VISA: "UTC",
    Network.MASTERCARD: "America/Chicago",
    Network.AMEX: "America/New_York",
    Network.DISCOVER: "America/Chicago",
}
"""The zone in which a network counts days (IANA name)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until `moment`, aware and in UTC, the answer is in time; `zone` is an IANA name ("Europe/Berlin").

    Raises `Invalid` for a zone that is none and for a moment that is not in UTC.
    """

    moment: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.moment.utcoffset() != timedelta(0):
            raise Invalid(("deadline",), "A deadline is kept in UTC.")
        time_zone(self.zone)

    @property
    def local(self) -> datetime:
        """The moment as the clock on the wall of its zone shows it."""
        return self.moment.astimezone(time_zone(self.zone))

    def due_in(self, now: datetime) -> timedelta:
        """What is left; less than nothing once it has passed."""
        return self.moment - now.astimezone(UTC)

    def has_passed(self, now: datetime) -> bool:
        """Whether an answer now would be late; in the very second it is not."""
        return self.due_in(now) < timedelta(0)

    def is_due_today(self, now: datetime) -> bool:
        """Whether it falls on the day that it is now in its zone, passed or not."""
        return self.local.date() == now.astimezone(time_zone(self.zone)).date()

    def warning_due(self, now: datetime, warned: Collection[int]) -> int | None:
        """The warning to be given now, in hours of `WARNING_HOURS`; `warned` are those that were given.

        When two are due at once, which is so for a case that came late, only the more urgent is given. Nobody is
        warned of what has passed.
        """
        if self.has_passed(now):
            return None
        reached = [hours for hours in WARNING_HOURS if self.due_in(now) <= timedelta(hours=hours)]
        return reached[-1] if reached and reached[-1] not in warned else None


def deadline_of(
    network: Network,
    stage: DisputeStage,
    opened_at: datetime,
    days: int | None = None,
    given: datetime | None = None,
) -> Deadline:
    """When a stage that was opened at `opened_at` has to be answered.

    What the network itself has `given` wins. Otherwise it is the end of the last day, as `end_of_day` has it: `days`
    (those of the reason code; without them, the network's own for the stage) in the network's zone, whoever asks. In
    the merchant's, an answer on the last evening would come after the network has closed the case.

    Raises `Invalid` for moments without a zone.
    """
    zone = NETWORK_ZONES[network]
    if given is not None:
        return Deadline(moment=_aware(given), zone=zone)
    counted = rulebooks()[network].days(stage) if days is None else days
    return Deadline(moment=end_of_day(opened_at, counted, zone), zone=zone)


def end_of_day(opened_at: datetime, days: int, zone: str) -> datetime:
    """The last second of the day that many days after the local date of the opening, which is day 0; in UTC.

    Where the clock is changed in that second: when it comes twice, the second time counts, since the day is not over
    before; when there is no such second, as on the day that Samoa skipped in 2011, it is the one before the gap.

    Raises `Invalid` for a zone that is none and for a moment without a zone.
    """
    local = _aware(opened_at).astimezone(time_zone(zone))
    # fold=1 is the second of two, and in a gap the offset after it, which leads to the time before it (PEP 495).
    end = datetime.combine(local.date() + timedelta(days=days), _LAST_SECOND, time_zone(zone)).replace(fold=1)
    return end.astimezone(UTC)


def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; raise `Invalid` for one that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(("timeZone",), 'Give the time zone by its IANA name, such as "Europe/Berlin".') from error


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Invalid(("deadline",), "Give the moment with its time zone.")
    return moment.astimezone(UTC)
