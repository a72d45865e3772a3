"""What can be wrong with fraud's objects, as facts."""

from __future__ import annotations

from domain.kernel.errors import Conflict


class FraudReviewStateForbids(Conflict):
    """The review, or its payment, is not in a state that allows this; the message says why and what would."""


class FraudRuleStateForbids(Conflict):
    """The rule is not in a state that allows this; the message says why and what would."""


class BacktestStateForbids(Conflict):
    """The backtest is not in a state that allows this."""


class NothingToReview(Conflict):
    """No review waits for anybody now."""

    code = "NOTHING_TO_REVIEW"

    def __init__(self) -> None:
        super().__init__("No review is waiting; snoozed ones come back by themselves.")
