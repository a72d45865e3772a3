"""Up to which amount a payout needs no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from domain.approvals.party import Party
    from domain.kernel.money import Currency, Money

WINDOW = timedelta(hours=24)
"""What policies have approved for an account within this time counts together, so that splitting gains nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPolicy:
    """The platform's, one for each currency. `operation_id` is that of the request by which two people wanted it.

    Raises `Invalid` for less than zero. Zero has a person approve every payout, as if there were no policy.
    """

    automatic_up_to: Money
    operation_id: UUID
    requested_by: Party
    approved_by: Party
    updated_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        if self.automatic_up_to.minor < 0:
            raise Invalid(("automaticUpTo",), "A limit is not less than zero; zero has a person approve every payout.")

    def covers(self, sum_minor: int) -> bool:
        """Whether so much in a day needs no person."""
        return 0 < sum_minor <= self.automatic_up_to.minor


def policy_id(currency: Currency) -> UUID:
    """What requests for approval know a currency's policy by: the numbers of its letters."""
    return UUID(int=int.from_bytes(currency.code.encode("ascii")))
