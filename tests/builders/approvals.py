"""Policies, proposals, and requests in any status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import ApprovalPolicy
from domain.approvals.approval_request import LIFETIME, ApprovalRequest, ApprovalStatus
from domain.approvals.party import Party
from domain.approvals.proposal import Proposal
from domain.identity.actor import ActorKind
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.moments import MORNING, after
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.kernel.money import Money

_S = ApprovalStatus


def a_policy(*thresholds: Money, **values: Any) -> ApprovalPolicy:
    """Refunds of 50 euros and more, approved by anybody who may."""
    defaults: dict[str, Any] = {
        "merchant_id": new_uuid(MORNING),
        "action": ApprovalAction.REFUND_PAYMENT,
        "threshold": thresholds[0] if thresholds else eur(50),
    }
    return ApprovalPolicy(**{**defaults, **values})


def a_proposal(amount: Money | None = None, **values: Any) -> Proposal:
    """To refund 60 euros of a payment."""
    defaults: dict[str, Any] = {
        "merchant_id": new_uuid(MORNING),
        "action": ApprovalAction.REFUND_PAYMENT,
        "amount": amount or eur(60),
        "subject_type": "payment",
        "subject_id": new_uuid(MORNING),
        "operation_id": new_uuid(MORNING),
        "command": {"reason": "DUPLICATE"},
    }
    return Proposal(**{**defaults, **values})


def a_party(name: str = "Ada Lovelace", kind: ActorKind = ActorKind.USER) -> Party:
    """Somebody, a person unless told otherwise."""
    return Party(kind=kind, id=new_uuid(MORNING), name=name)


def an_approval_request(status: ApprovalStatus = _S.REQUIRES_REVIEW, **values: Any) -> ApprovalRequest:
    """A saved request of Ada to refund 60 euros, as it would be in a status: approved by Grace, canceled by herself."""
    requester = values.pop("requested_by", None) or a_party()
    decided = status not in {_S.REQUIRES_REVIEW, _S.EXPIRED}
    decider = requester if status is _S.CANCELED else a_party("Grace Hopper")
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "action": ApprovalAction.REFUND_PAYMENT,
        "status": status,
        "amount": eur(60),
        "subject_type": "payment",
        "subject_id": new_uuid(MORNING),
        "operation_id": new_uuid(MORNING),
        "command": {"reason": "DUPLICATE"},
        "requested_by": requester,
        "decided_by": decider if decided else None,
        "reason": "not like this" if status is _S.REJECTED else None,
        "failure": "it cannot be done" if status is _S.FAILED else None,
        "requested_at": MORNING,
        "expires_at": MORNING + LIFETIME,
        "decided_at": after(60) if decided else None,
        "finished_at": None if status in {_S.REQUIRES_REVIEW, _S.APPROVED} else after(61),
        "next_try_at": after(120) if status is _S.APPROVED else None,
        "version": 1,
    }
    return ApprovalRequest(**{**defaults, **values})


def a_publication(status: ApprovalStatus = _S.REQUIRES_REVIEW, **values: Any) -> ApprovalRequest:
    """A request of Ada to publish the first version of a rule of the platform."""
    defaults: dict[str, Any] = {
        "merchant_id": PLATFORM,
        "action": ApprovalAction.PUBLISH_FRAUD_RULE,
        "amount": None,
        "subject_type": "fraud_rule",
        "command": {"version": 1, "releases": 0, "reason": "It was tried long enough"},
    }
    return an_approval_request(status, **{**defaults, **values})
