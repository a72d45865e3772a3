"""Payouts in any status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.identity.permission import StaffRole
from domain.kernel.ids import new_uuid
from domain.settlements.payout import Payout, PayoutStatus, new_payout
from domain.settlements.payout_policy import PayoutPolicy
from tests.builders.approvals import a_party
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity.actor import Actor
    from domain.kernel.money import Money

S = PayoutStatus
REQUESTER = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
APPROVER = a_staff_actor(StaffRole.APPROVER)
LIMIT = 500_00
# What has to be done to a payout that waits for approval, so that it is in a status.
_WAYS: dict[PayoutStatus, tuple[str, ...]] = {
    S.AWAITING_APPROVAL: (),
    S.HELD: ("hold",),
    S.APPROVED: ("approve",),
    S.IN_TRANSIT: ("approve", "send"),
    S.PAID: ("approve", "send", "confirm"),
    S.REJECTED: ("reject",),
    S.CANCELED: ("cancel",),
    S.FAILED: ("approve", "fail"),
    S.RETURNED: ("approve", "send", "confirm", "return"),
}


def a_new_payout(amount: Money | None = None, actor: Actor = REQUESTER, **values: Any) -> Payout:
    """A hundred euros that wait for approval; not saved yet."""
    given: dict[str, Any] = {
        "merchant_id": new_uuid(MORNING),
        "payout_id": new_uuid(MORNING),
        "bank_account_id": new_uuid(MORNING),
        "reason": None,
        "at": MORNING,
    }
    return new_payout(amount=amount or eur(100), actor=actor, **{**given, **values})


def a_payout(status: PayoutStatus = S.AWAITING_APPROVAL, amount: Money | None = None, **values: Any) -> Payout:
    """A payout with all of its events, as it would be in a status."""
    payout = a_new_payout(amount, **values)
    for step in _WAYS[status]:
        payout = taken(payout, step)
    return payout


def taken(payout: Payout, step: str) -> Payout:
    """One step further, a minute after the last."""
    at = after(60 * payout.version)
    file_id = payout.payment_file_id or new_uuid(at)
    steps = {
        "hold": lambda: payout.hold(REQUESTER, "The merchant asked us to wait", at),
        "release": lambda: payout.release(REQUESTER, at),
        "approve": lambda: payout.approve(APPROVER, at),
        "approve_by_policy": lambda: payout.approve_by_policy(LIMIT, payout.amount.minor, at),
        "reject": lambda: payout.reject(APPROVER, "The amount is wrong", at),
        "cancel": lambda: payout.cancel(REQUESTER, "It was meant for next week", at),
        "send": lambda: payout.put_in_file(file_id, at.date(), at).send(file_id, at),
        "confirm": lambda: payout.confirm(new_uuid(at), at),
        "fail": lambda: payout.fail("AC04", "Closed account", at),
        "return": lambda: payout.return_("AC01", "Incorrect account number", new_uuid(at), at),
    }
    return steps[step]()


def a_policy(limit: Money | None = None, **values: Any) -> PayoutPolicy:
    """Up to 500 euros need no person."""
    given: dict[str, Any] = {
        "operation_id": new_uuid(MORNING),
        "requested_by": a_party(),
        "approved_by": a_party("Grace Hopper"),
        "updated_at": MORNING,
    }
    return PayoutPolicy(automatic_up_to=limit or eur(500), **{**given, **values})


def told(payout: Payout) -> Sequence[str]:
    """The names of its events that are not saved yet."""
    return [event.type.value for event in payout.events]
