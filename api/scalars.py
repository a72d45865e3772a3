"""The scalars of the graph. Nothing is a Float."""

from datetime import UTC, date, datetime
from typing import Any, NewType

import orjson
import strawberry
from strawberry.types.scalar import ScalarDefinition

DecimalText = NewType("DecimalText", str)
BigInt = NewType("BigInt", int)
CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)

_MOST_DIGITS = 40
_DAY_LENGTH = len("2026-01-31")


def _decimal_text(value: Any) -> str:  # noqa: ANN401 - whatever a client sends
    # What the text says is judged where the currency is known; here only its kind: a float is rounded already.
    if isinstance(value, bool) or not isinstance(value, str | int):
        message = 'Decimal travels as a string in plain notation, such as "19.90".'
        raise TypeError(message)
    return str(value) if isinstance(value, str) or abs(value) < 10**_MOST_DIGITS else "9" * (_MOST_DIGITS + 1)


def _big_int(value: Any) -> int:  # noqa: ANN401 - whatever a client sends
    if isinstance(value, str) and len(value) <= _MOST_DIGITS and value.removeprefix("-").isascii():
        value = int(value) if value.removeprefix("-").isdecimal() else value
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        message = "BigInt is a whole number of 64 bits, as a string or an integer."
        raise TypeError(message)
    return value


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a client sends
    if not isinstance(value, str):
        message = "This code travels as a string."
        raise TypeError(message)
    return value


def _moment_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _moment_texts(values: list[datetime]) -> list[str]:
    """The same for many: orjson writes them as RFC 3339 and as we do, when they are in UTC already."""
    if {value.tzinfo for value in values} != {UTC}:
        return list(map(_moment_text, values))
    return orjson.loads(orjson.dumps(values, option=orjson.OPT_UTC_Z))


# The executor writes the column of a list with one call.
_moment_text.of_column = _moment_texts  # pyright: ignore[reportFunctionMemberAccess]


def _moment(value: Any) -> datetime:  # noqa: ANN401 - whatever a client sends
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in str(value).upper():
        message = "DateTime travels as RFC 3339 with a time zone, such as 2026-01-31T09:30:00Z."
        raise ValueError(message)
    return moment.astimezone(UTC)


def _day(value: Any) -> date:  # noqa: ANN401 - whatever a client sends
    try:
        day = date.fromisoformat(value) if len(value) == _DAY_LENGTH else None
    except (TypeError, ValueError):
        day = None
    if day is None:
        message = "Date travels as ISO 8601 has it, such as 2026-01-31."
        raise ValueError(message)
    return day


SCALARS: dict[object, ScalarDefinition] = {
    DecimalText: strawberry.scalar(
        name="Decimal",
        description=(
            "An exact decimal number, as a string in plain notation. Amounts have exactly the fraction digits of their"
            ' currency: "19.90" EUR, "1500" JPY, "1.250" KWD.'
        ),
        serialize=str,
        parse_value=_decimal_text,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of 64 bits, sent as a string; a string or an integer is accepted.",
        serialize=str,
        parse_value=_big_int,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="A currency's three letters of ISO 4217, such as EUR.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=str,
        parse_value=_text,
    ),
    CountryCode: strawberry.scalar(
        name="CountryCode",
        description="A country's two letters of ISO 3166-1, such as DE.",
        specified_by_url="https://www.iso.org/iso-3166-country-codes.html",
        serialize=str,
        parse_value=_text,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, as RFC 3339 writes it: 2026-01-31T09:30:00.123456Z.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=_moment_text,
        parse_value=_moment,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day of the calendar, as ISO 8601 writes it: 2026-01-31.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=date.isoformat,
        parse_value=_day,
    ),
}
