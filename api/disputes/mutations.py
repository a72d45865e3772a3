"""The mutations of disputes: read the input, run the verb, show the result."""

from uuid import UUID

import strawberry

from api.approvals.types import approval_required
from api.context import Context
from api.disputes.enums import Audience, EvidenceKind
from api.disputes.inputs import (
    AcceptDisputeInput,
    AddDisputeNoteInput,
    AssignDisputeInput,
    EvidenceTextInput,
    PreventDisputeInput,
    RecordDisputeNoticeInput,
    SetDisputePolicyInput,
    StageDisputeEvidenceInput,
    SubmitDisputeEvidenceInput,
)
from api.disputes.notes import dispute_note
from api.disputes.policies import dispute_policy
from api.disputes.results import (
    AcceptDisputePayload,
    AcceptDisputeResult,
    AddDisputeNotePayload,
    AddDisputeNoteResult,
    AssignDisputePayload,
    AssignDisputeResult,
    PreventDisputePayload,
    PreventDisputeResult,
    RecordDisputeNoticePayload,
    RecordDisputeNoticeResult,
    SetDisputePolicyPayload,
    SetDisputePolicyResult,
    StageDisputeEvidencePayload,
    StageDisputeEvidenceResult,
    SubmitDisputeEvidencePayload,
    SubmitDisputeEvidenceResult,
)
from api.disputes.types import dispute
from api.disputes.warnings import early_fraud_warning
from api.fields import mutation
from api.identifiers import optional_id
from api.money import MoneyInput, amount_of
from api.payments.children import refund
from domain.approvals.approval_request import ApprovalRequest
from domain.disputes.accept_dispute import AcceptDispute, accept_dispute
from domain.disputes.add_note import AddNote, add_note
from domain.disputes.assign_dispute import AssignDispute, assign_dispute
from domain.disputes.notice import LONGEST_REFERENCE
from domain.disputes.prevent_dispute import PreventDispute, prevent_dispute
from domain.disputes.record_notice import RecordNotice, record_notice
from domain.disputes.set_dispute_policy import SetDisputePolicy, set_dispute_policy
from domain.disputes.stage_evidence import StageEvidence, stage_evidence
from domain.disputes.submit_evidence import SubmitEvidence, submit_evidence
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.money import Currency, Money
from domain.kernel.text import optional_text


@mutation(
    Permission.DISPUTES_WRITE,
    "Concede a dispute: the funds stay with the cardholder. Where a policy wants a second person, ask for approval"
    " instead.",
)
async def accept(context: Context, input: AcceptDisputeInput) -> AcceptDisputeResult:  # noqa: A002 - GraphQL's word
    """Run `accept_dispute`."""
    command = AcceptDispute(idempotency_key=input.idempotency_key, dispute_id=_dispute_id(input.dispute_id))
    result = await accept_dispute(context.disputes, context.actor, command)
    if isinstance(result, ApprovalRequest):
        return approval_required(result)
    return AcceptDisputePayload(dispute=dispute(result.dispute), replayed=result.replayed)


@mutation(Permission.DISPUTES_WRITE, "Stage texts of evidence for the present stage, as often as wanted.")
async def stage(context: Context, input: StageDisputeEvidenceInput) -> StageDisputeEvidenceResult:  # noqa: A002
    """Run `stage_evidence`."""
    command = StageEvidence(dispute_id=_dispute_id(input.dispute_id), texts=_texts(input.texts))
    return StageDisputeEvidencePayload(dispute=dispute(await stage_evidence(context.disputes, context.actor, command)))


@mutation(
    Permission.DISPUTES_WRITE,
    "Counter the present stage with the evidence that is staged: once, and for good. Files that were not verified yet"
    " are verified first.",
)
async def submit(context: Context, input: SubmitDisputeEvidenceInput) -> SubmitDisputeEvidenceResult:  # noqa: A002
    """Run `submit_evidence`."""
    command = SubmitEvidence(idempotency_key=input.idempotency_key, dispute_id=_dispute_id(input.dispute_id))
    result = await submit_evidence(context.disputes, context.actor, command)
    return SubmitDisputeEvidencePayload(dispute=dispute(result.dispute), replayed=result.replayed)


@mutation(Permission.DISPUTES_WRITE, "Make a dispute somebody's to work on, or nobody's.")
async def assign(context: Context, input: AssignDisputeInput) -> AssignDisputeResult:  # noqa: A002
    """Run `assign_dispute`."""
    command = AssignDispute(
        dispute_id=_dispute_id(input.dispute_id),
        assignee_id=optional_id(Prefix.USER, input.assignee_id, "assigneeId"),
    )
    return AssignDisputePayload(dispute=dispute(await assign_dispute(context.disputes, context.actor, command)))


