"""Every field says which permission it needs; whoever lacks it is refused, and nothing has happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLObjectType

from api.fields import PERMISSION
from domain.identity.permission import MERCHANT_ROLES, MerchantRole, Permission
from domain.kernel.ids import Prefix, format_id
from tests.api.disputes.docket import Docket
from tests.api.fraud.casebook import Casebook
from tests.api.generated import minimal, query_document, required
from tests.api.graph import CORE
from tests.api.reconciliation.bank_mail import BankMail
from tests.api.settlements.bank_book import BankBook
from tests.api.settlements.closings import Closings
from tests.api.settlements.payout_book import PayoutBook
from tests.api.settlements.test_payment_files import waiting_file
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from tests.api.graph import Graph

PUBLIC = {"Query.viewer", "Query.node", "Query.nodes"}
# No merchant takes on merchants, suspends one, or speaks for a network, whatever its people may do.
STAFF_ONLY = {
    "createMerchant",
    "suspendMerchant",
    "changeFeePlan",
    "recordDisputeNotice",
    "verifyBankAccount",
    "closeSettlement",
    "adjustSettlement",
    "setSettlementSchedule",
    "holdSettlements",
    "releaseSettlements",
    "createStatementUpload",
    "importStatement",
    "retryStatementImport",
    "createStatementDownload",
    "matchReconciliationItem",
    "resolveReconciliationItem",
    "assignReconciliationItem",
    "recordRemittance",
    "createPayout",
    "retryPaymentFile",
    "approvePayout",
    "rejectPayout",
    "cancelPayout",
    "holdPayout",
    "releasePayout",
    "setPayoutPolicy",
}
# What a second person always has to approve is only asked for.
ALWAYS_ASK = {"addBankAccount", "adjustSettlement", "changeFeePlan", "setPayoutPolicy"}
STAFF_ASK = {
    *("statementImport", "statementImports", "statementImportTotals", "bankStatement", "bankStatements"),
    *("bankEntry", "bankEntries", "reconciliationItem", "reconciliationItems", "reconciliationItemTotals"),
    *("remittance", "remittances", "remittanceTotals"),
    *("disputeNotices", "jobs", "payoutPolicies", "paymentFile", "paymentFiles"),
}
_PREFIXES = {
    "payment": Prefix.PAYMENT,
    "approvalRequest": Prefix.APPROVAL,
    "dispute": Prefix.DISPUTE,
    "earlyFraudWarning": Prefix.WARNING,
    "fraudReview": Prefix.REVIEW,
    "fraudRule": Prefix.RULE,
    "backtest": Prefix.BACKTEST,
    "bankAccount": Prefix.BANK_ACCOUNT,
    "settlement": Prefix.SETTLEMENT,
    "statementImport": Prefix.STATEMENT_IMPORT,
    "bankStatement": Prefix.STATEMENT,
    "bankEntry": Prefix.BANK_ENTRY,
    "reconciliationItem": Prefix.RECONCILIATION,
    "remittance": Prefix.REMITTANCE,
    "payout": Prefix.PAYOUT,
    "paymentFile": Prefix.PAYMENT_FILE,
}


def resolved() -> dict[str, Any]:
    """The metadata of every field that is more than an attribute, by type and name."""
    found: dict[str, Any] = {}
    for kind in CORE.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            definition = (field.extensions or {}).get("strawberry-definition")
            root = kind in {CORE.query_type, CORE.mutation_type}
            if definition is not None and (root or definition.base_resolver is not None):
                found[f"{kind.name}.{name}"] = definition.metadata
    return found


def test_every_field_declares_its_permission() -> None:
    found = resolved()
    undeclared = [field for field, metadata in found.items() if PERMISSION not in metadata]
    assert undeclared == []
    assert {field for field, metadata in found.items() if metadata[PERMISSION] is None} == PUBLIC
    assert {"Payment.captures", "Payment.availableActions", "Customer.payments", "Mutation.voidPayment"} <= set(found)


QUERIES = {
    name: resolved()[f"Query.{name}"][PERMISSION] for name in CORE.query_type.fields if f"Query.{name}" not in PUBLIC
}
MUTATIONS = {name: resolved()[f"Mutation.{name}"][PERMISSION] for name in CORE.mutation_type.fields}


def without(graph: Graph, permission: Permission) -> Actor:
    return an_actor(graph.blue, permissions=set(Permission) - {permission})


@pytest.mark.parametrize(("field", "permission"), QUERIES.items())
async def test_queries_are_denied(lasting_graph: Graph, field: str, permission: Permission) -> None:
    id_ = format_id(_PREFIXES.get(field, Prefix.MERCHANT), lasting_graph.blue.id)
    variables = {name: id_ if name in {"id", "merchantId"} else given for name, given in required(field).items()}
    payload = await lasting_graph.answer(query_document(field), variables, actor=without(lasting_graph, permission))
    assert payload["data"] in (None, {field: None})
    assert payload["errors"][0]["extensions"] == {"code": "PERMISSION_DENIED"}
    assert permission in payload["errors"][0]["message"]
    asker = lasting_graph.staff if field in STAFF_ASK else lasting_graph.owner
    allowed = await lasting_graph.answer(query_document(field), variables, actor=asker)
    assert "errors" not in allowed


@pytest.mark.parametrize(("mutation", "permission"), MUTATIONS.items())
async def test_mutations_are_denied(graph: Graph, mutation: str, permission: Permission) -> None:
    given = await _valid_input(graph, mutation)
    before = await graph.counts()
    rows = await _rows(graph)
    answer = await graph.change(mutation, without(graph, permission), **given)
    assert (answer["__typename"], answer["code"]) == ("PermissionDenied", "PERMISSION_DENIED")
    assert permission in answer["message"]
    assert (await graph.counts(), await _rows(graph)) == (before, rows)
    # The same input is good enough for whoever has it.
    allowed = await graph.change(mutation, graph.staff if mutation in STAFF_ONLY else None, **given)
    payload = f"{mutation[0].upper()}{mutation[1:]}Payload"
    assert allowed["__typename"] == ("ApprovalRequired" if mutation in ALWAYS_ASK else payload)
    assert (await graph.counts(), await _rows(graph)) != (before, rows)


@pytest.mark.parametrize("mutation", sorted(STAFF_ONLY))
async def test_what_only_staff_may_do(graph: Graph, mutation: str) -> None:
    given = await _valid_input(graph, mutation)
    before = await graph.counts()
    answer = await graph.change(mutation, **given)
    assert answer["__typename"] == "PermissionDenied"
    assert await graph.counts() == before


# What the schema does not require, and a mutation does nothing without.
_OPTIONAL = {
    "setApprovalPolicy": {"currency": "EUR"},
    "importStatement": {"text": "<no/>"},
    "recordRemittance": {"costs": {"amount": "0.10", "currency": "EUR"}},
    "updateMerchant": {"name": "words"},
    "createApiClient": {"scopes": ["PAYMENTS_READ"]},
    "updateFraudRule": {"name": "words"},
}


async def _valid_input(graph: Graph, mutation: str) -> dict[str, Any]:
    """An input that does something."""
    given = minimal(mutation)["input"]
    if "paymentId" in given:
        token = "tok_3ds_required" if mutation == "confirmPayment" else "tok_visa"
        mode = "AUTOMATIC" if mutation in {"refundPayment", "recordDisputeNotice"} else "MANUAL"
        fields = {**minimal("createPayment")["input"], "captureMode": mode, "paymentMethod": {"token": token}}
        given["paymentId"] = (await graph.change("createPayment", **fields))["payment"]["id"]
    docket = Docket(graph=graph)
    if "disputeId" in given:
        given["disputeId"] = await docket.staged()
    if "fileId" in given:
        given["fileId"] = await docket.uploaded(await docket.opened())
    if "earlyFraudWarningId" in given:
        given["earlyFraudWarningId"] = await docket.warned()
    given |= await _of_fraud(graph, mutation, given)
    if "bankAccountId" in given:
        given["bankAccountId"] = await BankBook(graph=graph).approved()
    if "approvalRequestId" in given:
        given["approvalRequestId"] = await _request(graph, own=mutation == "cancelRequest")
    if "merchantId" in given:
        given["merchantId"] = format_id(Prefix.MERCHANT, graph.blue.id)
    given |= await _of_settlements(graph, mutation, given)
    given |= await _of_reconciliation(graph, mutation, given)
    given |= await _of_payouts(graph, mutation, given)
    if "paymentFileId" in given:
        given["paymentFileId"] = await waiting_file(graph)
    given |= _OPTIONAL.get(mutation, {})
    if "clientId" in given:
        shown = "... on CreateApiClientPayload { client { id } }"
        document = f'mutation {{ createApiClient(input: {{ name: "till", scopes: [PAYMENTS_READ] }}) {{ {shown} }} }}'
        given["clientId"] = (await graph.run(document))["createApiClient"]["client"]["id"]
    return given


async def _of_payouts(graph: Graph, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Money that is available, or a payout that somebody else has asked for."""
    book = PayoutBook(graph=graph)
    if mutation == "createPayout" or "payoutId" in given:
        await book.available(eur(100))
    if "payoutId" not in given:
        return {}
    payout = (await book.created(actor=a_staff_actor()))["payout"]["id"]
    if mutation == "releasePayout":
        await graph.change("holdPayout", graph.staff, payoutId=payout, reason="A doubt")
    return {"payoutId": payout}


