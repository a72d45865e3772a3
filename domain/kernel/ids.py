"""TypeIDs: a prefix that names the type, and a UUIDv7 in Crockford base32 (TypeID specification 0.3)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.kernel.errors import Invalid

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {c: i for i, c in enumerate(_ALPHABET)}
# Ten bits at a time. A table of fifteen would need fewer look-ups, but two megabytes: lists then wait for memory.
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_SUFFIX_LENGTH = 26
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Prefix(StrEnum):
    """Every type that has an id of its own."""

    MERCHANT = "mer"
    USER = "usr"
    CLIENT = "cli"
    CUSTOMER = "cus"
    PAYMENT = "pay"
    OPERATION = "op"
    CAPTURE = "cap"
    REFUND = "rfd"
    DISPUTE = "dsp"
    EVIDENCE = "evd"
    NOTE = "dno"
    WARNING = "efw"
    REVIEW = "rev"
    REVIEW_NOTE = "rno"
    RULE = "rul"
    BACKTEST = "bkt"
    LIST_ENTRY = "lse"
    SETTLEMENT = "stl"
    ADJUSTMENT = "adj"
    RESERVE = "rsv"
    BANK_ACCOUNT = "bac"
    PAYOUT = "pyo"
    PAYMENT_FILE = "pyf"
    STATEMENT_IMPORT = "imp"
    STATEMENT = "stm"
    BANK_ENTRY = "ben"
    REMITTANCE = "rem"
    RECONCILIATION = "rec"
    APPROVAL = "apr"
    ENTRY = "led"
    EVENT = "evt"
    AUDIT = "aud"
    MEMBERSHIP = "mbr"
    INVITATION = "inv"
    SESSION = "ses"


PLATFORM = UUID(int=0)
"""Whose things are no merchant's but the payments company's own: in the place of a merchant's id."""
_PREFIXES = {prefix.value: prefix for prefix in Prefix}


def new_uuid(now: datetime, counter: int | None = None) -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7) of the given moment.

    A counter sorts ids of one millisecond: its low twelve bits take the place of random ones (section 6.2, method 1).
    """
    sub_millisecond = secrets.randbits(12) if counter is None else counter & 0xFFF
    value = _milliseconds(now) << 80 | 0x7 << 76 | sub_millisecond << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def first_uuid(moment: datetime) -> UUID:
    """The smallest UUIDv7 of a moment: the bound of a range of ids by time."""
    return UUID(int=_milliseconds(moment) << 80 | 0x7 << 76 | 0b10 << 62)


def moment_of(value: UUID) -> datetime:
    """The millisecond that a UUIDv7 was made."""
    return _EPOCH + (value.int >> 80) * _MILLISECOND


def _milliseconds(moment: datetime) -> int:
    # Not by way of timestamp(): a float times 1000 falls short of the millisecond now and then.
    return (moment - _EPOCH) // _MILLISECOND & (2**48 - 1)


def format_id(prefix: str, value: UUID) -> str:
    """The TypeID of a value: `pay_01h455vb4pex5vsknk084sn02q`."""
    number = value.int
    # Three parts that are small numbers to Python: shifting those is cheaper, and lists format thousands of ids.
    a, b, c = number >> 100, number >> 50 & 0x3FFFFFFFFFFFF, number & 0x3FFFFFFFFFFFF
    two = _PAIRS
    return (
        f"{prefix}_{two[a >> 20]}{two[a >> 10 & 1023]}{two[a & 1023]}"
        f"{two[b >> 40]}{two[b >> 30 & 1023]}{two[b >> 20 & 1023]}{two[b >> 10 & 1023]}{two[b & 1023]}"
        f"{two[c >> 40]}{two[c >> 30 & 1023]}{two[c >> 20 & 1023]}{two[c >> 10 & 1023]}{two[c & 1023]}"
    )


def split_id(text: str, path: tuple[str, ...] = ("id",)) -> tuple[Prefix, UUID]:
    """The prefix and value of any TypeID; raise `Invalid` for what is none."""
    prefix, _, suffix = text.rpartition("_")
    # The length first: folding a text of megabytes into one number would take minutes. The first character holds
    # three bits only, since 26 of five make 130.
    if len(suffix) != _SUFFIX_LENGTH or prefix not in _PREFIXES or suffix[0] > "7" or not _VALUE.keys() >= {*suffix}:
        raise Invalid(path, "This is not an id; ids look like pay_01h455vb4pex5vsknk084sn02q.")
    number = 0
    for character in suffix:
        number = number << 5 | _VALUE[character]
    return _PREFIXES[prefix], UUID(int=number)


def parse_id(prefix: Prefix, text: str, path: tuple[str, ...] = ("id",)) -> UUID:
    """The value of a TypeID of one type; raise `Invalid` for another type's and for what is none."""
    found, value = split_id(text, path)
    if found is not prefix:
        raise Invalid(path, f"This is the id of another type ({found}); give one that begins with {prefix}_.")
    return value
