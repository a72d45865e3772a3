"""The small types that a dispute is made of."""

from datetime import datetime

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.disputes.enums import DisputeAction, DisputeStage, DisputeStatus, ResponseKind
from api.money import Money, money
from api.payments.enums import OperationStatus
from domain.disputes import actions, dispute, response


@strawberry.type(description="What became of one stage of a dispute.")
class DisputeStageRecord:
    """The network's words, and the merchant's answer to them."""

    stage: DisputeStage = attribute("The stage.")
    status: DisputeStatus = attribute("Where it stands, or ended.")
    amount: Money = attribute("What it disputes.")
    amount_withdrawn: Money = attribute("All that the network took by it.")
    amount_reinstated: Money = attribute("All that the network gave back by it.")
    opened_at: datetime = attribute("When the network opened it.")
    respond_by: datetime | None = attribute("Until when it could be answered.")
    submitted_at: datetime | None = attribute("When evidence was handed in.")
    closed_at: datetime | None = attribute("When it ended.")


def stage_records(entity: dispute.Dispute) -> list[DisputeStageRecord]:
    """All stages of a dispute, in their order."""
    return [
        DisputeStageRecord(
            stage=record.stage,
            status=record.status,
            amount=money(record.amount_minor, entity.currency),
            amount_withdrawn=money(record.withdrawn_minor, entity.currency),
            amount_reinstated=money(record.reinstated_minor, entity.currency),
            opened_at=record.opened_at,
            respond_by=record.respond_by,
            submitted_at=record.submitted_at,
            closed_at=record.closed_at,
        )
        for record in entity.stages
    ]


@strawberry.type(description="Something that can be done with a dispute, or why not.")
class DisputeAvailableAction:
    """The verbs refuse by the same reasons."""

    action: DisputeAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")
    requires_approval: bool = attribute("Whether a second person has to approve it.")


def available_action(entity: actions.AvailableDisputeAction) -> DisputeAvailableAction:
    """An action as the graph shows it."""
    return DisputeAvailableAction(
        action=entity.action,
        allowed=entity.allowed,
        reason=entity.reason,
        requires_approval=entity.requires_approval,
    )


@strawberry.type(description="One answer to a stage, on its way to the gateway or there.")
class DisputeResponse:
    """Handed over once, however often it is sent."""

    entity: strawberry.Private[response.DisputeResponse]
    stage: DisputeStage = derived("The stage that it answers.", "entity.stage")
    kind: ResponseKind = derived("What is answered.", "entity.kind")
    status: OperationStatus = derived("What is known of the call to the gateway.", "entity.status")
    response_code: str | None = derived("The gateway's own word for the outcome.", "entity.response_code")
    sha256: str | None = derived("The SHA-256 of the evidence that it carries, in hexadecimal.", "entity.sha256")
    requested_by: str = derived("The name of whoever answered.", "entity.requested_by")
    requested_at: datetime = derived("When it was handed over.", "entity.requested_at")
    completed_at: datetime | None = derived("When its outcome became known.", "entity.completed_at")


def dispute_response(entity: response.DisputeResponse) -> DisputeResponse:
    """An answer as the graph shows it."""
    return DisputeResponse(entity=entity)
