"""What can be wrong with a payment, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from domain.kernel.money import Money


class PaymentStateForbids(Conflict):
    """The payment is not in a state that allows this; the message says why and what would."""


class AmountExceeds(Conflict):
    """More was asked for than is left; `limit` is what is left."""

    code = "AMOUNT_EXCEEDS_LIMIT"

    def __init__(self, what: str, limit: Money) -> None:
        super().__init__(f"At most {limit.plain} {limit.currency.code} can be {what}.")
        self.limit = limit


class CaptureExceedsAuthorization(AmountExceeds):
    """More than what is authorized and neither captured nor about to be."""

    def __init__(self, limit: Money) -> None:
        super().__init__("captured", limit)


class RefundExceedsCaptured(AmountExceeds):
    """More than what was captured and neither refunded, disputed nor about to be refunded."""

    def __init__(self, limit: Money) -> None:
        super().__init__("refunded", limit)


class RefundRefused(Conflict):
    """The gateway did not give the money back, and will not."""

    def __init__(self, failure_code: str | None) -> None:
        super().__init__(f"The gateway refused the refund: {failure_code or 'it gave no reason'}.")


class RefundUndecided(Unavailable):
    """The gateway has not said yet whether it gives the money back."""

    def __init__(self) -> None:
        super().__init__("The gateway has not decided the refund yet; its outcome is being asked for.")
