"""The mutations of settlements: read the input, run the verb, show the result."""

import strawberry

from api.approvals.types import approval_required
from api.context import Context
from api.fields import mutation
from api.money import amount_of
from api.settlements.accounts import settlement_account
from api.settlements.inputs import (
    AdjustSettlementInput,
    CloseSettlementInput,
    HoldSettlementsInput,
    ReleaseSettlementsInput,
    SetSettlementScheduleInput,
    wanted_schedule,
)
from api.settlements.reserves import settlement_adjustment
from api.settlements.results import (
    AdjustSettlementPayload,
    AdjustSettlementResult,
    CloseSettlementPayload,
    CloseSettlementResult,
    HoldSettlementsPayload,
    HoldSettlementsResult,
    ReleaseSettlementsPayload,
    ReleaseSettlementsResult,
    SetSettlementSchedulePayload,
    SetSettlementScheduleResult,
)
from api.settlements.types import settlement
from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.settlements.adjust_settlement import AdjustSettlement, adjust_settlement
from domain.settlements.close_settlement import CloseSettlement, close_settlement
from domain.settlements.hold_settlements import HoldSettlements, hold_settlements
from domain.settlements.release_settlements import ReleaseSettlements, release_settlements
from domain.settlements.set_schedule import SetSchedule, set_schedule

WRITE = Permission.SETTLEMENTS_WRITE


@mutation(
    WRITE,
    "Close a settlement now. Before its cut-off, this moment takes the cut-off's place. Staff only.",
)
async def close(context: Context, input: CloseSettlementInput) -> CloseSettlementResult:  # noqa: A002 - GraphQL's word
    """Run `close_settlement`."""
    command = CloseSettlement(
        idempotency_key=input.idempotency_key,
        settlement_id=parse_id(Prefix.SETTLEMENT, input.settlement_id, ("settlementId",)),
    )
    closed = await close_settlement(context.settlements, context.actor, command)
    return CloseSettlementPayload(settlement=settlement(closed.settlement), replayed=closed.replayed)


@mutation(
    WRITE,
    "Ask for something to be given to a merchant, or taken from it, with its next settlement. A second person has to"
    " approve it. Staff only.",
)
async def adjust(context: Context, input: AdjustSettlementInput) -> AdjustSettlementResult:  # noqa: A002
    """Run `adjust_settlement`."""
    command = AdjustSettlement(
        idempotency_key=input.idempotency_key,
        merchant_id=parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        amount=amount_of(input.amount, context.currency_of, "amount"),
        reason=input.reason,
    )
    request = await adjust_settlement(context.settlements, context.actor, command)
    if request.status is not ApprovalStatus.SUCCEEDED:
        return approval_required(request)
    scope = context.actor.scope(WRITE)
    found = await context.reads.settlements.adjustments_by_id(scope, [request.subject_id])
    return AdjustSettlementPayload(adjustment=settlement_adjustment(found[request.subject_id]), replayed=True)


@mutation(
    WRITE,
    "Say when a merchant is settled and paid in a currency. What is past its cut-off stays as it is. Staff only.",
)
async def schedule(context: Context, input: SetSettlementScheduleInput) -> SetSettlementScheduleResult:  # noqa: A002
    """Run `set_schedule`."""
    command = SetSchedule(
        merchant_id=parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        currency=context.currency_of(input.currency),
        schedule=wanted_schedule(input, context),
    )
    account = await set_schedule(context.settlements, context.actor, command)
    return SetSettlementSchedulePayload(account=settlement_account(account))


@mutation(
    WRITE,
    "Keep the clock from closing a merchant's settlements in a currency, and from paying them. Staff only.",
)
async def hold(context: Context, input: HoldSettlementsInput) -> HoldSettlementsResult:  # noqa: A002
    """Run `hold_settlements`."""
    command = HoldSettlements(
        merchant_id=parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        currency=context.currency_of(input.currency),
        reason=input.reason,
    )
    account = await hold_settlements(context.settlements, context.actor, command)
    return HoldSettlementsPayload(account=settlement_account(account))


@mutation(WRITE, "Let the clock close a merchant's settlements in a currency again, and pay them. Staff only.")
async def release(context: Context, input: ReleaseSettlementsInput) -> ReleaseSettlementsResult:  # noqa: A002
    """Run `release_settlements`."""
    command = ReleaseSettlements(
        merchant_id=parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        currency=context.currency_of(input.currency),
        reason=input.reason,
    )
    account = await release_settlements(context.settlements, context.actor, command)
    return ReleaseSettlementsPayload(account=settlement_account(account))


@strawberry.type
class SettlementMutations:
    """The fields that settlements add to Mutation."""

    close_settlement = close
    adjust_settlement = adjust
    set_settlement_schedule = schedule
    hold_settlements = hold
    release_settlements = release
