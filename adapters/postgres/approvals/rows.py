"""Rows to entities and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import currency_of
from adapters.postgres.hydration import hydrator
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import ApprovalPolicy
from domain.approvals.approval_request import ApprovalRequest, ApprovalStatus
from domain.approvals.party import Party
from domain.identity.actor import ROLES, ActorKind
from domain.kernel.money import Money

if TYPE_CHECKING:
    from asyncpg import Record

    from domain.kernel.money import Currency

_ROLES = {None: None, **ROLES}


def _requester(row: Record) -> Party:
    return Party(kind=ActorKind(row["requested_by_kind"]), id=row["requested_by_id"], name=row["requested_by_name"])


def _decider(row: Record) -> Party | None:
    kind = row["decided_by_kind"]
    return Party(kind=ActorKind(kind), id=row["decided_by_id"], name=row["decided_by_name"]) if kind else None


def _no_events(_: Record) -> tuple[()]:
    # What has been saved is no news.
    return ()


def _amount(row: Record, column: str) -> Money | None:
    minor = row[column]
    return None if minor is None else Money(minor, currency_of(row["currency"]))


request_of = hydrator(
    ApprovalRequest,
    {
        "action": ApprovalAction,
        "status": ApprovalStatus,
        "amount": lambda row: _amount(row, "amount_minor"),
        "role": _ROLES,
        "requested_by": _requester,
        "decided_by": _decider,
        "events": _no_events,
    },
)
"""A request from its row."""


def request_values(request: ApprovalRequest) -> dict[str, Any]:
    """The columns of a request."""
    decider, amount = request.decided_by, request.amount
    return {
        "merchant_id": request.merchant_id,
        "id": request.id,
        "action": request.action.value,
        "status": request.status.value,
        "amount_minor": amount and amount.minor,
        "currency": amount and amount.currency.code,
        "currency_exponent": amount and amount.currency.exponent,
        "subject_type": request.subject_type,
        "subject_id": request.subject_id,
        "operation_id": request.operation_id,
        "command": dict(request.command),
        "role": request.role and request.role.value,
        "requested_by_kind": request.requested_by.kind.value,
        "requested_by_id": request.requested_by.id,
        "requested_by_name": request.requested_by.name,
        "decided_by_kind": decider and decider.kind.value,
        "decided_by_id": decider and decider.id,
        "decided_by_name": decider and decider.name,
        "reason": request.reason,
        "failure": request.failure,
        "requested_at": request.requested_at,
        "expires_at": request.expires_at,
        "decided_at": request.decided_at,
        "finished_at": request.finished_at,
        "tries": request.tries,
        "next_try_at": request.next_try_at,
        "version": request.version,
    }


# Which roles may decide was asked when the policy was set. That may change, and what is kept must still be read.
policy_of = hydrator(
    ApprovalPolicy,
    {
        "action": ApprovalAction,
        "threshold": lambda row: _amount(row, "threshold_minor"),
        "role": _ROLES,
    },
    checked=False,
)
"""A policy from its row."""


def currency_code(currency: Currency | None) -> str:
    """What a policy is kept under: the key has no room for nothing, and ISO 4217 has a code for just that."""
    return "XXX" if currency is None else currency.code


def policy_values(policy: ApprovalPolicy) -> dict[str, Any]:
    """The columns of a policy."""
    return {
        "merchant_id": policy.merchant_id,
        "action": policy.action.value,
        "currency": currency_code(policy.threshold and policy.threshold.currency),
        "threshold_minor": policy.threshold and policy.threshold.minor,
        "role": policy.role and policy.role.value,
    }
