"""One dispute's life: issuer and network on one side, the merchant and our staff on the other, the clock over both."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from app.demo.seed.evidence_texts import evidence_texts, insistence, letter, wanted_kinds
from app.demo.seed.merchants import GATEWAY
from app.demo.seed.reviewed_story import NotYet
from app.simulator.disputes.case import CaseState, NextStage
from domain.disputes.accept_by_policy import AcceptByPolicy, accept_by_policy
from domain.disputes.accept_dispute import AcceptDispute, accept_dispute
from domain.disputes.add_note import AddNote, add_note
from domain.disputes.assign_dispute import AssignDispute, assign_dispute
from domain.disputes.deadline import WARNING_HOURS, time_zone
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.poll_gateways import PollGateways, poll_gateways
from domain.disputes.prevent_dispute import PreventDispute, prevent_dispute
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.disputes.stage import DisputeStage
from domain.disputes.stage_evidence import StageEvidence, stage_evidence
from domain.disputes.submit_evidence import SubmitEvidence, submit_evidence
from domain.disputes.template import template_for
from domain.disputes.watch_deadlines import WatchDeadlines, watch_deadlines
from domain.identity.actor import system_actor
from domain.identity.permission import StaffRole
from domain.kernel.unit import in_unit
from domain.payments.refund import RefundReason
from domain.payments.refund_payment import RefundPayment, refund_payment

if TYPE_CHECKING:
    from uuid import UUID

    from app.demo.seed.desk import Desk
    from app.demo.seed.merchants import DemoMerchant
    from app.demo.seed.sales import Sale
    from app.simulator.disputes.case import Opening
    from app.simulator.disputes.console_request import Alarm
    from domain.disputes.dispute import Dispute
    from domain.disputes.note import Audience
    from domain.disputes.ports import DisputesUnit
    from domain.identity.actor import Actor

POLLER = system_actor("jobs.poll_gateways")
_WATCHER = system_actor("jobs.watch_deadlines")
_ACCEPTER = system_actor("jobs.accept_by_policy")
_MOMENT = timedelta(minutes=2)
_OFFICE_OPENS, _OFFICE_HOURS = time(8, 30), 10


class CaseStory:
    """A dispute that goes on until now, in the days of its merchant's time zone.

    `worker` answers for the merchant, `analyst` is our staff's.
    """

    def __init__(self, desk: Desk, merchant: DemoMerchant, sale: Sale) -> None:
        self.desk = desk
        self.merchant = merchant
        self.sale = sale
        self.worker = desk.people.workers_of(merchant)[0]
        self.analyst = desk.people.staff(StaffRole.DISPUTE_ANALYST)
        self._case_reference = ""
        self._dispute: Dispute | None = None
        self._due: datetime | None = None

    @property
    def dispute(self) -> Dispute:
        """As it was when its present stage was opened."""
        assert self._dispute is not None, "the story begins with an opening"
        return self._dispute

    async def warn(self, at: datetime, alarm: Alarm) -> None:
        """The issuer calls the payment fraud, before anybody disputes it."""
        self.desk.clock.at = at
        await self.desk.network.warn(self.sale.reference, alarm)
        await self._hear()

    async def prevent(self) -> None:
        """The merchant refunds because of the warning."""

        async def read(unit: DisputesUnit) -> UUID:
            return (await unit.warnings.of_payment(self.sale.merchant_id, self.sale.payment_id))[0].id

        warning_id = await in_unit(self.desk.disputes.units, self.worker, "warning.read", read)
        command = PreventDispute(idempotency_key=f"prevent {self.sale.order}", warning_id=warning_id)
        await prevent_dispute(self.desk.disputes, self.worker, command)

    async def open(self, at: datetime, opening: Opening) -> None:
        """The cardholder disputes the payment."""
        self.desk.clock.at = at
        case = await self.desk.network.open(self.sale.reference, opening)
        self._case_reference = case.reference
        await self._begun(case.respond_by)

    async def advance(self, at: datetime, respond_by: datetime, reason_code: str | None = None) -> None:
        """The issuer goes on to the next stage."""
        await self.jump(at)
        change = NextStage(reason_code=reason_code, respond_by=respond_by)
        await self.desk.network.advance(self._case_reference, change)
        await self._begun(respond_by)

    async def decide(self, outcome: CaseState) -> None:
        """The network decides."""
        await self.desk.network.decide(self._case_reference, outcome)
        await self._hear()

    async def withdraw(self) -> None:
        """The cardholder gives up."""
        self._due = None
        await self.desk.network.withdraw(self._case_reference)
        await self._hear()

    async def stage(self, *, complete: bool) -> None:
        """Evidence is staged, all that is wanted or a beginning."""
        dispute = self.dispute
        template = template_for(find_reason_code(dispute.network, dispute.reason_code))
        kinds = wanted_kinds(template, self.merchant, complete=complete)
        texts: dict[EvidenceKind, str | None] = {**evidence_texts(kinds, self.sale)}
        if complete:
            amount = dispute.money(dispute.amount_minor)
            drafted = letter(template, self.merchant, self.sale, amount, self._case_reference, kinds)
            texts[EvidenceKind.REBUTTAL_LETTER] = drafted
        if dispute.stage.rank > DisputeStage.CHARGEBACK.rank:
            texts[EvidenceKind.OTHER] = insistence(dispute.stage)
        await stage_evidence(self.desk.disputes, self.worker, StageEvidence(dispute_id=dispute.id, texts=texts))

    async def submit(self) -> None:
        """What is staged goes to the network, which says that it has it."""
        self._due = None
        command = SubmitEvidence(idempotency_key=self._key("submit"), dispute_id=self.dispute.id)
        await submit_evidence(self.desk.disputes, self.worker, command)
        await self._hear()

    async def accept(self) -> None:
        """The merchant concedes, and the network notes that."""
        self._due = None
        command = AcceptDispute(idempotency_key=self._key("accept"), dispute_id=self.dispute.id)
        await accept_dispute(self.desk.disputes, self.worker, command)
        await self._concluded()

    async def accept_by_policy(self) -> None:
        """The merchant's policy concedes."""
        self._due = None
        assert await accept_by_policy(self.desk.disputes, _ACCEPTER, AcceptByPolicy()) == 1
        await self._concluded()

    async def refund(self) -> None:
        """The merchant gives everything back, which settles an inquiry."""
        self._due = None
        command = RefundPayment(
            idempotency_key=self._key("refund"),
            payment_id=self.sale.payment_id,
            reason=RefundReason.DISPUTE_PREVENTION,
        )
        await refund_payment(self.desk.payments, self.worker, command)
        await self._hear()

    async def assign(self, assignee: Actor) -> None:
        """Somebody takes it on."""
        command = AssignDispute(dispute_id=self.dispute.id, assignee_id=assignee.id)
        await assign_dispute(self.desk.disputes, assignee, command)

    async def note(self, author: Actor, text: str, audience: Audience) -> None:
        """Somebody writes into the thread."""
        await add_note(self.desk.disputes, author, AddNote(dispute_id=self.dispute.id, text=text, audience=audience))

    async def days_later(self, days: int) -> None:
        """An hour of work so many days on; raise `NotYet` when that is beyond now."""
        zone = time_zone(self.merchant.merchant.time_zone)
        day = self.desk.clock.at.astimezone(zone).date() + timedelta(days=days)
        opens = datetime.combine(day, _OFFICE_OPENS, zone).astimezone(self.desk.now.tzinfo)
        await self.jump(opens + timedelta(milliseconds=self.desk.dice.randrange(_OFFICE_HOURS * 3_600_000)))

    async def minutes_later(self, least: int, most: int) -> None:
        """A little on; raise `NotYet` as above."""
        await self.jump(
            self.desk.clock.at + timedelta(milliseconds=self.desk.dice.randrange(least * 60_000, most * 60_000))
        )

    async def hours_ago(self, hours: int) -> None:
        """So many hours before now, where the story is not further on already."""
        await self.jump(max(self.desk.clock.at, self.desk.now - timedelta(hours=hours)))

    async def jump(self, at: datetime) -> None:
        """Go on at a moment; raise `NotYet` when it lies beyond now."""
        if at + _MOMENT > self.desk.now:
            raise NotYet
        await self._watch_until(at)
        self.desk.clock.at = at

    async def end(self) -> None:
        """From here on it is the present's."""
        await self._watch_until(self.desk.now)

    async def _watch_until(self, at: datetime) -> None:
        """The clock warns and closes, while nobody has answered."""
        if self._due is None:
            return
        for hours in (*WARNING_HOURS, 0):
            noticed = self._due - timedelta(hours=hours) + timedelta(milliseconds=self.desk.dice.randint(300, 58_000))
            if self.desk.clock.at < noticed <= at:
                self.desk.clock.at = noticed
                await watch_deadlines(self.desk.disputes, _WATCHER, WatchDeadlines())

    async def _begun(self, respond_by: datetime) -> None:
        """The back office hears of a stage that was opened."""
        await self._hear()
        self._due = respond_by

        async def read(unit: DisputesUnit) -> Dispute | None:
            return await unit.disputes.of_case(self.sale.merchant_id, GATEWAY, self._case_reference)

        self._dispute = await in_unit(self.desk.disputes.units, POLLER, "dispute.read", read)

    async def _hear(self) -> None:
        """The next poll comes within the minute."""
        self.desk.clock.at += timedelta(milliseconds=self.desk.dice.randint(400, 59_000))
        await poll_gateways(self.desk.disputes, POLLER, PollGateways())

    async def _concluded(self) -> None:
        await self.desk.network.settle()
        await self._hear()

    def _key(self, verb: str) -> str:
        return f"{verb} {self.sale.order} {self.dispute.stage.value}"
