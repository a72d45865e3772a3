"""The mutations of payouts: read the input, run the verb, show the result."""

from uuid import UUID

import strawberry

from api.approvals.types import approval_required
from api.context import Context
from api.fields import mutation
from api.money import amount_of
from api.settlements.payout_inputs import (
    ApprovePayoutInput,
    CancelPayoutInput,
    CreatePayoutInput,
    HoldPayoutInput,
    RejectPayoutInput,
    ReleasePayoutInput,
    SetPayoutPolicyInput,
)
from api.settlements.payout_results import (
    ApprovePayoutPayload,
    ApprovePayoutResult,
    CancelPayoutPayload,
    CancelPayoutResult,
    CreatePayoutPayload,
    CreatePayoutResult,
    HoldPayoutPayload,
    HoldPayoutResult,
    RejectPayoutPayload,
    RejectPayoutResult,
    ReleasePayoutPayload,
    ReleasePayoutResult,
    SetPayoutPolicyResult,
)
from api.settlements.payouts import payout
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.settlements.approve_payout import ApprovePayout, approve_payout
from domain.settlements.cancel_payout import CancelPayout, cancel_payout
from domain.settlements.create_payout import CreatePayout, create_payout
from domain.settlements.hold_payout import HoldPayout, hold_payout
from domain.settlements.reject_payout import RejectPayout, reject_payout
from domain.settlements.release_payout import ReleasePayout, release_payout
from domain.settlements.set_payout_policy import SetPayoutPolicy, set_payout_policy


@mutation(
    Permission.PAYOUTS_WRITE,
    "Pay out what is available to a merchant. Another person has to approve it, unless a policy wants no person for"
    " so little.",
)
async def create(context: Context, input: CreatePayoutInput) -> CreatePayoutResult:  # noqa: A002 - GraphQL's word
    """Run `create_payout`."""
    command = CreatePayout(
        idempotency_key=input.idempotency_key,
        merchant_id=parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        currency=context.currency_of(input.currency),
        amount=None if input.amount is None else amount_of(input.amount, context.currency_of, "amount"),
        reason=input.reason,
    )
    result = await create_payout(context.payouts, context.actor, command)
    return CreatePayoutPayload(payout=payout(result.payout, context.actor), replayed=result.replayed)


@mutation(Permission.PAYOUTS_APPROVE, "Let a payout go. Nobody approves what they created themselves.")
async def approve(context: Context, input: ApprovePayoutInput) -> ApprovePayoutResult:  # noqa: A002
    """Run `approve_payout`."""
    command = ApprovePayout(payout_id=_payout_id(input.payout_id))
    return ApprovePayoutPayload(
        payout=payout(await approve_payout(context.payouts, context.actor, command), context.actor)
    )


@mutation(Permission.PAYOUTS_APPROVE, "Refuse a payout; whoever created it cancels it instead.")
async def reject(context: Context, input: RejectPayoutInput) -> RejectPayoutResult:  # noqa: A002
    """Run `reject_payout`."""
    command = RejectPayout(payout_id=_payout_id(input.payout_id), reason=input.reason)
    return RejectPayoutPayload(
        payout=payout(await reject_payout(context.payouts, context.actor, command), context.actor)
    )


@mutation(Permission.PAYOUTS_WRITE, "Take a payout back, as long as it is in no payment file.")
async def cancel(context: Context, input: CancelPayoutInput) -> CancelPayoutResult:  # noqa: A002
    """Run `cancel_payout`."""
    command = CancelPayout(payout_id=_payout_id(input.payout_id), reason=input.reason)
    return CancelPayoutPayload(
        payout=payout(await cancel_payout(context.payouts, context.actor, command), context.actor)
    )


@mutation(
    Permission.PAYOUTS_WRITE,
    "Keep a payout from going on, as long as it is in no payment file. An approval is taken back.",
)
async def hold(context: Context, input: HoldPayoutInput) -> HoldPayoutResult:  # noqa: A002
    """Run `hold_payout`."""
    command = HoldPayout(payout_id=_payout_id(input.payout_id), reason=input.reason)
    return HoldPayoutPayload(payout=payout(await hold_payout(context.payouts, context.actor, command), context.actor))


@mutation(Permission.PAYOUTS_WRITE, "Let a held payout be approved again, by a person.")
async def release(context: Context, input: ReleasePayoutInput) -> ReleasePayoutResult:  # noqa: A002
    """Run `release_payout`."""
    command = ReleasePayout(payout_id=_payout_id(input.payout_id))
    return ReleasePayoutPayload(
        payout=payout(await release_payout(context.payouts, context.actor, command), context.actor)
    )


@mutation(
    Permission.PAYOUTS_WRITE,
    "Ask for payouts in a currency to need no person up to an amount. Another person of the payments company has to"
    " approve that.",
)
async def set_policy(context: Context, input: SetPayoutPolicyInput) -> SetPayoutPolicyResult:  # noqa: A002
    """Run `set_payout_policy`."""
    limit = amount_of(input.automatic_up_to, context.currency_of, "automaticUpTo")
    command = SetPayoutPolicy(automatic_up_to=limit, reason=input.reason)
    return approval_required(await set_payout_policy(context.payouts, context.actor, command))


def _payout_id(text: str) -> UUID:
    return parse_id(Prefix.PAYOUT, text, ("payoutId",))


@strawberry.type
class PayoutMutations:
    """The fields that payouts add to Mutation."""

    create_payout = create
    approve_payout = approve
    reject_payout = reject
    cancel_payout = cancel
    hold_payout = hold
    release_payout = release
    set_payout_policy = set_policy
