"""What goes wrong on the way to a bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.kernel.errors import Conflict, DomainError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


class PaymentFileStateForbids(Conflict):
    """The file is not in a state in which this can be done."""


class NotDelivered(Unavailable):
    """The file surely did not reach the bank."""


class DeliveryInDoubt(Unavailable):
    """Nobody knows whether the file reached the bank."""


class UnfitOrder(NamedTuple):
    """An order that no file can hold, with a code of ISO 20022's ExternalReturnReason1Code and words for people."""

    payout_id: UUID
    code: str
    reason: str


class UnfitOrders(DomainError):
    """These orders cannot be in a file; the others can."""

    def __init__(self, orders: Sequence[UnfitOrder]) -> None:
        super().__init__(f"{len(orders)} orders cannot be in a payment file")
        self.orders = tuple(orders)
