"""One dispute, with all that hangs on it, as the graph shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.network import Network
from domain.disputes.notice import NoticeType
from domain.disputes.reason_codes.catalogue import catalogue
from domain.disputes.stage import CLOSED, DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.kernel.money import Money
from tests.api.disputes.test_queue import keep
from tests.api.history import write
from tests.builders.files import a_dispute
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import after
from tests.builders.money import EUR, eur
from tests.builders.payments import a_payment
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from tests.api.disputes.docket import Docket
    from tests.api.graph import Graph, Json

T, S = NoticeType, DisputeStage


async def told(docket: Docket) -> tuple[str, str]:
    """A payment whose inquiry became a chargeback, which was won, and came back; and its dispute."""
    payment = await docket.payment()
    dispute = await docket.hear(payment, T.OPENED, S.INQUIRY)
    await docket.hear(payment, T.OPENED, S.CHARGEBACK, minutes=1, dispute_amount=Money(4310, replace(EUR, code="USD")))
    await docket.hear(payment, T.WON, S.CHARGEBACK, minutes=2)
    await docket.hear(payment, T.OPENED, S.PRE_ARBITRATION, minutes=3, respond_by=after(1_000_000))
    return payment, dispute


async def test_the_whole_case(docket: Docket) -> None:
    payment, dispute = await told(docket)
    shown = """
      stage status network networkCaseId arn gateway caseReference category timeZone responsePending
      amount { amount currency } disputeAmount { amount currency } fee { amount } amountWithdrawn { amount }
      doubleLoss doubleLossAmount { amount } respondBy openedAt closedAt payment { id } merchant { name }
      reasonCode { code name network category known inForce replacedBy wanted { required anyOf helpful } source }
      stages { stage status amount { amount } amountWithdrawn { amount } amountReinstated { amount } respondBy closedAt }
    """
    seen = await docket.one(dispute, shown)
    code = catalogue()[Network.VISA]["10.4"]
    assert seen.pop("reasonCode") == {
        "code": "10.4",
        "name": code.name,
        "network": "VISA",
        "category": "FRAUDULENT",
        "known": True,
        "inForce": True,
        "replacedBy": None,
        "wanted": {"required": [*code.required], "anyOf": [*code.any_of], "helpful": [*code.helpful]},
        "source": code.source,
    }
    inquiry, chargeback, again = seen.pop("stages")
    assert (inquiry["stage"], inquiry["amountWithdrawn"]["amount"]) == ("INQUIRY", "0.00")
    assert (chargeback["status"], chargeback["closedAt"]) == ("WON", "2026-03-02T09:02:00Z")
    assert [chargeback[f"amount{name}"]["amount"] for name in ("", "Withdrawn", "Reinstated")] == ["40.00"] * 3
    assert (again["stage"], again["status"], again["respondBy"]) == (
        "PRE_ARBITRATION", "NEEDS_RESPONSE", "2026-03-13T22:46:40Z",
    )  # fmt: skip
    assert seen == {
        "stage": "PRE_ARBITRATION",
        "status": "NEEDS_RESPONSE",
        "network": "VISA",
        "networkCaseId": "9000000001",
        "arn": "74537604221222132710572",
        "gateway": "simulator",
        "caseReference": f"case-{payment}",
        "category": "FRAUDULENT",
        "timeZone": "UTC",
        "responsePending": False,
        "amount": {"amount": "40.00", "currency": "EUR"},
        "disputeAmount": {"amount": "43.10", "currency": "USD"},
        "fee": {"amount": "15.00"},
        "amountWithdrawn": {"amount": "40.00"},
        "doubleLoss": False,
        "doubleLossAmount": {"amount": "0.00"},
        "respondBy": "2026-03-13T22:46:40Z",
        "openedAt": "2026-03-02T09:00:00Z",
        "closedAt": None,
        "payment": {"id": payment},
        "merchant": {"name": "Blue Bicycle"},
    }


async def test_what_it_did_to_payment_and_ledger(docket: Docket) -> None:
    payment, dispute = await told(docket)
    entries = "ledgerEntries { id kind dispute { id } postings { account direction amount { amount } } }"
    seen = await docket.one(dispute, entries)
    assert [entry["kind"] for entry in seen["ledgerEntries"]] == ["DISPUTE", "DISPUTE_REVERSAL", "DISPUTE"]
    query = f"query($id: ID!) {{ payment(id: $id) {{ amountDisputed {{ amount }} disputes {{ id }} {entries} }} }}"
    shown = (await docket.graph.run(query, {"id": payment}))["payment"]
    assert (shown["amountDisputed"], shown["disputes"]) == ({"amount": "40.00"}, [{"id": dispute}])
    by_dispute = {bool(entry["dispute"]): entry for entry in shown["ledgerEntries"]}
    assert by_dispute[False]["kind"] == "CAPTURE"
    assert [entry for entry in shown["ledgerEntries"] if entry["dispute"]] == seen["ledgerEntries"]


async def test_its_story(docket: Docket) -> None:
    _, dispute = await told(docket)
    page = "timeline(first: 100) { nodes { id sequence type name change amount { amount } actor dispute { id } } }"
    lines = (await docket.one(dispute, page))["timeline"]["nodes"]
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0]["name"] == "dispute.created"
    moved = [(line["type"], line["amount"]["amount"]) for line in lines if line["type"].startswith("FUNDS")]
    assert moved == [("FUNDS_WITHDRAWN", "40.00"), ("FUNDS_REINSTATED", "40.00"), ("FUNDS_WITHDRAWN", "40.00")]
    assert {line["change"] for line in lines if line["type"] == "UPDATED"} == {"network"}
    assert all(line["dispute"] == {"id": dispute} for line in lines)
    ids = [line["id"] for line in lines]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on DisputeEvent { sequence actor } } }"
    nodes = (await docket.graph.run(query, {"ids": ids}))["nodes"]
    assert nodes == [
        {"__typename": "DisputeEvent", "id": line["id"], "sequence": line["sequence"], "actor": line["actor"]}
        for line in lines
    ]
    blind = an_actor(docket.graph.blue, permissions={Permission.PAYMENTS_READ})
    assert (await docket.graph.run(query, {"ids": ids}, actor=blind))["nodes"] == [None] * len(ids)


async def test_events_of_both_kinds_stand_beside_each_other(docket: Docket) -> None:
    payment, dispute = await told(docket)
    query = "query($id: ID!) { payment(id: $id) { timeline(first: 2) { nodes { id } } } }"
    of_payment = (await docket.graph.run(query, {"id": payment}))["payment"]["timeline"]["nodes"]
    of_dispute = (await docket.one(dispute, "timeline(first: 2) { nodes { id } }"))["timeline"]["nodes"]
    ids = [node["id"] for pair in zip(of_payment, of_dispute, strict=True) for node in pair]
    nodes = (await docket.graph.run("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", {"ids": ids}))["nodes"]
    assert [node["__typename"] for node in nodes] == ["PaymentEvent", "DisputeEvent"] * 2


async def test_what_the_network_said(docket: Docket) -> None:
    _, dispute = await told(docket)
    shown = "notices { type stage source gateway caseReference reasonCode amount { amount } occurredAt }"
    seen = (await docket.one(dispute, shown))["notices"]
    assert [(one["type"], one["stage"]) for one in seen] == [
        ("OPENED", "INQUIRY"), ("OPENED", "CHARGEBACK"), ("WON", "CHARGEBACK"), ("OPENED", "PRE_ARBITRATION"),
    ]  # fmt: skip


async def test_a_refund_before_the_chargeback_is_lost_twice(docket: Docket) -> None:
    payment = await docket.payment()
    part = {"amount": "70.00", "currency": "EUR"}
    await docket.graph.change("refundPayment", idempotencyKey="r", paymentId=payment, amount=part)
    dispute = await docket.hear(payment)
    seen = await docket.one(dispute, "doubleLoss doubleLossAmount { amount } amountWithdrawn { amount }")
    assert seen == {"doubleLoss": True, "doubleLossAmount": {"amount": "10.00"}, "amountWithdrawn": {"amount": "40.00"}}


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        ("Europe/Berlin", "2026-03-28T22:59:59+00:00", False),
        ("Europe/Berlin", "2026-03-28T23:00:00+00:00", True),
        ("Europe/Berlin", "2026-03-29T21:59:59+00:00", True),
        ("Europe/Berlin", "2026-03-29T22:00:00+00:00", False),
        ("America/New_York", "2026-03-28T23:30:00+00:00", False),
        ("America/New_York", "2026-03-29T21:30:00+00:00", True),
        ("Asia/Tokyo", "2026-03-29T21:30:00+00:00", True),
    ],
)
async def test_due_today_is_by_the_merchants_clock(graph: Graph, zone: str, now: str, *, today: bool) -> None:
    """The last second of a day in Berlin, the one on which its summer time begins."""
    moment = type(after(0)).fromisoformat
    due = moment("2026-03-29T21:59:59+00:00")
    dispute = await kept(graph, respond_by=due, time_zone=zone)
    at = replace(graph, disputes=replace(graph.disputes, clock=SettableClock(moment(now))))
    query = "query($id: ID!) { dispute(id: $id) { isDueToday respondByLocal respondBy timeZone } }"
    seen = (await at.run(query, {"id": dispute}))["dispute"]
    day = "2026-03-30" if zone == "Asia/Tokyo" else "2026-03-29"
    assert seen == {
        "isDueToday": today,
        "respondByLocal": day,
        "respondBy": "2026-03-29T21:59:59Z",
        "timeZone": zone,
    }


async def kept(graph: Graph, **values: Any) -> str:
    """A dispute as it is; its id."""
    payment = a_payment(id=new_uuid(after(0)), merchant_id=graph.blue.id, captured=eur(100))
    await write(graph, [payment])
    dispute = a_dispute(merchant_id=graph.blue.id, payment_id=payment.id, **values)
    stages = (replace(dispute.stages[0], status=dispute.status, respond_by=dispute.respond_by),)
    await keep(graph, [replace(dispute, stages=stages)])
    return format_id(Prefix.DISPUTE, dispute.id)


async def test_what_is_answered_is_not_due(graph: Graph) -> None:
    for values in ({"status": DisputeStatus.UNDER_REVIEW}, {"respond_by": None}):
        dispute = await kept(graph, **{"respond_by": after(0), **values})
        at = replace(graph, disputes=replace(graph.disputes, clock=SettableClock(after(0))))
        seen = await at.run("query($id: ID!) { dispute(id: $id) { isDueToday } }", {"id": dispute})
        assert seen["dispute"]["isDueToday"] is False


ACTIONS = "availableActions { action allowed reason requiresApproval }"
ALWAYS = {"ADD_NOTE", "ASSIGN"}


@pytest.mark.parametrize("status", DisputeStatus)
async def test_what_can_be_done_in_each_status(lasting_docket: Docket, status: DisputeStatus) -> None:
    graph = lasting_docket.graph
    closed_at = after(0) if status in CLOSED else None
    dispute = await kept(graph, status=status, closed_at=closed_at)
    answers = {
        DisputeStatus.NEEDS_RESPONSE: {"ACCEPT", "STAGE_EVIDENCE"},
        DisputeStatus.EVIDENCE_STAGED: {"ACCEPT", "STAGE_EVIDENCE", "SUBMIT_EVIDENCE"},
    }.get(status, set[str]())
    for actor, more in ((graph.owner, set[str]()), (graph.staff, {"RECORD_NOTICE"})):
        actions = (await lasting_docket.one(dispute, ACTIONS, actor))["availableActions"]
        assert {one["action"] for one in actions if one["allowed"]} == answers | ALWAYS | more
        assert all((one["reason"] is None) == one["allowed"] for one in actions)
        assert not any(one["requiresApproval"] for one in actions)


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (MerchantRole.VIEWER, set[str]()),
        (MerchantRole.OPERATOR, {"ACCEPT", "STAGE_EVIDENCE", *ALWAYS}),
        (StaffRole.SUPPORT, set[str]()),
        (StaffRole.DISPUTE_ANALYST, {"ACCEPT", "STAGE_EVIDENCE", "RECORD_NOTICE", *ALWAYS}),
    ],
)
async def test_what_a_role_can_do(lasting_docket: Docket, actor: MerchantRole | StaffRole, allowed: set[str]) -> None:
    graph = lasting_docket.graph
    somebody = an_actor(graph.blue, role=actor) if isinstance(actor, MerchantRole) else a_staff_actor(actor)
    actions = (await lasting_docket.one(await kept(graph), ACTIONS, somebody))["availableActions"]
    assert {one["action"] for one in actions if one["allowed"]} == allowed


async def test_a_merchants_disputes(docket: Docket) -> None:
    disputes = [await docket.opened() for _ in range(3)]
    await docket.hear(await docket.payment(docket.graph.rival))
    query = """query($n: Int, $c: String) { merchants { nodes { name disputes(first: $n, after: $c) {
        nodes { id } pageInfo { hasNextPage endCursor }
    } } } }"""

    async def page(**variables: Any) -> Json:
        merchants = (await docket.graph.run(query, variables))["merchants"]["nodes"]
        assert [merchant["name"] for merchant in merchants] == ["Blue Bicycle"]
        return merchants[0]["disputes"]

    first = await page(n=2)
    assert [node["id"] for node in first["nodes"]] == disputes[:0:-1]
    rest = await page(n=2, c=first["pageInfo"]["endCursor"])
    assert ([node["id"] for node in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (disputes[:1], False)
    blind = an_actor(docket.graph.blue, permissions={Permission.MERCHANTS_READ})
    payload = await docket.graph.answer(query, actor=blind)
    assert payload["errors"][0]["extensions"] == {"code": "PERMISSION_DENIED"}


async def test_the_catalogue_of_reason_codes(lasting_docket: Docket) -> None:
    query = "query($n: Network) { disputeReasonCodes(network: $n) { code network responseDays { stage days } } }"
    everything = (await lasting_docket.graph.run(query))["disputeReasonCodes"]
    assert len(everything) == sum(len(book) for book in catalogue().values()) > 100
    discover = (await lasting_docket.graph.run(query, {"n": "DISCOVER"}))["disputeReasonCodes"]
    assert [code["code"] for code in discover] == [*catalogue()[Network.DISCOVER]]
    assert {code["network"] for code in discover} == {"DISCOVER"}
    assert all(day["days"] > 0 for code in discover for day in code["responseDays"])
