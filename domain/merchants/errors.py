"""What can be wrong with a merchant."""

from __future__ import annotations

from domain.kernel.errors import Conflict


class MerchantSuspended(Conflict):
    """A suspended merchant takes no new payments; what it has can still be captured, voided and refunded."""

    def __init__(self) -> None:
        super().__init__("This merchant is suspended and takes no new payments; ask the payments company.")
