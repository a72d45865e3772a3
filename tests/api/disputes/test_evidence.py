"""What answers a dispute: templates, drafts, and earlier payments that Visa takes as compelling evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.early_fraud_warning import new_warning
from domain.disputes.evidence_file import FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.network import Network
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.payments.origin import Origin
from tests.api.disputes.test_queue import keep
from tests.api.graph import SYSTEM
from tests.builders.disputes import a_warning_notice
from tests.builders.files import a_dispute, an_evidence_file
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payments import a_method, a_payment

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment
    from tests.api.disputes.docket import Docket
    from tests.api.graph import Graph, Json

TEMPLATE = """evidence {
  stage status texts { kind text } files { id kind status }
  template { kind need staged label hint } completeness { score missing { kind need staged } } rebuttalDraft
} evidenceHistory { stage }"""


async def test_a_template_that_nobody_has_filled(docket: Docket) -> None:
    dispute = await docket.opened(reason_code="13.1")
    seen = await docket.one(dispute, TEMPLATE)
    evidence = seen["evidence"]
    assert (evidence["stage"], evidence["status"], evidence["texts"], evidence["files"]) == (
        "CHARGEBACK", "STAGED", [], [],
    )  # fmt: skip
    assert seen["evidenceHistory"] == []
    assert evidence["completeness"]["score"] == 0
    wanted = [field["kind"] for field in evidence["template"]]
    assert [field["kind"] for field in evidence["completeness"]["missing"]] == wanted
    assert all(field["label"] and field["hint"].endswith(".") for field in evidence["template"])
    assert "Enclosed: nothing yet." in evidence["rebuttalDraft"]


async def test_texts_and_stored_files_fill_it(docket: Docket) -> None:
    graph, dispute = docket.graph, await docket.opened(reason_code="13.1")
    await docket.stage(dispute, RECEIPT="A bicycle.")
    id_ = await graph.value("SELECT id FROM disputes")
    entity = a_dispute(id=id_, merchant_id=graph.blue.id)
    stored = an_evidence_file(entity, id=new_uuid(after(1)), kind=EvidenceKind.SHIPPING_PROOF, status=FileStatus.STORED)
    awaited = an_evidence_file(entity, id=new_uuid(after(2)), kind=EvidenceKind.CUSTOMER_COMMUNICATION)
    async with graph.disputes.units.begin(SYSTEM, "tests") as unit:
        for file in (stored, awaited):
            await unit.evidence_files.add(file)
        await unit.commit()
    evidence = (await docket.one(dispute, TEMPLATE))["evidence"]
    assert [(file["kind"], file["status"]) for file in evidence["files"]] == [
        ("SHIPPING_PROOF", "STORED"), ("CUSTOMER_COMMUNICATION", "AWAITING_UPLOAD"),
    ]  # fmt: skip
    there = {field["kind"] for field in evidence["template"] if field["staged"]}
    assert there == {"RECEIPT", "SHIPPING_PROOF"} & {field["kind"] for field in evidence["template"]}
    assert not any(field["staged"] for field in evidence["completeness"]["missing"])
    assert evidence["completeness"]["score"] > 0
    assert "Proof of shipment" in evidence["rebuttalDraft"]


async def test_a_draft_tells_the_facts(docket: Docket) -> None:
    payment = await docket.payment(reference="Order 4711")
    dispute = await docket.hear(payment, reason_code="13.1")
    draft = (await docket.one(dispute, "evidence { rebuttalDraft }"))["evidence"]["rebuttalDraft"]
    for fact in ("Rebuttal of Blue Bicycle", "Case: 9000000001", "13.1", "Order 4711", "40.00 EUR", "ending in 4242"):
        assert fact in draft
    nameless = await docket.hear(await docket.payment(), case_reference="another", network_case_id=None)
    draft = (await docket.one(nameless, "payment { id } evidence { rebuttalDraft }"))["evidence"]["rebuttalDraft"]
    assert "Case: another" in draft
    assert "Payment: pay_" in draft


async def test_a_draft_needs_the_payment(docket: Docket) -> None:
    dispute = await docket.opened()
    blind = an_actor(docket.graph.blue, permissions={Permission.DISPUTES_READ})
    query = "query($id: ID!) { dispute(id: $id) { id evidence { status rebuttalDraft } } }"
    payload = await docket.graph.answer(query, {"id": dispute}, actor=blind)
    assert payload["errors"][0]["extensions"] == {"code": "PERMISSION_DENIED"}


COMPELLING = "compellingEvidence { eligible payments { id reference } elements missing { code message } }"
ORIGIN = Origin(
    ip_address="203.0.113.7", device_id="device-1", customer_account="ada", shipping_address="1 Main Street"
)


async def paid(graph: Graph, days: int, origin: Origin | None = ORIGIN, **values: Any) -> Payment:
    """A payment with Ada's card, so many days before the morning, with its origin."""
    at = MORNING - timedelta(days=days)
    payment = a_payment(
        eur(100),
        **{
            "id": new_uuid(at),
            "merchant_id": graph.blue.id,
            "method": a_method(fingerprint="card-of-ada"),
            "created_at": at,
            "captured": eur(100),
            "reference": f"{days} days ago",
            **values,
        },
    )
    async with graph.assembly.payments.units.begin(SYSTEM, "tests") as unit:
        await unit.payments.add(payment)
        if origin is not None:
            await unit.origins.add(payment, origin)
        await unit.commit()
    return payment


