"""What every verb on an existing request does: lock it, let it change, save it with its line in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.approvals.ports import ApprovalPorts, ApprovalsUnit
    from domain.identity.actor import Actor


async def change_request(
    ports: ApprovalPorts,
    actor: Actor,
    request_id: UUID,
    name: str,
    change: Callable[[ApprovalRequest, datetime], ApprovalRequest],
) -> ApprovalRequest:
    """The request after the change; one that the change gives back as it was is not written.

    Raises `NotFound`, `Unavailable`, and what `change` raises.
    """

    async def work(unit: ApprovalsUnit) -> ApprovalRequest:
        request = await unit.approvals.for_update(request_id)
        changed = change(request, ports.clock.now())
        if not changed.events:
            return request
        saved = await unit.approvals.save(changed)
        data = {"action": saved.action.value, "status": saved.status.value, "reason": saved.reason}
        await unit.audit.record(actor, f"approvals.{name}", "approval_request", saved.id, saved.concerns, data)
        await unit.commit()
        return saved

    return await in_unit(ports.units, actor, f"approval.{name}", work)