async def _of_reconciliation(graph: Graph, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    """A file that was set aside, or an entry that matched nothing."""
    mail = BankMail(graph=graph)
    if "importId" in given:
        return {"importId": await mail.quarantined()}
    if "itemId" not in given:
        return {}
    if mutation == "assignReconciliationItem":
        return {"itemId": await mail.owned()}
    item = {"itemId": await mail.item()}
    return {**item, "remittanceId": await mail.remittance()} if mutation == "matchReconciliationItem" else item


async def _of_settlements(graph: Graph, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    """A settlement that is open, or an account that can be put on hold or released."""
    closings = Closings(graph=graph)
    if mutation in {"holdSettlements", "releaseSettlements"}:
        await closings.schedule()
    if mutation == "releaseSettlements":
        await graph.change(
            "holdSettlements", graph.staff, **{**given, "merchantId": format_id(Prefix.MERCHANT, graph.blue.id)}
        )
    if "settlementId" not in given:
        return {}
    await closings.sold()
    return {"settlementId": await closings.next()}


async def _of_fraud(graph: Graph, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    """A review, rule or backtest that a mutation does something with."""
    book, more = Casebook(graph=graph), dict[str, Any]()
    if "reviewId" in given:
        free = mutation in {"claimFraudReview", "escalateFraudReview"}
        more["reviewId"] = await (book.held() if free else book.claimed(captureMode="MANUAL"))
    if mutation in {"reopenFraudReview", "recordFraudReviewOutcome"}:
        await book.approve(more["reviewId"])
    if mutation in {"claimNextFraudReview", "decideFraudReviews"}:
        review = await book.held()
        more |= {"reviewIds": [review]} if "reviewIds" in given else {}
    if "ruleId" in given:
        more["ruleId"] = await book.drafted()
    if "ruleIds" in given:
        more["ruleIds"] = [await book.drafted()]
    if "backtestId" in given:
        more["backtestId"] = await book.tested()
    if mutation == "snoozeFraudReview":
        more["until"] = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return more


async def _request(graph: Graph, *, own: bool) -> str:
    """A request for approval of the owner, or of somebody else at the same merchant."""
    asker = graph.owner if own else an_actor(graph.blue)
    await graph.change("setApprovalPolicy", action="REFUND_PAYMENT", currency="EUR", threshold="0.00")
    payment = await graph.change("createPayment", asker, **minimal("createPayment")["input"])
    refund = {**minimal("refundPayment")["input"], "paymentId": payment["payment"]["id"]}
    return (await graph.change("refundPayment", asker, **refund))["approvalRequest"]["id"]


async def _rows(graph: Graph) -> list[Any]:
    """What changes without a new row."""
    statement = (
        "SELECT m.*, c.status FROM merchants AS m LEFT JOIN api_clients AS c ON c.merchant_id = m.id ORDER BY m.id"
    )
    others = [await graph.database.fetch(f"SELECT * FROM {table} ORDER BY id") for table in ("payments", "disputes")]
    others.append(await graph.database.fetch("SELECT * FROM settlement_accounts ORDER BY merchant_id, currency"))
    return [tuple(row) for rows in (await graph.database.fetch(statement), *others) for row in rows]


RELATIONS = {
    "merchant": ("merchant { id }", Permission.MERCHANTS_READ),
    "customer": ("customer { id }", Permission.CUSTOMERS_READ),
    "ledgerEntries": ("ledgerEntries { id }", Permission.LEDGER_READ),
    "screening": ("screening { decision }", Permission.FRAUD_READ),
    "fraudReview": ("fraudReview { id }", Permission.FRAUD_READ),
    "linkedPayments": ("linkedPayments { nodes { shares } }", Permission.FRAUD_READ),
}


@pytest.mark.parametrize("relation", RELATIONS)
async def test_relations_are_denied(lasting_graph: Graph, relation: str) -> None:
    await lasting_graph.change("createPayment", **minimal("createPayment")["input"])
    shown, permission = RELATIONS[relation]
    query = f"{{ payments(first: 1) {{ nodes {{ id {shown} }} }} }}"
    payload = await lasting_graph.answer(query, actor=without(lasting_graph, permission))
    (error,) = payload["errors"]
    assert error["extensions"] == {"code": "PERMISSION_DENIED"}
    assert error["path"] == ["payments", "nodes", 0, relation]


async def test_a_relation_of_a_merchant_where_the_permission_is_missing(lasting_graph: Graph) -> None:
    """Somebody of two merchants sees payments of both, but may read only one of the merchants."""
    graph = lasting_graph
    await graph.change("createPayment", **minimal("createPayment")["input"])
    await graph.change("createPayment", graph.rival, **minimal("createPayment")["input"])
    grants = {graph.blue.id: frozenset(Permission), graph.red.id: frozenset({Permission.PAYMENTS_READ})}
    both = replace(graph.owner, grants=grants)
    query = "{ payments { nodes { id merchant { name } customer { id } ledgerEntries { id } } } }"
    payload = await graph.answer(query, actor=both)
    assert {error["extensions"]["code"] for error in payload["errors"]} == {"NOT_FOUND"}
    assert {tuple(error["path"])[-1] for error in payload["errors"]} == {"merchant"}


PERSONAL = "{ payments { nodes { customer { id email name country } } } }"


@pytest.mark.parametrize("role", MerchantRole)
async def test_personal_data_needs_its_permission(graph: Graph, role: MerchantRole) -> None:
    customer = {"email": "mary@example.com", "name": "Mary", "country": "GB"}
    created = await graph.change("createPayment", **minimal("createPayment")["input"], customer=customer)
    actor = an_actor(graph.blue, role=role)
    seen = (await graph.run(PERSONAL, actor=actor))["payments"]["nodes"][0]["customer"]
    personal = Permission.CUSTOMERS_PII in MERCHANT_ROLES[role]
    assert (seen["email"], seen["name"], seen["country"]) == (
        ("mary@example.com", "Mary", "GB") if personal else (None, None, "GB")
    )
    again = "query($id: ID!) { node(id: $id) { ... on Customer { email name payments { nodes { id } } } } }"
    node = (await graph.run(again, {"id": seen["id"]}, actor=actor))["node"]
    assert (node["email"], node["name"]) == (seen["email"], seen["name"])
    assert node["payments"]["nodes"] == [{"id": created["payment"]["id"]}]


@pytest.mark.parametrize("role", [MerchantRole.VIEWER, MerchantRole.OPERATOR])
async def test_available_actions_know_what_the_viewer_may(lasting_graph: Graph, role: MerchantRole) -> None:
    given = {**minimal("createPayment")["input"], "captureMode": "MANUAL"}
    payment = (await lasting_graph.change("createPayment", **given))["payment"]["id"]
    query = "query($id: ID!) { payment(id: $id) { availableActions { action allowed reason } } }"
    actor = an_actor(lasting_graph.blue, role=role)
    actions = (await lasting_graph.run(query, {"id": payment}, actor=actor))["payment"]["availableActions"]
    capture = next(action for action in actions if action["action"] == "CAPTURE")
    if role is MerchantRole.OPERATOR:
        assert capture == {"action": "CAPTURE", "allowed": True, "reason": None}
    else:
        assert capture == {
            "action": "CAPTURE",
            "allowed": False,
            "reason": "You lack the permission payments:write.",
        }


async def test_nodes_need_their_own_permission(lasting_graph: Graph) -> None:
    merchant = format_id(Prefix.MERCHANT, lasting_graph.blue.id)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    seen = await lasting_graph.run(query, {"ids": [merchant]})
    assert seen["nodes"] == [{"id": merchant}]
    blind = without(lasting_graph, Permission.MERCHANTS_READ)
    assert (await lasting_graph.run(query, {"ids": [merchant]}, actor=blind))["nodes"] == [None]
