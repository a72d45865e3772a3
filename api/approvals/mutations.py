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
from domain.approvals.approval_action import WITHOUT_AMOUNT
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.cancel_request import CancelRequest, cancel_request
from domain.approvals.reject_request import RejectRequest, reject_request
from domain.approvals.set_approval_policy import SetApprovalPolicy, set_approval_policy
from domain.identity.actor import ROLES, Realm
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM, Prefix, parse_id
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


@strawberry.input(description="Whether something shall need approval, and from which amount on.")
class SetApprovalPolicyInput:
    """For `setApprovalPolicy`."""

    merchant_id: strawberry.ID | None = attribute(
        "The merchant; may be left out by who acts for one, and by staff for what the platform itself wants approved.",
        default=None,
    )
    action: ApprovalAction = attribute("What shall need approval.")
    currency: CurrencyCode | None = attribute(
        "The currency that this is about; left out for what has no amount.", default=None
    )
    threshold: DecimalText | None = attribute(
        "Amounts of this and more need approval, in major units; none does when it is left out.", default=None
    )
    required: bool | None = attribute(
        "Whether this needs approval at all; false takes the policy back, also of what has no amount.", default=True
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

    policy: ApprovalPolicy | None = attribute("The policy; none when nothing of this needs approval any more.")


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


@mutation(Permission.APPROVALS_WRITE, "Say what needs a second person, and from which amount on.")
async def set_policy(context: Context, input: SetApprovalPolicyInput) -> SetApprovalPolicyResult:  # noqa: A002
    """Run `set_approval_policy`."""
    currency = None if input.currency is None else context.currency_of(input.currency)
    if input.threshold is not None and currency is None:
        raise Invalid(("currency",), "Give the currency of the threshold.")
    command = SetApprovalPolicy(
        merchant_id=_author(context, input),
        action=input.action,
        currency=currency,
        threshold=_threshold(input.threshold, currency),
        role=None if input.role is None else ROLES[input.role.value],
        required=input.required is not False,
    )
    policy = await set_approval_policy(context.approvals, context.actor, command)
    return SetApprovalPolicyPayload(policy=approval_policy(policy) if policy else None)


def _request_id(text: str) -> UUID:
    return parse_id(Prefix.APPROVAL, text, ("approvalRequestId",))


def _author(context: Context, given: SetApprovalPolicyInput) -> UUID:
    """Whose policy it is; what staff leave out of what has no amount is the platform's own."""
    if given.merchant_id is not None:
        return parse_id(Prefix.MERCHANT, given.merchant_id, ("merchantId",))
    if given.action in WITHOUT_AMOUNT and context.actor.realm is Realm.STAFF:
        return PLATFORM
    return context.actor.only_merchant


def _threshold(text: str | None, currency: Currency | None) -> Money | None:
    if text is None or currency is None:
        return None
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
