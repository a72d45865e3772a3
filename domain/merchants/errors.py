"""What can be wrong with a merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime


class MerchantSuspended(Conflict):
    """A suspended merchant takes no new payments; what it has can still be captured, voided and refunded."""

    def __init__(self) -> None:
        super().__init__("This merchant is suspended and takes no new payments; ask the payments company.")


class FeePlanOutdated(Conflict):
    """What was approved is no change of the plan that there is now."""

    def __init__(self) -> None:
        super().__init__("The fee plan was changed since this was asked for; look at it and ask anew.")


class FeePlanTooLate(Conflict):
    """No plan holds for the past, where money has moved by another one."""

    def __init__(self, effective_from: datetime) -> None:
        super().__init__(
            f"The plan was to hold from {effective_from.isoformat()}, which was over when it was approved; ask anew."
        )


class FeePlanNotApproved(Conflict):
    """Nobody changes a plan alone."""

    def __init__(self, status: str) -> None:
        super().__init__(f"Only an approved change of a fee plan can be carried out; this request is {status}.")
