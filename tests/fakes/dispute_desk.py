"""One merchant's disputes at work: the verbs on some units, a gateway that takes answers, and a clock."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.approved_actions import ActionTable, approved_acceptances, approved_refunds
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_policy import ApprovalPolicy
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.carry_out_requests import CarryOutRequests, carry_out_requests
from domain.approvals.ports import ApprovalPorts
from domain.disputes.accept_by_policy import AcceptByPolicy, accept_by_policy
from domain.disputes.accept_dispute import AcceptDispute, accept_dispute
from domain.disputes.create_evidence_upload import CreateEvidenceUpload, create_evidence_upload
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.match_notices import MatchNotices, match_notices
from domain.disputes.network import Network
from domain.disputes.notice import NoticeType
from domain.disputes.ports import DisputePorts
from domain.disputes.prevent_dispute import PreventDispute, prevent_dispute
from domain.disputes.record_notice import RecordNotice, record_notice
from domain.disputes.recount_losses import RecountLosses, recount_losses
from domain.disputes.resolve_responses import ResolveResponses, resolve_responses
from domain.disputes.set_dispute_policy import SetDisputePolicy, set_dispute_policy
from domain.disputes.settle_preventions import SettlePreventions, settle_preventions
from domain.disputes.stage import DisputeStage
from domain.disputes.stage_evidence import StageEvidence, stage_evidence
from domain.disputes.submit_evidence import SubmitEvidence, submit_evidence
from domain.disputes.take_notice import TakeNotice, take_notice
from domain.disputes.take_warning import TakeWarning, take_warning
from domain.disputes.watch_deadlines import WatchDeadlines, watch_deadlines
from tests.builders.disputes import a_notice_of
from tests.builders.files import a_picture
from tests.builders.identity import a_staff_actor
from tests.builders.money import EUR
from tests.fakes.desk import JOBS
from tests.fakes.dispute_gateway import StandInDisputeGateway
from tests.fakes.storage import MemoryStorage, NoScanner

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.disputes.beginning import DisputeResult
    from domain.disputes.dispute import Dispute
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.prevent_dispute import PreventionResult
    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.payments.payment import Payment
    from tests.fakes.desk import Desk


class DisputeDesk:
    """Beside the desk of payments; every request has a key of its own unless one is given."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actor = desk.actor
        self.gateway = StandInDisputeGateway()
        self.storage = MemoryStorage()
        self.ports = DisputePorts(
            clock=desk.clock,
            units=desk.ports.units,  # pyright: ignore[reportArgumentType] - the units of all contexts
            gateways=self.gateway,
            storage=self.storage,
            scanner=NoScanner(),
            payments=desk.ports,
        )
        actions = ActionTable(approved_refunds(desk.ports, self.ports) | approved_acceptances(self.ports))
        self.approvals = ApprovalPorts(clock=desk.clock, units=desk.ports.units, actions=actions)

    async def hear(self, notice: DisputeNotice) -> Dispute | None:
        """The network says something."""
        return await take_notice(self.ports, JOBS, TakeNotice(notice=notice))

    async def opened(
        self, payment: Payment | None = None, stage: DisputeStage = DisputeStage.CHARGEBACK, **more: Any
    ) -> Dispute:
        """A case of its own over 40 euros, of a payment of 100 unless one is given."""
        paid = payment or await self.desk.captured()
        values = {"case_reference": f"simd_{uuid4()}", **more}
        dispute = await self.hear(a_notice_of(paid, NoticeType.OPENED, stage, **values))
        assert dispute is not None
        return dispute

    async def hear_of(
        self, dispute: Dispute, type_: NoticeType, stage: DisputeStage | None = None, **more: Any
    ) -> Dispute:
        """The network says more of a case, of the stage that it is in unless another is given; an hour later."""
        async with self.ports.units.begin(JOBS, "desk") as unit:
            payment = await unit.payments.get(dispute.payment_id)
        values = {"case_reference": dispute.case_reference, "minutes": 60, **more}
        heard = await self.hear(a_notice_of(payment, type_, stage or dispute.stage, **values))
        assert heard is not None
        return heard

    async def be_warned(self, notice: WarningNotice) -> EarlyFraudWarning | None:
        """An issuer calls a payment fraud."""
        return await take_warning(self.ports, JOBS, TakeWarning(notice=notice))

    async def prevent(self, warning: EarlyFraudWarning, **more: Any) -> PreventionResult | ApprovalRequest:
        """Give back what is left of the payment."""
        values: dict[str, Any] = {"idempotency_key": f"prevent-{uuid4()}", "warning_id": warning.id}
        return await prevent_dispute(self.ports, self.actor, PreventDispute(**{**values, **more}))

    async def record(self, payment: Payment, actor: Actor | None = None, **more: Any) -> Dispute:
        """Staff take down that a Visa fraud chargeback was opened."""
        values: dict[str, Any] = {
            "idempotency_key": f"record-{uuid4()}",
            "payment_id": payment.id,
            "type": NoticeType.OPENED,
            "stage": DisputeStage.CHARGEBACK,
            "network": Network.VISA,
            "reason_code": "10.4",
        }
        return await record_notice(self.ports, actor or a_staff_actor(), RecordNotice(**{**values, **more}))

    async def stage(self, dispute: Dispute, texts: dict[EvidenceKind, str | None]) -> Dispute:
        """Stage texts."""
        return await stage_evidence(self.ports, self.actor, StageEvidence(dispute_id=dispute.id, texts=texts))

    async def staged(self, dispute: Dispute | None = None) -> Dispute:
        """A dispute with a receipt in words."""
        return await self.stage(dispute or await self.opened(), {EvidenceKind.RECEIPT: "Order 1, one bicycle."})

    async def upload(self, dispute: Dispute, content: bytes | None = None) -> None:
        """A picture as proof of delivery, not looked at yet."""
        sent = content or a_picture()
        command = CreateEvidenceUpload(
            dispute_id=dispute.id,
            kind=EvidenceKind.SHIPPING_PROOF,
            file_name="delivery.png",
            content_type="image/png",
            size_bytes=len(sent),
            sha256=hashlib.sha256(sent).hexdigest(),
        )
        upload = await create_evidence_upload(self.ports, self.actor, command)
        self.storage.objects[upload.file.upload_key] = sent

    async def submit(self, dispute: Dispute, actor: Actor | None = None, **more: Any) -> DisputeResult:
        """Counter with what is staged."""
        values: dict[str, Any] = {"idempotency_key": f"submit-{uuid4()}", "dispute_id": dispute.id}
        return await submit_evidence(self.ports, actor or self.actor, SubmitEvidence(**{**values, **more}))

    async def accept(
        self, dispute: Dispute, actor: Actor | None = None, **more: Any
    ) -> DisputeResult | ApprovalRequest:
        """Concede."""
        values: dict[str, Any] = {"idempotency_key": f"accept-{uuid4()}", "dispute_id": dispute.id}
        return await accept_dispute(self.ports, actor or self.actor, AcceptDispute(**{**values, **more}))

    async def want_approval(self, threshold: Money, action: ApprovalAction = ApprovalAction.ACCEPT_DISPUTE) -> None:
        """Acceptances of at least so much need approval from now on."""
        policy = ApprovalPolicy(merchant_id=self.desk.merchant.id, action=action, threshold=threshold)
        async with self.ports.units.begin(JOBS, "desk") as unit:
            await unit.approval_policies.put(policy)
            await unit.commit()

    async def approve(self, request: ApprovalRequest) -> ApprovalRequest:
        """Somebody else says yes."""
        return await approve_request(self.approvals, self.desk.approver, ApproveRequest(request_id=request.id))

    async def carry_out(self, *, after_seconds: int = 0) -> int:
        """What the job of approvals does some time later."""
        self.desk.clock.pass_by(after_seconds)
        return await carry_out_requests(self.approvals, JOBS, CarryOutRequests())

    async def accept_up_to(self, amount: Money | None, **more: Any) -> None:
        """The merchant does not fight about chargebacks up to so many euros."""
        values: dict[str, Any] = {"merchant_id": self.desk.merchant.id, "currency": EUR, "accept_up_to": amount}
        await set_dispute_policy(self.ports, self.actor, SetDisputePolicy(**{**values, **more}))

    async def accept_by_policy(self) -> int:
        """What the job of policies does."""
        return await accept_by_policy(self.ports, JOBS, AcceptByPolicy())

    async def resolve(self, *, after_seconds: int = 0) -> int:
        """What the job of answers does some time later."""
        self.desk.clock.pass_by(after_seconds)
        return await resolve_responses(self.ports, JOBS, ResolveResponses())

    async def watch(self, *, after_seconds: int = 0) -> int:
        """What the job of deadlines does some time later."""
        self.desk.clock.pass_by(after_seconds)
        return await watch_deadlines(self.ports, JOBS, WatchDeadlines())

    async def settle(self) -> int:
        """What the job of preventions does."""
        return await settle_preventions(self.ports, JOBS, SettlePreventions())

    async def recount(self) -> int:
        """What the job of losses does."""
        return await recount_losses(self.ports, JOBS, RecountLosses())

    async def match(self) -> int:
        """What the job of unmatched notices does."""
        return await match_notices(self.ports, JOBS, MatchNotices())