async def disputed(graph: Graph, payment: Payment, **values: Any) -> str:
    """Its dispute of this morning."""
    dispute: Dispute = a_dispute(merchant_id=payment.merchant_id, payment_id=payment.id, **values)
    await keep(graph, [dispute])
    return format_id(Prefix.DISPUTE, dispute.id)


async def compelling(docket: Docket, dispute: str) -> Json:
    return (await docket.one(dispute, COMPELLING))["compellingEvidence"]


async def test_two_earlier_payments_speak_for_the_merchant(docket: Docket) -> None:
    graph = docket.graph
    for days in (119, 120, 200, 365, 366):
        await paid(graph, days)
    # Of another card, another merchant, and never captured.
    await paid(graph, 150, method=a_method(fingerprint="card-of-mary"))
    await paid(graph, 151, merchant_id=graph.red.id)
    await paid(graph, 152, captured=eur(0))
    dispute = await disputed(graph, await paid(graph, 1))
    seen = await compelling(docket, dispute)
    assert (seen["eligible"], seen["missing"]) == (True, [])
    assert [payment["reference"] for payment in seen["payments"]] == ["120 days ago", "200 days ago"]
    assert seen["elements"] == ["IP_ADDRESS", "DEVICE_ID", "CUSTOMER_ACCOUNT", "SHIPPING_ADDRESS"]


async def test_what_is_not_counted_is_said(docket: Docket) -> None:
    graph = docket.graph
    await paid(graph, 119)
    await paid(graph, 366)
    await disputed(graph, await paid(graph, 130), case_reference="of the earlier one")
    warned = await paid(graph, 140)
    async with graph.disputes.units.begin(SYSTEM, "tests") as unit:
        warning = new_warning(a_warning_notice(warned), new_uuid(MORNING), graph.blue.id, warned.id, MORNING)
        assert await unit.warnings.add(warning)
        await unit.commit()
    await paid(graph, 150)
    seen = await compelling(docket, await disputed(graph, await paid(graph, 1)))
    assert (seen["eligible"], seen["payments"], seen["elements"]) == (False, [], [])
    assert {one["code"]: one["message"].rsplit(" ", 1)[1] for one in seen["missing"][1:]} == {
        "OLD_PAYMENTS_TOO_RECENT": "1.",
        "OLD_PAYMENTS_TOO_OLD": "1.",
        "OLD_PAYMENT_DISPUTED": "1.",
        "OLD_PAYMENT_FRAUD_REPORTED": "1.",
    }
    assert (seen["missing"][0]["code"], "1 found" in seen["missing"][0]["message"]) == ("TOO_FEW_OLD_PAYMENTS", True)


@pytest.mark.parametrize(
    ("origin", "codes"),
    [
        (None, {"TOO_FEW_MATCHING_ELEMENTS", "NO_IP_OR_DEVICE"}),
        (replace(ORIGIN, ip_address=None, device_id="other"), {"NO_IP_OR_DEVICE"}),
        (Origin(ip_address=ORIGIN.ip_address), {"TOO_FEW_MATCHING_ELEMENTS"}),
        (replace(ORIGIN, ip_address="2001:db8::1"), set[str]()),
    ],
    ids=["unknown", "another device", "the address alone", "another address"],
)
async def test_what_has_to_match(docket: Docket, origin: Origin | None, codes: set[str]) -> None:
    for days in (130, 140):
        await paid(docket.graph, days, origin)
    seen = await compelling(docket, await disputed(docket.graph, await paid(docket.graph, 1)))
    assert ({one["code"] for one in seen["missing"]}, seen["eligible"]) == (codes, not codes)


async def test_a_card_that_nobody_knows(docket: Docket) -> None:
    dispute = await disputed(docket.graph, await paid(docket.graph, 1, method=a_method()))
    assert [one["code"] for one in (await compelling(docket, dispute))["missing"]] == ["NO_CARD_FINGERPRINT"]


@pytest.mark.parametrize(("network", "code"), [(Network.VISA, "13.1"), (Network.MASTERCARD, "4837")])
async def test_the_rule_is_for_one_reason_code(docket: Docket, network: Network, code: str) -> None:
    payment = await paid(docket.graph, 1)
    dispute = await disputed(docket.graph, payment, network=network, reason_code=code)
    assert await compelling(docket, dispute) is None


async def test_the_newest_two_hundred_are_looked_at(docket: Docket) -> None:
    """Among them the two that match, though many are newer."""
    graph = docket.graph
    async with graph.disputes.units.begin(SYSTEM, "tests") as unit:
        for number in range(198):
            at = MORNING - timedelta(days=130, minutes=number)
            payment = a_payment(
                id=new_uuid(at),
                merchant_id=graph.blue.id,
                method=a_method(fingerprint="card-of-ada"),
                created_at=at,
                captured=eur(100),
            )
            await unit.payments.add(payment)
        await unit.commit()
    for days in (140, 150):
        await paid(graph, days)
    dispute = await disputed(graph, await paid(graph, 1))
    assert (await compelling(docket, dispute))["eligible"] is True
    await paid(graph, 129, None)
    assert (await compelling(docket, dispute))["eligible"] is False


async def test_it_needs_the_payments(docket: Docket) -> None:
    dispute = await disputed(docket.graph, await paid(docket.graph, 1))
    blind = an_actor(docket.graph.blue, permissions={Permission.DISPUTES_READ})
    query = f"query($id: ID!) {{ dispute(id: $id) {{ id {COMPELLING} }} }}"
    payload = await docket.graph.answer(query, {"id": dispute}, actor=blind)
    assert payload["errors"][0]["extensions"] == {"code": "PERMISSION_DENIED"}
    assert payload["data"]["dispute"] == {"id": dispute, "compellingEvidence": None}
