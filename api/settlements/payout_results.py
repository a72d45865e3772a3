"""What the mutations of payouts answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.approvals.types import ApprovalRequired
from api.describing import attribute
from api.errors import (
    AmountExceedsLimit,
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from api.payments.results import REPLAYED
from api.settlements.payouts import Payout

_PAYOUT = "The payout, as it is now."


@strawberry.type(description="The payout exists: it is approved by policy, or waits for another person.")
class CreatePayoutPayload:
    """Of `createPayout`."""

    payout: Payout = attribute(_PAYOUT)
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="The payout is approved, and its money on its way.")
class ApprovePayoutPayload:
    """Of `approvePayout`."""

    payout: Payout = attribute(_PAYOUT)


@strawberry.type(description="The payout is rejected for good.")
class RejectPayoutPayload:
    """Of `rejectPayout`."""

    payout: Payout = attribute(_PAYOUT)


@strawberry.type(description="The payout is canceled for good.")
class CancelPayoutPayload:
    """Of `cancelPayout`."""

    payout: Payout = attribute(_PAYOUT)


@strawberry.type(description="The payout is held.")
class HoldPayoutPayload:
    """Of `holdPayout`."""

    payout: Payout = attribute(_PAYOUT)


@strawberry.type(description="The payout can be approved again.")
class ReleasePayoutPayload:
    """Of `releasePayout`."""

    payout: Payout = attribute(_PAYOUT)


CreatePayoutResult: TypeAlias = Annotated[
    CreatePayoutPayload
    | InvalidInput
    | NotFound
    | PermissionDenied
    | InvalidState
    | AmountExceedsLimit
    | IdempotencyConflict
    | IdempotencyInProgress,
    strawberry.union("CreatePayoutResult", description="What `createPayout` answers with."),
]
ApprovePayoutResult: TypeAlias = Annotated[
    ApprovePayoutPayload | InvalidInput | NotFound | PermissionDenied | InvalidState | AmountExceedsLimit,
    strawberry.union("ApprovePayoutResult", description="What `approvePayout` answers with."),
]
RejectPayoutResult: TypeAlias = Annotated[
    RejectPayoutPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("RejectPayoutResult", description="What `rejectPayout` answers with."),
]
CancelPayoutResult: TypeAlias = Annotated[
    CancelPayoutPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("CancelPayoutResult", description="What `cancelPayout` answers with."),
]
HoldPayoutResult: TypeAlias = Annotated[
    HoldPayoutPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("HoldPayoutResult", description="What `holdPayout` answers with."),
]
ReleasePayoutResult: TypeAlias = Annotated[
    ReleasePayoutPayload | InvalidInput | NotFound | PermissionDenied | InvalidState,
    strawberry.union("ReleasePayoutResult", description="What `releasePayout` answers with."),
]
SetPayoutPolicyResult: TypeAlias = Annotated[
    ApprovalRequired | InvalidInput | PermissionDenied,
    strawberry.union("SetPayoutPolicyResult", description="What `setPayoutPolicy` answers with."),
]
