"""The fraud review in the graph: plain attributes of its row, and relations resolved a level at a time."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry
from strawberry.types import Info

from api.connection import Connection
from api.derivation import derived
from api.fields import PERMISSION, batched
from api.fraud import review_relations as relations
from api.fraud.enums import DeclineReason, ReviewOutcome, ReviewSla, ReviewStatus
from api.fraud.links import LinkedPayment, PaymentLinks
from api.fraud.notes import FraudReviewNote
from api.fraud.review_events import FraudReviewEvent
from api.fraud.review_relations import FraudReviewAvailableAction
from api.fraud.screenings import DecidingRule, Screening
from api.money import Money
from api.node import Node, identifier
from domain.fraud import review as reviews
from domain.fraud.filter import sla_of
from domain.identity.actor import Actor, Realm
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.identity.types import User
    from api.merchants.types import Merchant
    from api.payments.types import Payment

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
UserOf: TypeAlias = Annotated["User", strawberry.lazy("api.identity.types")]
READ = Permission.FRAUD_READ


def _user_id(id_: UUID | None) -> strawberry.ID | None:
    return None if id_ is None else strawberry.ID(format_id(Prefix.USER, id_))


def _score(score: int, staff: bool) -> int | None:  # noqa: FBT001 - an attribute
    return score if staff else None


@strawberry.type(description="A payment that is held until somebody has decided whether it is fraud.")
class FraudReview(Node):
    """Its clock ends before the authorization does."""

    entity: strawberry.Private[reviews.FraudReview]
    staff: strawberry.Private[bool]
    id: strawberry.ID = identifier(Prefix.REVIEW)
    status: ReviewStatus = derived("Where it stands.", "entity.status")
    amount: Money = derived("What is held.", Money, minor="entity.amount_minor", of="entity.currency")
    score: int | None = derived(
        "The points of all rules that matched; null for merchants, whose own stand in `screening`.",
        _score,
        "entity.score",
        "staff",
    )
    risk_score: int | None = derived("The gateway's risk score, 0 to 100.", "entity.risk_score")
    assignee_id: strawberry.ID | None = derived("The person who works on it.", _user_id, "entity.assignee_id")
    snoozed_until: datetime | None = derived("Until when it is hidden from the queue.", "entity.snoozed_until")
    warn_at: datetime = derived("When its reviewers are warned.", "entity.warn_at")
    escalate_at: datetime = derived("When it is escalated.", "entity.escalate_at")
    due_at: datetime = derived("When the payment is voided unless somebody has decided.", "entity.due_at")
    warned: bool = derived("Whether its reviewers were warned.", "entity.warned")
    escalated_at: datetime | None = derived("When it was escalated, if it was.", "entity.escalated_at")
    escalation_reason: str | None = derived("Why, if somebody did it.", "entity.escalation_reason")
    decline_reason: DeclineReason | None = derived("Why it was declined, if it was.", "entity.decline_reason")
    outcome: ReviewOutcome | None = derived("What the payment turned out to be.", "entity.outcome")
    decided_by: str | None = derived("The name of whoever decided.", "entity.decided_by_name")
    decided_at: datetime | None = derived("When it was decided.", "entity.decided_at")
    opened_at: datetime = derived("Since when the payment is held.", "entity.opened_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    merchant: MerchantOf = batched(Permission.MERCHANTS_READ, "The merchant that is paid.")(relations.merchants)
    payment: PaymentOf = batched(Permission.PAYMENTS_READ, "The payment that is held.")(relations.payments)
    assignee: UserOf | None = batched(
        READ, "The person who works on it; null for a stranger to you, and without the permission team:read."
    )(relations.assignees)
    assignee_name: str | None = batched(READ, "What the person who works on it is called.")(relations.assignee_names)
    rules: list[DecidingRule] = batched(READ, "The rules that sent it here; none when lists or points did.")(
        relations.rules
    )
    screening: Screening | None = batched(READ, "What screening found of the payment.")(relations.screenings_of)
    notes: list[FraudReviewNote] = batched(READ, "Its notes that you may read, oldest first.")(relations.notes)
    timeline: Connection[FraudReviewEvent] = batched(READ, "All that happened to it, oldest first.")(
        relations.timelines
    )
    chargebacks: list[DisputeOf] = batched(
        Permission.DISPUTES_READ, "The payment's disputes that were opened since, oldest first."
    )(relations.chargebacks)
    links: list[PaymentLinks] = batched(
        READ, "How many other payments share its payment's card, e-mail address, IP address, customer and device."
    )(relations.links)
    linked_payments: Connection[LinkedPayment] = batched(
        READ, "The other payments that share something with its payment, newest first; of each thing 1,000 at most."
    )(relations.linked_payments)
    available_actions: list[FraudReviewAvailableAction] = batched(
        READ, "What you can do with it now, and why not the rest."
    )(relations.available_actions)

    @strawberry.field(description="How much of its time is left; null once it is decided.", metadata={PERMISSION: READ})
    def sla(self, info: Info) -> ReviewSla | None:
        """By the clock."""
        return sla_of(self.entity, info.context.fraud.clock.now())


def fraud_review(entity: reviews.FraudReview, actor: Actor) -> FraudReview:
    """A review as the graph shows it to the actor."""
    return FraudReview(entity=entity, staff=actor.realm is Realm.STAFF)
