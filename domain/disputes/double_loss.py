"""What each dispute of a payment loses twice: what networks hold of it beyond what the payment had left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.events import DisputeEventType

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment


def shares(payment: Payment, disputes: Iterable[Dispute]) -> dict[UUID, int]:
    """Minor units by dispute, of all disputes of the payment; they sum to what the payment has lost twice.

    What the payment had left covers the disputes in the order in which the network opened them, and what it does not
    cover is lost twice. So a refund that fails and a capture that comes late make up for the last first, and nothing
    depends on the order in which anybody heard of any of it.
    """
    left = payment.disputed_minor
    lost: dict[UUID, int] = {}
    for dispute in sorted(disputes, key=lambda one: (one.opened_at, one.case_reference)):
        covered = min(left, dispute.withdrawn_minor)
        lost[dispute.id] = dispute.withdrawn_minor - covered
        left -= covered
    return lost


def tell_loss(dispute: Dispute, minor: int, at: datetime) -> Dispute:
    """So much of it is lost twice; the same value when it says so already."""
    if dispute.double_loss_minor == minor:
        return dispute
    data = {"change": "double_loss", "double_loss_minor": minor}
    return dispute.change(at, DisputeEventType.UPDATED, data, double_loss_minor=minor)
