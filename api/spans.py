"""Ranges in filters: `{ gte gt lte lt }`."""

import re
from datetime import date, datetime
from decimal import Decimal

import strawberry

from api.describing import attribute
from api.scalars import DecimalText
from domain.kernel.errors import Invalid
from domain.kernel.span import Span
from domain.payments.filter import SCALE

_MOST = 10**17
# PostgreSQL takes no larger ones for the columns that are filtered by whole numbers.
_MOST_INT = 2**15 - 1
_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@strawberry.input(description="A range of decimal numbers.")
class DecimalRange:
    """Major units of whatever currency."""

    gte: DecimalText | None = attribute("At least.", default=None)
    gt: DecimalText | None = attribute("More than.", default=None)
    lte: DecimalText | None = attribute("At most.", default=None)
    lt: DecimalText | None = attribute("Less than.", default=None)


@strawberry.input(description="A range of whole numbers.")
class IntRange:
    """Whole numbers."""

    gte: int | None = attribute("At least.", default=None)
    gt: int | None = attribute("More than.", default=None)
    lte: int | None = attribute("At most.", default=None)
    lt: int | None = attribute("Less than.", default=None)


@strawberry.input(description="A range of moments.")
class DateTimeRange:
    """Moments."""

    gte: datetime | None = attribute("At or after.", default=None)
    gt: datetime | None = attribute("After.", default=None)
    lte: datetime | None = attribute("At or before.", default=None)
    lt: datetime | None = attribute("Before.", default=None)


@strawberry.input(description="A range of days.")
class DateRange:
    """Days."""

    gte: date | None = attribute("On or after.", default=None)
    gt: date | None = attribute("After.", default=None)
    lte: date | None = attribute("On or before.", default=None)
    lt: date | None = attribute("Before.", default=None)


def days(given: DateRange | None) -> Span[date] | None:
    """A range of days."""
    return None if given is None else Span(gte=given.gte, gt=given.gt, lte=given.lte, lt=given.lt)


def moments(given: DateTimeRange | None) -> Span[datetime] | None:
    """A range of moments."""
    return None if given is None else Span(gte=given.gte, gt=given.gt, lte=given.lte, lt=given.lt)


def integers(given: IntRange | None) -> Span[int] | None:
    """A range of whole numbers; an end that no column can reach is the same as the farthest that one can."""
    if given is None:
        return None
    ends = {name: getattr(given, name) for name in ("gte", "gt", "lte", "lt")}
    return Span(**{name: None if end is None else max(-_MOST_INT, min(end, _MOST_INT)) for name, end in ends.items()})


def scaled(given: DecimalRange | None, *path: str) -> Span[int] | None:
    """A range of amounts in ten-thousandths of the major unit; raise `Invalid` for what is no plain number."""
    if given is None:
        return None
    ends = {name: _scaled(getattr(given, name), (*path, name)) for name in ("gte", "gt", "lte", "lt")}
    return Span(**ends)


def _scaled(text: str | None, path: tuple[str, ...]) -> int | None:
    if text is None:
        return None
    number = Decimal(text).scaleb(SCALE) if _PLAIN.fullmatch(text) else None
    if number is None or abs(number) > _MOST or number != number.to_integral_value():
        rule = 'Write the amount in plain notation with at most four fraction digits, such as "19.90".'
        raise Invalid(path, rule)
    return int(number)
