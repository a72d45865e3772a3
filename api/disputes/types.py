"""The dispute in the graph: plain attributes of its row, and relations resolved a level at a time."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry
from strawberry.types import Info

from api.connection import Connection
from api.derivation import derived
from api.disputes import relations
from api.disputes.compelling import CompellingEvidence, compelling
from api.disputes.enums import DisputeCategory, DisputeStage, DisputeStatus, Network
from api.disputes.events import DisputeEvent
from api.disputes.evidence import DisputeEvidence
from api.disputes.notes import DisputeNote
from api.disputes.notices import DisputeNotice
from api.disputes.parts import DisputeAvailableAction, DisputeResponse, DisputeStageRecord, stage_records
from api.disputes.reason_codes import ReasonCode, reason_code
from api.fields import PERMISSION, batched
from api.ledger.types import LedgerEntry
from api.money import Money, shown
from api.node import Node, identifier
from domain.disputes import dispute as disputes
from domain.disputes.deadline import Deadline
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.disputes.stage import ANSWERABLE
from domain.identity.permission import Permission
from domain.kernel import money
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from uuid import UUID

    from api.identity.types import User
    from api.merchants.types import Merchant
    from api.payments.types import Payment
    from api.settlements.types import Settlement

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]
UserOf: TypeAlias = Annotated["User", strawberry.lazy("api.identity.types")]
READ = Permission.DISPUTES_READ


def _amount(description: str, minor: str) -> Any:  # noqa: ANN401 - a dataclass field
    return derived(description, Money, minor=f"entity.{minor}", of="entity.currency")


def _claimed(amount: money.Money | None) -> Money | None:
    return None if amount is None else shown(amount)


def _reason_code(entity: disputes.Dispute) -> ReasonCode:
    return reason_code(find_reason_code(entity.network, entity.reason_code))


def _user_id(id_: "UUID | None") -> strawberry.ID | None:
    return None if id_ is None else strawberry.ID(format_id(Prefix.USER, id_))


def _deadline(entity: disputes.Dispute) -> Deadline | None:
    moment = entity.respond_by
    return None if moment is None else Deadline(moment=moment, zone=entity.time_zone)


def _respond_by_local(entity: disputes.Dispute) -> str | None:
    deadline = _deadline(entity)
    return None if deadline is None else deadline.local.date().isoformat()


@strawberry.type(description="A payment that its cardholder or issuer contests: one case, with its stages inside.")
class Dispute(Node):
    """Amounts are of the payment's currency, unless they say otherwise."""

    entity: strawberry.Private[disputes.Dispute]
    id: strawberry.ID = identifier(Prefix.DISPUTE)
    stage: DisputeStage = derived("How far it has come.", "entity.stage")
    status: DisputeStatus = derived("Where that stage stands.", "entity.status")
    category: DisputeCategory = derived("The claim, in one vocabulary for all networks.", "entity.category")
    reason_code: ReasonCode = derived("The claim, in the network's own words.", _reason_code, "entity")
    network: Network = derived("The network whose rules it follows.", "entity.network")
    network_case_id: str | None = derived("The network's id of the case.", "entity.network_case_id")
    arn: str | None = derived("The acquirer reference number.", "entity.arn")
    gateway: str = derived("The gateway that it came through.", "entity.gateway")
    case_reference: str = derived("The gateway's name of the case.", "entity.case_reference")
    stages: list[DisputeStageRecord] = derived("All of its stages, in their order.", stage_records, "entity")
    amount: Money = _amount("What the present stage disputes.", "amount_minor")
    dispute_amount: Money | None = derived(
        "The same in the currency in which the issuer claims it.", _claimed, "entity.dispute_amount"
    )
    fee: Money = _amount("What the merchant paid for the case.", "fee_minor")
    amount_withdrawn: Money = _amount("What the network holds now.", "withdrawn_minor")
    double_loss: bool = derived(
        "Whether the merchant pays twice: it had refunded what was then charged back.", "entity.double_loss"
    )
    double_loss_amount: Money = _amount("What it pays twice.", "double_loss_minor")
    respond_by: datetime | None = derived("Until when the present stage can be answered.", "entity.respond_by")
    time_zone: str = derived("The merchant's time zone, by its IANA name.", "entity.time_zone")
    respond_by_local: str | None = derived(
        "The day of the deadline in that time zone: 2026-01-31.", _respond_by_local, "entity"
    )
    response_pending: bool = derived("Whether an answer is on its way to the gateway.", "entity.response_pending")
    assignee_id: strawberry.ID | None = derived("The person who works on it.", _user_id, "entity.assignee_id")
    opened_at: datetime = derived("When the case began.", "entity.opened_at")
    closed_at: datetime | None = derived("When the present stage ended, if it did.", "entity.closed_at")
    created_at: datetime = derived("When we heard of it.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant that was paid.")(relations.merchants)
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The disputed payment.")(relations.payments)
    assignee: UserOf | None = batched(
        READ, "The person who works on it; null for a stranger to you, and without the permission team:read."
    )(relations.assignees)
    assignee_name: str | None = batched(READ, "What the person who works on it is called.")(relations.assignee_names)
    evidence: DisputeEvidence = batched(READ, "The evidence of the present stage.")(relations.evidence)
    evidence_history: list[DisputeEvidence] = batched(
        READ, "The evidence of all stages that have any, in their order."
    )(relations.evidence_history)
    compelling_evidence: CompellingEvidence | None = batched(
        Permission.PAYMENTS_READ, "Visa's compelling evidence 3.0, for its reason code 10.4; null for any other."
    )(compelling)
    notes: Connection[DisputeNote] = batched(READ, "The thread of merchant and staff, newest first.")(relations.notes)
    responses: list[DisputeResponse] = batched(READ, "The merchant's answers, oldest first.")(relations.responses)
    notices: list[DisputeNotice] = batched(READ, "What the network said, in the order in which it happened.")(
        relations.notices
    )
    timeline: Connection[DisputeEvent] = batched(READ, "All that happened to it, oldest first.")(relations.timelines)
    ledger_entries: list[LedgerEntry] = batched(Permission.LEDGER_READ, "What it posted to the ledger.")(
        relations.ledger_entries
    )
    settlements: list[SettlementOf] = batched(
        Permission.SETTLEMENTS_READ, "The settlements with a line of it, oldest first."
    )(relations.settlements)
    available_actions: list[DisputeAvailableAction] = batched(
        READ, "What you can do with it now, and why not the rest."
    )(relations.available_actions)

    @strawberry.field(
        description="Whether it waits for an answer that is due on this day in the merchant's time zone.",
        metadata={PERMISSION: READ},
    )
    def is_due_today(self, info: Info) -> bool:
        """By the clock."""
        deadline = _deadline(self.entity)
        waits = self.entity.status in ANSWERABLE
        return waits and deadline is not None and deadline.is_due_today(info.context.disputes.clock.now())


def dispute(entity: disputes.Dispute) -> Dispute:
    """A dispute as the graph shows it."""
    return Dispute(entity=entity)
