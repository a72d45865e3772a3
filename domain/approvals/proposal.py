"""What somebody wants done, before anybody has looked at whether it needs approval."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Money


SUBJECTS = ("payment", "dispute", "fraud_rule", "merchant", "bank_account", "adjustment", "payout_policy")
"""What a request can be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`subject_type` is one of `SUBJECTS`; `command` is what else has to be known to do it.

    `amount` is None for what has none. `merchant_id` is `PLATFORM` for what concerns all merchants.

    `operation_id` is the operation that will do it, claimed by the requester's idempotency key already: so it is done
    once at most, and the same key finds it.
    """

    merchant_id: UUID
    action: ApprovalAction
    amount: Money | None = None
    subject_type: str
    subject_id: UUID
    operation_id: UUID
    command: Mapping[str, JsonValue] = field(default_factory=dict)
