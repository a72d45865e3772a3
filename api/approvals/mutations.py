"""The mutations of approvals: read the input, run the verb, show the request."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.approvals.enums import ApprovalAction, ApproverRole
from api.approvals.types import ApprovalPolicy, ApprovalRequest, approval_policy, approval_request
from api.context import Context
from api.describing import attribute
from api.errors import InvalidInput, InvalidState, NotFound, PermissionDenied
from api.fields import mutation
from api.scalars import CurrencyCode, DecimalText
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.cancel_request import CancelRequest, cancel_request
from domain.approvals.reject_request import RejectRequest, reject_request
from domain.approvals.set_approval_policy import SetApprovalPolicy, set_approval_policy
from domain.identity.actor import ROLES
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.money import Currency, Money


@strawberry.input(description="A yes.")
class ApproveRequestInput:
    """For `approveRequest`. Needs no key: a request is done once, whoever approves it again."""

    approval_request_id: strawberry.ID = attribute("The request.")


@strawberry.input(description="A no.")
class RejectRequestInput:
    """For `rejectRequest`."""

    approval_request_id: strawberry.ID = attribute("The request.")
    reason: str = attribute("Why, for whoever asked; at most 255 characters.")


@strawberry.input(description="A request that is taken back.")
class CancelRequestInput:
    """For `cancelRequest`."""

    approval_request_id: strawberry.ID = attribute("The request.")
    reason: str | None = attribute("Why, for whoever was to decide; at most 255 characters.", default=None)


@strawberry.input(description="From which amount on something shall need approval.")
class SetApprovalPolicyInput:
    """For `setApprovalPolicy`."""

    merchant_id: strawberry.ID | None = attribute("The merchant; may be left out by who acts for one.", default=None)
    action: ApprovalAction = attribute("What shall need approval.")
    currency: CurrencyCode = attribute("The currency that this is about.")
    threshold: DecimalText | None = attribute(
        "Amounts of this and more need approval, in major units; none does when it is left out.", default=None
    )
    role: ApproverRole | None = attribute("Who has to approve; anybody who may decide when left out.", default=None)


@strawberry.type(description="A request was approved, and carried out as far as that can be told.")
class ApproveRequestPayload:
    """Of `approveRequest`."""

    approval_request: ApprovalRequest = attribute("The request: SUCCEEDED, FAILED, or APPROVED while it goes on.")


@strawberry.type(description="A request was rejected.")
class RejectRequestPayload:
    """Of `rejectRequest`."""

    approval_request: ApprovalRequest = attribute("The request.")


@strawberry.type(description="A request was taken back.")
class CancelRequestPayload:
    """Of `cancelRequest`."""

    approval_request: ApprovalRequest = attribute("The request.")


@strawberry.type(description="From now on this holds; requests that were made before stay as they are.")
class SetApprovalPolicyPayload:
    """Of `setApprovalPolicy`."""

    policy: ApprovalPolicy | None = attribute("The policy; none when no amount needs approval any more.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied | InvalidState
ApproveRequestResult = Annotated[
    ApproveRequestPayload | _Refusal,
    strawberry.union("ApproveRequestResult", description="What `approveRequest` answers with."),
]
RejectRequestResult = Annotated[
    RejectRequestPayload | _Refusal,
    strawberry.union("RejectRequestResult", description="What `rejectRequest` answers with."),
]
CancelRequestResult = Annotated[
    CancelRequestPayload | _Refusal,
    strawberry.union("CancelRequestResult", description="What `cancelRequest` answers with."),
]
SetApprovalPolicyResult = Annotated[
    SetApprovalPolicyPayload | InvalidInput | NotFound | PermissionDenied,
    strawberry.union("SetApprovalPolicyResult", description="What `setApprovalPolicy` answers with."),
]


@mutation(Permission.APPROVALS_DECIDE, "Approve what somebody else asked for, and do it.")
async def approve(context: Context, input: ApproveRequestInput) -> ApproveRequestResult:  # noqa: A002 - GraphQL's word
    """Run `approve_request`."""
    command = ApproveRequest(request_id=_request_id(input.approval_request_id))
    approved = await approve_request(context.approvals, context.actor, command)
    return ApproveRequestPayload(approval_request=approval_request(approved))


@mutation(Permission.APPROVALS_DECIDE, "Reject what somebody else asked for.")
async def reject(context: Context, input: RejectRequestInput) -> RejectRequestResult:  # noqa: A002
    """Run `reject_request`."""
    command = RejectRequest(request_id=_request_id(input.approval_request_id), reason=input.reason)
    rejected = await reject_request(context.approvals, context.actor, command)
    return RejectRequestPayload(approval_request=approval_request(rejected))


@mutation(Permission.APPROVALS_READ, "Take back what you asked for yourself.")
async def cancel(context: Context, input: CancelRequestInput) -> CancelRequestResult:  # noqa: A002
    """Run `cancel_request`."""
    command = CancelRequest(request_id=_request_id(input.approval_request_id), reason=input.reason)
    canceled = await cancel_request(context.approvals, context.actor, command)
    return CancelRequestPayload(approval_request=approval_request(canceled))


@mutation(Permission.APPROVALS_WRITE, "Say from which amount on something needs a second person.")
async def set_policy(context: Context, input: SetApprovalPolicyInput) -> SetApprovalPolicyResult:  # noqa: A002
    """Run `set_approval_policy`."""
    currency = context.currency_of(input.currency)
    command = SetApprovalPolicy(
        merchant_id=context.actor.only_merchant
        if input.merchant_id is None
        else parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        action=input.action,
        currency=currency,
        threshold=None if input.threshold is None else _threshold(input.threshold, currency),
        role=None if input.role is None else ROLES[input.role.value],
    )
    policy = await set_approval_policy(context.approvals, context.actor, command)
    return SetApprovalPolicyPayload(policy=approval_policy(policy) if policy else None)


def _request_id(text: str) -> UUID:
    return parse_id(Prefix.APPROVAL, text, ("approvalRequestId",))


def _threshold(text: str, currency: Currency) -> Money:
    try:
        return Money.parse(text, currency)
    except Invalid as error:
        raise Invalid(("threshold",), error.message) from None


@strawberry.type
class ApprovalMutations:
    """The fields that approvals add to Mutation."""

    approve_request = approve
    reject_request = reject
    cancel_request = cancel
    set_approval_policy = set_policy
