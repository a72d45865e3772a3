"""How the bank treats a credit transfer: well, unless the creditor's account or the amount asks for something else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Conduct(StrEnum):
    """What becomes of a transfer."""

    PAY = "pay"
    """Booked once, in full."""
    RETURN = "return"
    """Booked; the creditor's bank sends it back, which a later statement tells."""
    REVERSE = "reverse"
    """Booked and taken back in the same statement."""
    FALL_SHORT = "fall_short"
    """Booked with another amount: one hundred minor units less, or one when there are not so many."""
    BOOK_TWICE = "book_twice"
    """Booked twice, by mistake."""
    LOSE = "lose"
    """Never booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Three digits at the end of the creditor's account, or of the amount in minor units, and what they ask for.

    `reason` is one of ISO 20022's ExternalReturnReason1Code, for what goes back.
    """

    digits: str
    conduct: Conduct
    description: str
    reason: str | None = None


PAID = Ending(digits="", conduct=Conduct.PAY, description="Paid.")
ENDINGS = (
    Ending(
        digits="904",
        conduct=Conduct.RETURN,
        reason="AC04",
        description="Paid, and returned by a later statement: the account is closed.",
    ),
    Ending(
        digits="906",
        conduct=Conduct.RETURN,
        reason="AC06",
        description="Paid, and returned by a later statement: the account is blocked.",
    ),
    Ending(
        digits="901",
        conduct=Conduct.REVERSE,
        reason="AC01",
        description="Booked and reversed in one statement: there is no such account.",
    ),
    Ending(
        digits="905",
        conduct=Conduct.FALL_SHORT,
        description="Paid with another amount: a hundred minor units less.",
    ),
    Ending(digits="902", conduct=Conduct.BOOK_TWICE, description="Booked twice."),
    Ending(digits="903", conduct=Conduct.LOSE, description="Never booked."),
)
_BY_DIGITS = {ending.digits: ending for ending in ENDINGS}
_DIGITS = 3


def ending_of(account: str, amount_minor: int) -> Ending:
    """What a transfer ends in: the account decides before the amount does."""
    amount = str(amount_minor).zfill(_DIGITS)
    return _BY_DIGITS.get(account[-_DIGITS:]) or _BY_DIGITS.get(amount[-_DIGITS:]) or PAID


def short_amount(amount_minor: int) -> int:
    """What is booked of an amount that falls short."""
    less = 100
    return amount_minor - less if amount_minor > less else max(amount_minor - 1, 1)