@mutation(Permission.DISPUTES_WRITE, "Write into the thread of a dispute.")
async def write(context: Context, input: AddDisputeNoteInput) -> AddDisputeNoteResult:  # noqa: A002
    """Run `add_note`."""
    command = AddNote(
        dispute_id=_dispute_id(input.dispute_id), text=input.text, audience=input.audience or Audience.MERCHANT
    )
    return AddDisputeNotePayload(note=dispute_note(await add_note(context.disputes, context.actor, command)))


@mutation(Permission.MERCHANTS_WRITE, "Say which disputes are accepted by the clock, in one currency.")
async def set_policy(context: Context, input: SetDisputePolicyInput) -> SetDisputePolicyResult:  # noqa: A002
    """Run `set_dispute_policy`."""
    currency = context.currency_of(input.currency)
    command = SetDisputePolicy(
        merchant_id=context.actor.only_merchant
        if input.merchant_id is None
        else parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        currency=currency,
        accept_up_to=None if input.accept_up_to is None else _limit(input.accept_up_to, currency),
        categories=frozenset(input.categories or ()),
    )
    policies = await set_dispute_policy(context.disputes, context.actor, command)
    return SetDisputePolicyPayload(policies=[dispute_policy(policy) for policy in policies])


@mutation(
    Permission.REFUNDS_WRITE,
    "Refund all that is left of a payment because of an early fraud warning, before anybody disputes it.",
)
async def prevent(context: Context, input: PreventDisputeInput) -> PreventDisputeResult:  # noqa: A002
    """Run `prevent_dispute`."""
    command = PreventDispute(
        idempotency_key=input.idempotency_key,
        warning_id=parse_id(Prefix.WARNING, input.early_fraud_warning_id, ("earlyFraudWarningId",)),
    )
    result = await prevent_dispute(context.disputes, context.actor, command)
    if isinstance(result, ApprovalRequest):
        return approval_required(result)
    return PreventDisputePayload(
        early_fraud_warning=early_fraud_warning(result.warning),
        refund=refund(result.refund),
        replayed=result.replayed,
    )


@mutation(Permission.DISPUTES_MANAGE, "Take down what a network said of a payment. Staff only: it moves money.")
async def record(context: Context, input: RecordDisputeNoticeInput) -> RecordDisputeNoticeResult:  # noqa: A002
    """Run `record_notice`."""
    command = RecordNotice(
        idempotency_key=input.idempotency_key,
        payment_id=parse_id(Prefix.PAYMENT, input.payment_id, ("paymentId",)),
        case_reference=input.case_reference,
        type=input.type,
        stage=input.stage,
        network=input.network,
        reason_code=input.reason_code,
        amount=_amount(context, input.amount, "amount"),
        dispute_amount=_amount(context, input.dispute_amount, "disputeAmount"),
        network_case_id=optional_text(input.network_case_id, ("networkCaseId",), longest=LONGEST_REFERENCE),
        arn=input.arn,
        respond_by=input.respond_by,
        occurred_at=input.occurred_at,
    )
    return RecordDisputeNoticePayload(dispute=dispute(await record_notice(context.disputes, context.actor, command)))


def _dispute_id(text: str) -> UUID:
    return parse_id(Prefix.DISPUTE, text, ("disputeId",))


def _texts(given: list[EvidenceTextInput]) -> dict[EvidenceKind, str | None]:
    if not given:
        raise Invalid(("texts",), "Give one text at least.")
    texts: dict[EvidenceKind, str | None] = {}
    for index, one in enumerate(given):
        if one.kind in texts:
            raise Invalid(("texts", str(index), "kind"), "Give one text of each kind.")
        texts[one.kind] = one.text
    return texts


def _limit(text: str, currency: Currency) -> Money:
    try:
        limit = Money.parse(text, currency)
    except Invalid as error:
        raise Invalid(("acceptUpTo",), error.message) from None
    if limit.minor <= 0:
        raise Invalid(("acceptUpTo",), "An amount must be more than zero; leave it out to accept nothing.")
    return limit


def _amount(context: Context, given: MoneyInput | None, name: str) -> Money | None:
    return None if given is None else amount_of(given, context.currency_of, name)


@strawberry.type
class DisputeMutations:
    """The fields that disputes add to Mutation."""

    accept_dispute = accept
    stage_dispute_evidence = stage
    submit_dispute_evidence = submit
    assign_dispute = assign
    add_dispute_note = write
    set_dispute_policy = set_policy
    prevent_dispute = prevent
    record_dispute_notice = record
