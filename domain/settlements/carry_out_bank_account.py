"""Add or remove a bank account after somebody else has approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.unit import in_unit
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.bank_account_errors import BankAccountStateForbids
from domain.settlements.keeping_bank_accounts import keep_account

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountPorts, BankAccountUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutBankAccount:
    """The operation that the approved request had claimed."""

    operation_id: UUID


async def carry_out_bank_account(ports: BankAccountPorts, actor: Actor, command: CarryOutBankAccount) -> BankAccount:
    """The account afterwards: added, which begins its cooling period, or removed.

    Done once, however often called: whatever became of the account since, it is answered as it is.

    Raises `NotFound`, `Forbidden`, `ApproverIsRequester`, `Unavailable`, and `BankAccountStateForbids` for a request
    that is not approved, and for an account that is not paid to any more.
    """

    async def work(unit: BankAccountUnit) -> BankAccount:
        # Read, not taken on trust: whoever calls this changes where money goes without the permission to.
        request = await _approved(unit, command.operation_id)
        actor.require(Permission.APPROVALS_DECIDE, request.merchant_id)
        account = await unit.bank_accounts.for_update(request.subject_id)
        at = ports.clock.now()
        adding = request.command["change"] == "ADD"
        if account.approved_by is not None if adding else account.status is BankAccountStatus.REMOVED:
            return account
        changed = _added(ports, account, request, at) if adding else account.remove(_reason(request), at)
        told = {"operation_id": str(request.operation_id), "requested_by": request.requested_by.name}
        saved = await keep_account(unit, actor, "approve" if adding else "remove", changed, told)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, "bank_account.carry_out", work)


async def _approved(unit: BankAccountUnit, operation_id: UUID) -> ApprovalRequest:
    request = await unit.approvals.of_operation(operation_id)
    if request is None:
        what = "The request for approval"
        raise NotFound(what)
    if request.status is not ApprovalStatus.APPROVED:
        rule = f"Only an approved change of a bank account can be carried out; this request is {request.status}."
        raise BankAccountStateForbids(rule)
    return request


def _added(ports: BankAccountPorts, account: BankAccount, request: ApprovalRequest, at: datetime) -> BankAccount:
    approver, decided_at = request.decided_by, request.decided_at
    assert approver is not None
    assert decided_at is not None
    return account.approve(approver, decided_at, ports.cooling, at)


def _reason(request: ApprovalRequest) -> str:
    reason = request.command["reason"]
    assert isinstance(reason, str)
    return reason
