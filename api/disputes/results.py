"""What the mutations of disputes answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.approvals.types import ApprovalRequired
from api.describing import attribute
from api.disputes.notes import DisputeNote
from api.disputes.policies import DisputePolicy
from api.disputes.types import Dispute
from api.disputes.warnings import EarlyFraudWarning
from api.errors import (
    AmountExceedsLimit,
    FileRefused,
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from api.payments.children import Refund
from api.payments.results import REPLAYED


@strawberry.type(description="The acceptance was handed to the gateway.")
class AcceptDisputePayload:
    """Of `acceptDispute`."""

    dispute: Dispute = attribute("The dispute, after the gateway's first answer.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="The texts are staged.")
class StageDisputeEvidencePayload:
    """Of `stageDisputeEvidence`."""

    dispute: Dispute = attribute("The dispute with its evidence.")


@strawberry.type(description="The evidence was handed to the gateway.")
class SubmitDisputeEvidencePayload:
    """Of `submitDisputeEvidence`."""

    dispute: Dispute = attribute("The dispute, after the gateway's first answer.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="Somebody works on the dispute, or nobody.")
class AssignDisputePayload:
    """Of `assignDispute`."""

    dispute: Dispute = attribute("The dispute with its assignee.")


@strawberry.type(description="The note was added.")
class AddDisputeNotePayload:
    """Of `addDisputeNote`."""

    note: DisputeNote = attribute("The note.")


@strawberry.type(description="From now on this holds.")
class SetDisputePolicyPayload:
    """Of `setDisputePolicy`."""

    policies: list[DisputePolicy] = attribute("All policies of the merchant, by currency.")


@strawberry.type(description="The payment is being refunded because of the warning.")
class PreventDisputePayload:
    """Of `preventDispute`."""

    early_fraud_warning: EarlyFraudWarning = attribute("The warning, with what became of it.")
    refund: Refund = attribute("The refund, after the gateway's first answer.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="The notice was taken down and applied.")
class RecordDisputeNoticePayload:
    """Of `recordDisputeNotice`."""

    dispute: Dispute = attribute("The dispute after it.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
_KeyRefusal: TypeAlias = _Refusal | InvalidState | IdempotencyConflict | IdempotencyInProgress
AcceptDisputeResult = Annotated[
    AcceptDisputePayload | ApprovalRequired | _KeyRefusal,
    strawberry.union("AcceptDisputeResult", description="What `acceptDispute` answers with."),
]
StageDisputeEvidenceResult = Annotated[
    StageDisputeEvidencePayload | _Refusal | InvalidState,
    strawberry.union("StageDisputeEvidenceResult", description="What `stageDisputeEvidence` answers with."),
]
SubmitDisputeEvidenceResult = Annotated[
    SubmitDisputeEvidencePayload | _KeyRefusal | FileRefused,
    strawberry.union("SubmitDisputeEvidenceResult", description="What `submitDisputeEvidence` answers with."),
]
AssignDisputeResult = Annotated[
    AssignDisputePayload | _Refusal,
    strawberry.union("AssignDisputeResult", description="What `assignDispute` answers with."),
]
AddDisputeNoteResult = Annotated[
    AddDisputeNotePayload | _Refusal,
    strawberry.union("AddDisputeNoteResult", description="What `addDisputeNote` answers with."),
]
SetDisputePolicyResult = Annotated[
    SetDisputePolicyPayload | _Refusal,
    strawberry.union("SetDisputePolicyResult", description="What `setDisputePolicy` answers with."),
]
PreventDisputeResult = Annotated[
    PreventDisputePayload | ApprovalRequired | _KeyRefusal | AmountExceedsLimit,
    strawberry.union("PreventDisputeResult", description="What `preventDispute` answers with."),
]
RecordDisputeNoticeResult = Annotated[
    RecordDisputeNoticePayload | _Refusal | InvalidState | IdempotencyConflict,
    strawberry.union("RecordDisputeNoticeResult", description="What `recordDisputeNotice` answers with."),
]
