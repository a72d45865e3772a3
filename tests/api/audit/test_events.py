"""An event's id leads to the event, whatever it happened to; without the permission to see that, to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.audit.events import SUBJECTS
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from tests.api.disputes.docket import Docket
from tests.api.fraud.casebook import Casebook
from tests.api.reconciliation.bank_mail import BankMail
from tests.api.settlements.bank_book import BankBook
from tests.api.settlements.closings import Closings
from tests.api.settlements.payout_book import write_payouts
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph

NODES = """
query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Event { sequence name occurredAt actor subjectType subjectId }
  ... on PaymentEvent { name } ... on DisputeEvent { name } ... on FraudReviewEvent { name }
} }
"""
TYPES = {
    "payment": "PaymentEvent",
    "dispute": "DisputeEvent",
    "early_fraud_warning": "Event",
    "approval_request": "Event",
    "fraud_rule": "Event",
    "bank_account": "Event",
    "payout": "Event",
    "settlement": "Event",
    "reserve_hold": "Event",
    "statement_import": "Event",
    "reconciliation_item": "Event",
    "remittance": "Event",
    "fraud_review": "FraudReviewEvent",
}
FOUND = "SELECT id, name, sequence, subject_type, subject_id, occurred_at, actor_name FROM events ORDER BY id"


@pytest.fixture(scope="module")
async def told(lasting_graph: Graph) -> Graph:
    """Events of every kind of object."""
    docket = Docket(graph=lasting_graph)
    payment = await docket.payment()
    await docket.warned(payment)
    await docket.hear(payment)
    await lasting_graph.change("setApprovalPolicy", action="REFUND_PAYMENT", currency="EUR", threshold="0.10")
    part = {"amount": "1.00", "currency": "EUR"}
    await lasting_graph.change("refundPayment", idempotencyKey="r", paymentId=payment, amount=part)
    await Casebook(graph=lasting_graph).held()
    await BankBook(graph=lasting_graph).asked()
    await write_payouts(lasting_graph, 1)
    closings = Closings(graph=lasting_graph)
    await closings.schedule(reservePercent="10", reserveDays=90)
    await closings.closed(amount="900.00")
    await BankMail(graph=lasting_graph).item()
    await BankMail(graph=lasting_graph).remittance()
    return lasting_graph


async def nodes(graph: Graph, actor: Actor | None = None) -> list[tuple[Any, Any]]:
    """Every event that was stored, and what its id leads to."""
    rows = await graph.database.fetch(FOUND)
    ids = [format_id(Prefix.EVENT, row["id"]) for row in rows]
    shown = (await graph.run(NODES, {"ids": ids}, actor=actor))["nodes"]
    return list(zip(rows, shown, strict=True))


async def test_every_event_is_there(told: Graph) -> None:
    found = await nodes(told, told.staff)
    assert {row["subject_type"] for row, _ in found} == set(TYPES)
    for row, shown in found:
        expected = (TYPES[row["subject_type"]], format_id(Prefix.EVENT, row["id"]), row["name"])
        assert (shown["__typename"], shown["id"], shown["name"]) == expected
    assert {kind for kind, name in TYPES.items() if name == "Event"} == set(SUBJECTS)


async def test_what_an_event_says(told: Graph) -> None:
    prefixes = {
        "early_fraud_warning": Prefix.WARNING,
        "approval_request": Prefix.APPROVAL,
        "fraud_rule": Prefix.RULE,
        "bank_account": Prefix.BANK_ACCOUNT,
        "payout": Prefix.PAYOUT,
        "settlement": Prefix.SETTLEMENT,
        "reserve_hold": Prefix.RESERVE,
        "statement_import": Prefix.STATEMENT_IMPORT,
        "reconciliation_item": Prefix.RECONCILIATION,
        "remittance": Prefix.REMITTANCE,
    }
    for row, shown in await nodes(told, told.staff):
        if shown["__typename"] == "Event":
            subject = format_id(prefixes[row["subject_type"]], row["subject_id"])
            assert (shown["sequence"], shown["actor"]) == (row["sequence"], row["actor_name"])
            assert (shown["subjectType"], shown["subjectId"]) == (row["subject_type"], subject)
            assert (await told.run("query($id: ID!) { node(id: $id) { id } }", {"id": subject}, actor=told.staff))[
                "node"
            ] is not None


@pytest.mark.parametrize(
    ("permission", "kinds"),
    [
        (Permission.PAYMENTS_READ, {"payment"}),
        (Permission.DISPUTES_READ, {"dispute", "early_fraud_warning"}),
        (Permission.APPROVALS_READ, {"approval_request"}),
        (Permission.FRAUD_READ, {"fraud_rule", "fraud_review"}),
        (Permission.BANK_ACCOUNTS_READ, {"bank_account"}),
        (Permission.PAYOUTS_READ, {"payout"}),
        (Permission.SETTLEMENTS_READ, {"settlement", "reserve_hold"}),
        (Permission.AUDIT_READ, set()),
    ],
)
async def test_it_takes_the_permission_to_see_the_object(told: Graph, permission: Permission, kinds: set[str]) -> None:
    client = an_actor(told.blue, permissions=[permission])
    assert {row["subject_type"] for row, shown in await nodes(told, client) if shown is not None} == kinds


async def test_another_merchant_sees_none(told: Graph) -> None:
    assert [shown for _, shown in await nodes(told, told.rival) if shown is not None] == []
