"""The graph with a history at the blue merchant, of which the red one must never learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson

from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.docket import Docket
from tests.api.fraud.casebook import Casebook
from tests.api.generated import minimal
from tests.api.settlements.bank_book import BankBook
from tests.api.settlements.closings import Closings
from tests.api.settlements.payout_book import PayoutBook
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from tests.api.graph import Graph

TABLES = {
    Prefix.PAYMENT: "payments",
    Prefix.OPERATION: "operations",
    Prefix.CAPTURE: "captures",
    Prefix.REFUND: "refunds",
    Prefix.CUSTOMER: "customers",
    Prefix.EVENT: "events",
    Prefix.ENTRY: "ledger_entries",
    Prefix.AUDIT: "audit_records",
    Prefix.APPROVAL: "approval_requests",
    Prefix.DISPUTE: "disputes",
    Prefix.EVIDENCE: "evidence_files",
    Prefix.NOTE: "dispute_notes",
    Prefix.WARNING: "early_fraud_warnings",
    Prefix.REVIEW: "fraud_reviews",
    Prefix.REVIEW_NOTE: "fraud_review_notes",
    Prefix.RULE: "fraud_rules",
    Prefix.LIST_ENTRY: "fraud_list_entries",
    Prefix.BACKTEST: "fraud_backtests",
    Prefix.BANK_ACCOUNT: "bank_accounts",
    Prefix.SETTLEMENT: "settlements",
    Prefix.PAYOUT: "payouts",
    Prefix.RESERVE: "reserve_holds",
    Prefix.ADJUSTMENT: "settlement_adjustments",
    Prefix.CLIENT: "api_clients",
    Prefix.MEMBERSHIP: "memberships",
    Prefix.INVITATION: "invitations",
}
SECRETS = (
    *("Blue Bicycle", "blue-reference", "mary@example.com", "Mary Somerville", "Blue Owner", "blue till"),
    *("blue-case", "blue reading", "DE89 ****", "blue bell", "blue thread", "blue.pdf"),
    *("blue rule", "blue suspicion", "thief@blue.example", "blue goodwill"),
)
AMONG_STAFF = "blue and red share a device"
EVERYTHING = """
query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Payment { reference merchant { name } customer { email name } operations { id } captures { id } refunds { id }
    ledgerEntries { id } timeline { nodes { id actor } } }
  ... on Customer { email payments { nodes { id } } }
  ... on Refund { payment { id } }
  ... on ApprovalRequest { requestedById owner: merchant { name } about: payment { reference } }
  ... on PaymentEvent { payment { id } }
  ... on Dispute { caseReference merchant { name } payment { id } assigneeName evidence { texts { text } files { id } }
    notes { nodes { text author } } timeline { nodes { id } } notices { caseReference } ledgerEntries { id } }
  ... on Event { name subjectId actor }
  ... on DisputeEvent { dispute { id } } ... on DisputeNote { text author } ... on EvidenceFile { name }
  ... on EarlyFraudWarning { payment { id } }
  ... on FraudReview { merchant { name } assigneeName remarks: notes { text author mentions } timeline { nodes { id } }
    held: payment { reference } rules { name } screening { decision } chargebacks { id } }
  ... on FraudReviewEvent { review { id } } ... on FraudReviewNote { text author } ... on ListEntry { value reason }
  ... on FraudRule { name owner: merchant { name } versions { expression author } }
  ... on BankAccount { holderName maskedNumber payee: merchant { name } reveals { reason } }
  ... on Settlement { payee: merchant { name } lines { nodes { payment { id } ledgerEntry { id } } } reserve { id }
    ledgerEntries { id } history: timeline { nodes { id } } }
  ... on Payout { payer: merchant { name } bankAccount { id } settlements { id } happened: events { id } ledgerEntries { id } }
  ... on ReserveHold { settlement { id } } ... on SettlementAdjustment { why: reason ledgerEntry { id } }
  ... on Backtest { owner: merchant { name } rules { name } requestedBy }
  ... on Merchant { name } ... on User { name email } ... on ApiClient { name } ... on AuditRecord { actorName }
} }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The graph with a history at the blue merchant; `blue` are its ids by prefix.

    `disputes` holds one dispute of each merchant, and `reviews` one fraud review.
    """

    graph: Graph
    blue: dict[Prefix, list[str]]
    owner: Actor
    disputes: dict[UUID, str]
    reviews: dict[UUID, str]

    def leaks(self, payload: object) -> list[str]:
        """What of the blue merchant stands in an answer."""
        text = orjson.dumps(payload).decode()
        return [word for word in (*SECRETS, *(id_ for ids in self.blue.values() for id_ in ids)) if word in text]


async def history(graph: Graph) -> Neighbours:
    """A payment with everything that can hang on one, a person, a client and an invitation; a dispute of each."""
    person = new_uuid(MORNING)
    await graph.database.execute(
        "INSERT INTO users (id, realm, email, name, status, created_at)"
        " VALUES ($1, 'MERCHANT', 'owner@blue.example', 'Blue Owner', 'ACTIVE', now())",
        person,
    )
    await graph.database.execute(
        "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $3, 'OWNER', now())",
        graph.blue.id,
        new_uuid(MORNING),
        person,
    )
    owner = replace(graph.owner, id=person)
    given = minimal("createPayment")["input"]
    customer = {"email": "mary@example.com", "name": "Mary Somerville"}
    payment = await graph.change("createPayment", owner, **given, customer=customer, reference="blue-reference")
    part = {"amount": "0.50", "currency": "EUR"}
    refund = minimal("refundPayment")["input"] | {"paymentId": payment["payment"]["id"], "amount": part}
    await graph.change("refundPayment", owner, **refund)
    await graph.change("setApprovalPolicy", owner, action="REFUND_PAYMENT", currency="EUR", threshold="0.10")
    asked = minimal("refundPayment")["input"] | {"paymentId": payment["payment"]["id"]}
    assert "approvalRequest" in await graph.change("refundPayment", owner, **asked)
    disputes = {
        graph.blue.id: await _case(graph, owner, payment["payment"]["id"]),
        graph.red.id: await Docket(graph=graph).hear(await Docket(graph=graph).payment(graph.rival)),
    }
    reviews = {
        graph.blue.id: await _suspicion(graph, owner),
        graph.red.id: await Casebook(graph=graph).held(graph.rival),
    }
    account = await BankBook(graph=graph).approved(owner)
    await graph.change("revealBankAccount", owner, bankAccountId=account, reason="blue reading")
    closings = Closings(graph=graph)
    await closings.schedule(reservePercent="10", reserveDays=90)
    await closings.sold(owner, "500.00")
    await closings.adjusted(reason="blue goodwill")
    await closings.close()
    await closings.open()
    book = PayoutBook(graph=graph)
    await book.desk.bank_account()
    # By somebody of the staff with the same id, so that it means something to ask for what that person created.
    assert "payout" in await book.created(actor=replace(graph.staff, id=person))
    await graph.change("createApiClient", owner, name="blue till", scopes=["PAYMENTS_READ"])
    await graph.change("inviteUser", owner, email="new@blue.example", role="VIEWER")
    found = {
        Prefix.MERCHANT: [format_id(Prefix.MERCHANT, graph.blue.id)],
        Prefix.USER: [format_id(Prefix.USER, person)],
    }
    for prefix, table in TABLES.items():
        rows = await graph.database.fetch(f"SELECT id FROM {table} WHERE merchant_id = $1", graph.blue.id)
        assert rows, table
        found[prefix] = [format_id(prefix, row["id"]) for row in rows]
    return Neighbours(graph=graph, blue=found, owner=owner, disputes=disputes, reviews=reviews)


async def _case(graph: Graph, owner: Actor, payment: str) -> str:
    """A dispute and a warning of the payment, with all that can hang on them."""
    docket = Docket(graph=graph)
    dispute = await docket.hear(payment, case_reference="blue-case", amount=eur("0.20"))
    await docket.warned(payment)
    await docket.stage(dispute, owner, OTHER="blue bell")
    person = format_id(Prefix.USER, owner.id) if owner.id else None
    await graph.change("assignDispute", owner, disputeId=dispute, assigneeId=person)
    await graph.change("addDisputeNote", owner, disputeId=dispute, text="blue thread")
    file = {"fileName": "blue.pdf", "contentType": "application/pdf", "sizeBytes": 1, "sha256": "0" * 64}
    await graph.change("createEvidenceUpload", owner, disputeId=dispute, kind="RECEIPT", **file)
    return dispute


async def _suspicion(graph: Graph, owner: Actor) -> str:
    """A review that the owner works on, with all that can hang on it, and whatever else there is of fraud."""
    book = Casebook(graph=graph)
    rule = await book.published(owner, name="blue rule")
    review, _ = await book.claimed(owner), await book.held(owner)
    person = format_id(Prefix.USER, owner.id) if owner.id else ""
    await graph.change("addFraudReviewNote", owner, reviewId=review, text="blue suspicion", mentions=[person])
    # Its id is among those that are tried, and nobody but staff finds it.
    await graph.change("addFraudReviewNote", graph.staff, reviewId=review, text=AMONG_STAFF, audience="STAFF")
    await graph.change(
        "addListEntries", owner, listName="blocked_emails", values=["thief@blue.example"], reason="Thief"
    )
    await book.tested(rule, owner)
    await graph.change("setApprovalPolicy", owner, action="PUBLISH_FRAUD_RULE")
    await graph.change("updateFraudRule", owner, ruleId=rule, expression="payment.amount_minor > 70000")
    asked = await graph.change("publishFraudRule", owner, ruleId=rule, reason="Once more.")
    assert "approvalRequest" in asked, asked
    return review
