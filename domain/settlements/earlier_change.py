"""What adding or removing a bank account came to, where it did not come to a request for approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountUnit

_WAITING = frozenset({ApprovalStatus.REQUIRES_REVIEW, ApprovalStatus.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountResult:
    """`replayed` says that the same key had asked for it before."""

    account: BankAccount
    replayed: bool


async def earlier_result(
    unit: BankAccountUnit, account_id: UUID, operation_id: UUID
) -> BankAccountResult | ApprovalRequest:
    """What a key answers with that was used before: its request while that waits, the account as it is afterwards."""
    request = await unit.approvals.of_operation(operation_id)
    if request is not None and request.status in _WAITING:
        return request
    return BankAccountResult(account=await unit.bank_accounts.get(account_id), replayed=True)
