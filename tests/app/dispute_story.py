"""Disputes in every status with all that belongs to them, and each of their invariants broken by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.approvals.approval_request import ApprovalRequest
from domain.disputes.notice import NoticeType
from domain.disputes.prevent_dispute import PreventionResult
from domain.disputes.stage import DisputeStage
from domain.payments.gateway import OutcomeKind
from tests.builders.disputes import a_notice, a_notice_of, a_warning_notice
from tests.builders.money import eur, jpy

if TYPE_CHECKING:
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.payments.payment import Payment
    from tests.fakes.dispute_desk import DisputeDesk

T, S = NoticeType, DisputeStage


async def tell_disputes(desk: DisputeDesk) -> None:
    """Every verb of disputes, in every way that leaves something behind."""
    await _answers(desk)
    await _verdicts(desk)
    await _warnings(desk)
    await _strange_notices(desk)


async def _answers(desk: DisputeDesk) -> None:
    later: dict[str, Any] = {"respond_by": desk.desk.clock.now() + timedelta(days=20)}
    staged = await desk.staged(await desk.opened(**later))
    countered = await desk.staged(await desk.opened(**later))
    await desk.upload(countered)
    await desk.submit(countered)
    await desk.submit(await desk.staged(await desk.hear_of(countered, T.OPENED, S.PRE_ARBITRATION, **later)))
    desk.gateway.fail_next(OutcomeKind.FAILED)
    await desk.accept(staged)
    await desk.accept(await desk.opened(**later))
    desk.gateway.fail_next(OutcomeKind.UNKNOWN)
    await desk.submit(await desk.staged(await desk.opened(**later)))
    await desk.opened(**later)
    await desk.want_approval(eur(30))
    for approved in (True, False):
        request = await desk.accept(await desk.opened(amount=eur(31), **later))
        assert isinstance(request, ApprovalRequest)
        if approved:
            await desk.approve(request)
    await desk.opened(respond_by=desk.desk.clock.now() - timedelta(days=1))
    assert await desk.watch() == 1


async def _verdicts(desk: DisputeDesk) -> None:
    payment = await desk.desk.captured()
    await desk.desk.refund(payment, eur(50))
    lost = await desk.opened(payment, amount=eur(60))
    await desk.hear_of(lost, T.LOST, amount=eur(60))
    won = await desk.opened(payment, amount=eur(10))
    await desk.hear_of(won, T.WON, amount=eur(10))
    await desk.hear_of(await desk.opened(stage=S.INQUIRY), T.PREVENTED)
    await desk.hear_of(await desk.opened(), T.WITHDRAWN)
    await desk.hear_of(await desk.opened(), T.UNDER_REVIEW)
    await desk.record(await desk.desk.captured(), respond_by=desk.desk.clock.now() + timedelta(days=9))


async def _warnings(desk: DisputeDesk) -> None:
    payments = [await desk.desk.captured(eur(20)) for _ in range(3)]
    opened, refunded, disputed = [await _warned(desk, payment) for payment in payments]
    assert opened.refusal() is None
    assert isinstance(await desk.prevent(refunded), PreventionResult)
    await desk.hear_of(await desk.opened(payments[2], amount=eur(5)), T.LOST, amount=eur(5))
    assert disputed.payment_id == payments[2].id
    await desk.be_warned(a_warning_notice(payment_reference="nobody's"))


async def _warned(desk: DisputeDesk, payment: Payment) -> EarlyFraudWarning:
    warning = await desk.be_warned(a_warning_notice(payment, amount=eur(20)))
    assert warning is not None
    return warning


async def _strange_notices(desk: DisputeDesk) -> None:
    await desk.hear(a_notice(payment_reference="nobody's"))
    payment = await desk.desk.captured()
    foreign: dict[str, Any] = {"case_reference": "foreign", "amount": jpy(1)}
    assert await desk.hear(a_notice_of(payment, T.OPENED, S.CHARGEBACK, **foreign)) is None


_OF_MONEY = "(SELECT id FROM ledger_entries WHERE kind = 'DISPUTE' LIMIT 1)"
_HELD = "(SELECT id FROM disputes WHERE withdrawn_minor > 0 AND status = 'LOST' AND amount_minor = 500)"
# The check, and what breaks exactly that (and what follows from it).
DISPUTE_CORRUPTIONS = [
    ("dispute-ledger", f"UPDATE ledger_postings SET amount_minor = 2 * amount_minor WHERE entry_id = {_OF_MONEY}"),
    ("dispute-ledger", f"DELETE FROM ledger_postings WHERE entry_id = {_OF_MONEY}"),
    ("dispute-ledger", "UPDATE ledger_entries SET dispute_id = NULL WHERE kind = 'DISPUTE_REVERSAL'"),
    ("dispute-ledger", "UPDATE ledger_entries SET kind = 'DISPUTE' WHERE kind = 'DISPUTE_REVERSAL'"),
    ("dispute-ledger", "UPDATE ledger_entries SET kind = 'REFUND' WHERE kind = 'DISPUTE_REVERSAL'"),
    ("dispute-ledger", f"UPDATE ledger_entries SET payment_id = gen_random_uuid() WHERE id = {_OF_MONEY}"),
    ("dispute-ledger", f"UPDATE ledger_postings SET currency = 'USD' WHERE entry_id = {_OF_MONEY}"),
    ("dispute-ledger", f"UPDATE disputes SET fee_minor = fee_minor + 1 WHERE id = {_HELD}"),
    ("dispute-ledger", f"UPDATE disputes SET withdrawn_minor = withdrawn_minor + 1 WHERE id = {_HELD}"),
    ("dispute-ledger", "DELETE FROM disputes WHERE status = 'LOST'"),
    ("payment-ledger", f"UPDATE ledger_entries SET kind = 'REFUND' WHERE id = {_OF_MONEY}"),
    ("payment-disputes", "UPDATE payments SET disputed_minor = disputed_minor - 1 WHERE disputed_minor > 0"),
    ("payment-disputes", "UPDATE payments SET double_loss_minor = double_loss_minor + 1 WHERE disputed_minor > 0"),
    (
        "payment-disputes",
        """UPDATE payments SET disputed_minor = disputed_minor - 1, double_loss_minor = double_loss_minor + 1
           WHERE disputed_minor > 0""",
    ),
    ("dispute-stages", f"UPDATE disputes SET amount_minor = amount_minor + 1 WHERE id = {_HELD}"),
    ("dispute-stages", f"UPDATE disputes SET respond_by = now() WHERE id = {_HELD}"),
    ("dispute-stages", f"UPDATE disputes SET closed_at = now() WHERE id = {_HELD}"),
    ("dispute-stages", f"UPDATE disputes SET stage = 'ARBITRATION' WHERE id = {_HELD}"),
    ("dispute-stages", f"UPDATE disputes SET stages = '[]' WHERE id = {_HELD}"),
    ("dispute-stages", f"UPDATE disputes SET stages = stages || stages WHERE id = {_HELD}"),
    (
        "dispute-stages",
        f"UPDATE disputes SET stages = jsonb_set(stages, '{{0,withdrawn_minor}}', '1') WHERE id = {_HELD}",
    ),
    (
        "dispute-stages",
        "UPDATE disputes SET stages = jsonb_set(stages, '{0,closed_at}', 'null') WHERE status = 'EXPIRED'",
    ),
    ("dispute-status", "DELETE FROM dispute_notices WHERE type = 'LOST'"),
    ("dispute-status", "DELETE FROM dispute_notices WHERE type = 'UNDER_REVIEW'"),
    ("dispute-status", "DELETE FROM dispute_responses WHERE kind = 'ACCEPT' AND status = 'SUCCEEDED'"),
    ("dispute-status", "UPDATE dispute_evidence SET texts = '{}' WHERE status = 'STAGED'"),
    (
        "dispute-status",
        """INSERT INTO dispute_evidence (merchant_id, dispute_id, stage, status, texts, files, updated_at)
           SELECT merchant_id, id, stage, 'STAGED', '{"OTHER": "x"}', '[]', now() FROM disputes
           WHERE status = 'NEEDS_RESPONSE'""",
    ),
    ("dispute-notice", "UPDATE dispute_notices SET payment_id = gen_random_uuid() WHERE type = 'WON'"),
    ("dispute-notice", "UPDATE dispute_notices SET case_reference = 'x' WHERE type = 'WON'"),
    ("dispute-notice", "UPDATE dispute_notices SET network = 'AMEX' WHERE type = 'WON'"),
    ("dispute-notice", "DELETE FROM dispute_notices WHERE source = 'MANUAL'"),
    ("dispute-answer", "UPDATE disputes SET response_pending = true WHERE status = 'ACCEPTED'"),
    ("dispute-answer", "UPDATE disputes SET response_pending = false WHERE response_pending"),
    ("dispute-answer", "DELETE FROM dispute_responses WHERE status = 'UNKNOWN'"),
    ("warning-status", "UPDATE early_fraud_warnings SET status = 'OPEN' WHERE status = 'DISPUTED'"),
    ("warning-status", "UPDATE early_fraud_warnings SET status = 'DISPUTED' WHERE status = 'OPEN'"),
    ("warning-status", "UPDATE early_fraud_warnings SET refund_id = gen_random_uuid() WHERE status = 'REFUNDED'"),
    ("dispute-events", "DELETE FROM events WHERE name = 'dispute.evidence_submitted'"),
    ("dispute-events", "UPDATE disputes SET version = version + 1"),
    (
        "dispute-events",
        """UPDATE events SET data = data || '{"amount_minor": 1}' WHERE name = 'dispute.funds_reinstated'""",
    ),
    ("warning-events", "DELETE FROM events WHERE name = 'early_fraud_warning.updated'"),
    ("warning-events", "DELETE FROM early_fraud_warnings"),
    ("evidence-answer", "UPDATE dispute_evidence SET sha256 = repeat('0', 64) WHERE status = 'SUBMITTED'"),
    ("evidence-answer", "DELETE FROM dispute_evidence WHERE status = 'SUBMITTED'"),
    ("evidence-answer", "DELETE FROM dispute_responses WHERE kind = 'COUNTER' AND status = 'SUCCEEDED'"),
    ("evidence-file", "DELETE FROM evidence_files WHERE status = 'STORED'"),
    ("evidence-file", "UPDATE evidence_files SET sha256 = repeat('0', 64) WHERE status = 'STORED'"),
    ("evidence-file", "UPDATE evidence_files SET status = 'REMOVED' WHERE status = 'STORED'"),
    (
        "evidence-hash",
        """UPDATE dispute_evidence SET texts = texts || '{"OTHER": "slipped in"}' WHERE status = 'SUBMITTED'""",
    ),
    ("evidence-hash", "UPDATE dispute_evidence SET files = '[]' WHERE files <> '[]'"),
    (
        "approval-acceptance",
        """DELETE FROM dispute_responses WHERE id IN (
            SELECT operation_id FROM approval_requests WHERE action = 'ACCEPT_DISPUTE')""",
    ),
    (
        "approval-acceptance",
        """UPDATE approval_requests SET status = 'FAILED', failure = 'x'
           WHERE action = 'ACCEPT_DISPUTE' AND status = 'SUCCEEDED'""",
    ),
    (
        "approval-acceptance",
        """UPDATE dispute_responses SET dispute_id = gen_random_uuid() WHERE id IN (
            SELECT operation_id FROM approval_requests)""",
    ),
    (
        "idempotency-key",
        "UPDATE idempotency_keys SET operation_id = gen_random_uuid() WHERE mutation = 'acceptDispute'",
    ),
    (
        "idempotency-key",
        "UPDATE idempotency_keys SET mutation = 'submitDisputeEvidence2' WHERE mutation = 'submitDisputeEvidence'",
    ),
    ("idempotency-key", "UPDATE idempotency_keys SET operation_id = payment_id WHERE mutation = 'preventDispute'"),
    ("idempotency-key", "UPDATE idempotency_keys SET operation_id = payment_id WHERE mutation = 'recordDisputeNotice'"),
]
