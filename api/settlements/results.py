"""What the mutations of settlements answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.approvals.types import ApprovalRequired
from api.describing import attribute
from api.errors import (
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from api.settlements.accounts import SettlementAccount
from api.settlements.reserves import SettlementAdjustment
from api.settlements.types import Settlement

_ACCOUNT = "The account, as it is now."
_REPLAYED = "Whether the same key had asked for it before."
_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
_KeyRefusal: TypeAlias = _Refusal | IdempotencyConflict | IdempotencyInProgress


@strawberry.type(description="The settlement is closed.")
class CloseSettlementPayload:
    """Of `closeSettlement`."""

    settlement: Settlement = attribute("The settlement, as it is now.")
    replayed: bool = attribute(_REPLAYED)


@strawberry.type(description="The adjustment was asked for before, and has been approved and made since.")
class AdjustSettlementPayload:
    """Of `adjustSettlement`, whose first answer is always `ApprovalRequired`."""

    adjustment: SettlementAdjustment = attribute("The adjustment.")
    replayed: bool = attribute(_REPLAYED)


@strawberry.type(description="The schedule holds.")
class SetSettlementSchedulePayload:
    """Of `setSettlementSchedule`."""

    account: SettlementAccount = attribute(_ACCOUNT)


@strawberry.type(description="The account is on hold.")
class HoldSettlementsPayload:
    """Of `holdSettlements`."""

    account: SettlementAccount = attribute(_ACCOUNT)


@strawberry.type(description="The account is on hold no more.")
class ReleaseSettlementsPayload:
    """Of `releaseSettlements`."""

    account: SettlementAccount = attribute(_ACCOUNT)


CloseSettlementResult = Annotated[
    CloseSettlementPayload | _KeyRefusal | InvalidState,
    strawberry.union("CloseSettlementResult", description="What `closeSettlement` answers with."),
]
AdjustSettlementResult = Annotated[
    AdjustSettlementPayload | ApprovalRequired | _KeyRefusal,
    strawberry.union("AdjustSettlementResult", description="What `adjustSettlement` answers with."),
]
SetSettlementScheduleResult = Annotated[
    SetSettlementSchedulePayload | _Refusal,
    strawberry.union("SetSettlementScheduleResult", description="What `setSettlementSchedule` answers with."),
]
HoldSettlementsResult = Annotated[
    HoldSettlementsPayload | _Refusal | InvalidState,
    strawberry.union("HoldSettlementsResult", description="What `holdSettlements` answers with."),
]
ReleaseSettlementsResult = Annotated[
    ReleaseSettlementsPayload | _Refusal | InvalidState,
    strawberry.union("ReleaseSettlementsResult", description="What `releaseSettlements` answers with."),
]
