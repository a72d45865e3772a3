"""Disputes are conceded or countered through the graph, once, by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.disputes.gateway import ResponseKind
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from domain.identity.permission import MerchantRole
from domain.payments.gateway import OutcomeKind
from tests.api.disputes.docket import error_of
from tests.builders.identity import an_actor

if TYPE_CHECKING:
    from tests.api.disputes.docket import Docket
    from tests.api.graph import Json


def allowed(dispute: Json) -> set[str]:
    return {action["action"] for action in dispute["availableActions"] if action["allowed"]}


def reason(dispute: Json, action: str) -> str:
    return next(row["reason"] for row in dispute["availableActions"] if row["action"] == action)


def texts(dispute: Json) -> dict[str, str]:
    return {text["kind"]: text["text"] for text in dispute["evidence"]["texts"]}


async def test_an_acceptance_concedes(docket: Docket) -> None:
    dispute = await docket.opened()
    answer = await docket.accept(dispute)
    assert (answer["__typename"], answer["replayed"]) == ("AcceptDisputePayload", False)
    accepted = answer["dispute"]
    assert (accepted["id"], accepted["status"], accepted["responsePending"]) == (dispute, "ACCEPTED", False)
    assert accepted["responses"] == [
        {
            "kind": "ACCEPT",
            "stage": "CHARGEBACK",
            "status": "SUCCEEDED",
            "responseCode": None,
            "sha256": None,
            "requestedBy": "Ada Lovelace",
        }
    ]
    assert [one.kind for one in docket.graph.network.answers.values()] == [ResponseKind.ACCEPT]
    assert accepted["closedAt"] is not None
    assert allowed(accepted) == {"ADD_NOTE", "ASSIGN"}


async def test_the_same_key_accepts_once(docket: Docket) -> None:
    dispute, other = await docket.opened(), await docket.opened()
    first, again = await docket.accept(dispute), await docket.accept(dispute)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["dispute"] == first["dispute"]
    assert docket.graph.network.calls == 1
    conflict = await docket.accept(other)
    assert error_of(conflict) == ("IdempotencyConflict", ["input", "idempotencyKey"])
    refused = await docket.accept(dispute, key="another")
    assert (refused["__typename"], refused["message"]) == ("InvalidState", "The dispute was accepted.")
    assert docket.graph.network.calls == 1


async def test_an_inquiry_is_not_accepted(docket: Docket) -> None:
    dispute = await docket.opened(DisputeStage.INQUIRY)
    answer = await docket.accept(dispute)
    assert (answer["code"], answer["path"]) == ("INVALID_STATE", None)
    shown = await docket.one(dispute, "status availableActions { action allowed reason }")
    assert (shown["status"], reason(shown, "ACCEPT")) == ("NEEDS_RESPONSE", answer["message"])


@pytest.mark.parametrize(
    ("kind", "status", "pending"),
    [(OutcomeKind.UNKNOWN, "UNKNOWN", True), (OutcomeKind.FAILED, "FAILED", False)],
)
async def test_a_gateway_that_does_not_take_it(
    docket: Docket, kind: OutcomeKind, status: str, *, pending: bool
) -> None:
    dispute = await docket.opened()
    docket.graph.network.fail_next(kind)
    answered = (await docket.accept(dispute))["dispute"]
    assert (answered["status"], answered["responsePending"]) == ("NEEDS_RESPONSE", pending)
    assert [(one["status"], one["responseCode"]) for one in answered["responses"]] == [(status, "stand_in")]
    again = await docket.accept(dispute, key="another")
    assert again["__typename"] == ("InvalidState" if pending else "AcceptDisputePayload")
    if pending:
        assert again["message"] == reason(answered, "ACCEPT") == reason(answered, "SUBMIT_EVIDENCE")


async def test_a_large_acceptance_waits_for_somebody_else(docket: Docket) -> None:
    graph = docket.graph
    await graph.change("setApprovalPolicy", action="ACCEPT_DISPUTE", currency="EUR", threshold="40.00")
    dispute = await docket.opened()
    shown = await docket.one(dispute, "availableActions { action requiresApproval }")
    assert [one["action"] for one in shown["availableActions"] if one["requiresApproval"]] == ["ACCEPT"]
    asked, again = await docket.accept(dispute), await docket.accept(dispute)
    assert (asked["__typename"], again) == ("ApprovalRequired", asked)
    request = asked["approvalRequest"]
    assert (request["action"], request["status"], request["amount"]["amount"]) == (
        "ACCEPT_DISPUTE", "REQUIRES_REVIEW", "40.00",
    )  # fmt: skip
    assert (request["dispute"], request["payment"], request["refundReason"]) == ({"id": dispute}, None, None)
    assert (await docket.one(dispute, "status responses { kind }")) == {"status": "NEEDS_RESPONSE", "responses": []}
    assert graph.network.calls == 0
    finance = an_actor(graph.blue, role=MerchantRole.FINANCE)
    decided = await graph.change("approveRequest", finance, approvalRequestId=request["id"])
    assert decided["approvalRequest"]["status"] == "SUCCEEDED"
    assert (await docket.one(dispute, "status"))["status"] == "ACCEPTED"
    assert ((await docket.accept(dispute))["dispute"]["status"], graph.network.calls) == ("ACCEPTED", 1)


async def test_texts_are_staged_one_by_one(docket: Docket) -> None:
    dispute = await docket.opened(reason_code="13.1")
    first = (await docket.stage(dispute, RECEIPT="A bicycle,\nsold.", OTHER="Rain."))["dispute"]
    assert (first["status"], texts(first)) == ("EVIDENCE_STAGED", {"RECEIPT": "A bicycle,\nsold.", "OTHER": "Rain."})
    assert first["evidence"]["status"] == "STAGED"
    second = (await docket.stage(dispute, SHIPPING_PROOF="DHL 00340", OTHER=None))["dispute"]
    assert texts(second) == {"RECEIPT": "A bicycle,\nsold.", "SHIPPING_PROOF": "DHL 00340"}
    assert second["evidence"]["completeness"]["score"] > first["evidence"]["completeness"]["score"]
    assert "SUBMIT_EVIDENCE" in allowed(second)
    nothing = (await docket.stage(dispute, RECEIPT=None, SHIPPING_PROOF=None))["dispute"]
    assert (nothing["status"], texts(nothing)) == ("NEEDS_RESPONSE", {})
    assert nothing["evidence"]["completeness"]["score"] == 0


WRONG_TEXTS: list[tuple[list[Json], list[str]]] = [
    ([], ["input", "texts"]),
    ([{"kind": "RECEIPT", "text": "a"}, {"kind": "RECEIPT", "text": "b"}], ["input", "texts", "1", "kind"]),
    ([{"kind": "OTHER", "text": "x" * 20_001}], ["input", "texts", "0", "text"]),
    ([{"kind": "RECEIPT", "text": "a"}, {"kind": "OTHER", "text": " "}], ["input", "texts", "1", "text"]),
    ([{"kind": "OTHER", "text": "paid with 4242 4242 4242 4242"}], ["input", "texts", "0", "text"]),
]


@pytest.mark.parametrize(("given", "path"), WRONG_TEXTS, ids=[str(path) for _, path in WRONG_TEXTS])
async def test_texts_that_are_refused(docket: Docket, given: list[Json], path: list[str]) -> None:
    dispute = await docket.opened()
    before = await docket.graph.counts()
    answer = await docket.graph.change("stageDisputeEvidence", disputeId=dispute, texts=given)
    assert error_of(answer) == ("InvalidInput", path)
    assert await docket.graph.counts() == before
    longest = await docket.stage(dispute, OTHER="x" * 20_000)
    assert longest["__typename"] == "StageDisputeEvidencePayload"


async def test_evidence_goes_once_and_for_good(docket: Docket) -> None:
    dispute = await docket.staged()
    answer = await docket.submit(dispute)
    assert (answer["__typename"], answer["replayed"]) == ("SubmitDisputeEvidencePayload", False)
    submitted = answer["dispute"]
    evidence, (response,) = submitted["evidence"], submitted["responses"]
    assert (submitted["status"], evidence["status"], response["kind"]) == ("UNDER_REVIEW", "SUBMITTED", "COUNTER")
    assert evidence["sha256"] == response["sha256"]
    assert len(evidence["sha256"]) == 64
    assert (evidence["submittedBy"], evidence["submittedAt"] is not None) == ("Ada Lovelace", True)
    assert (await docket.submit(dispute))["replayed"] is True
    assert docket.graph.network.calls == 1
    for late in (
        await docket.stage(dispute, OTHER="One thing more."),
        await docket.submit(dispute, key="another"),
        await docket.accept(dispute),
    ):
        assert (late["code"], late["message"]) == ("INVALID_STATE", reason(submitted, "SUBMIT_EVIDENCE"))
    assert (await docket.one(dispute, "evidence { sha256 }"))["evidence"]["sha256"] == evidence["sha256"]


async def test_nothing_is_nothing_to_submit(docket: Docket) -> None:
    dispute = await docket.opened()
    answer = await docket.submit(dispute)
    shown = await docket.one(dispute, "availableActions { action allowed reason }")
    assert (answer["code"], answer["message"]) == ("INVALID_STATE", reason(shown, "SUBMIT_EVIDENCE"))
    assert docket.graph.network.calls == 0


async def test_files_are_verified_before_they_go(docket: Docket) -> None:
    dispute = await docket.opened()
    file = await docket.uploaded(dispute)
    submitted = (await docket.submit(dispute))["dispute"]
    assert submitted["status"] == "UNDER_REVIEW"
    assert submitted["evidence"]["files"] == [{"id": file, "kind": "RECEIPT", "status": "STORED"}]
    (sent,) = docket.graph.network.answers.values()
    assert [one.content_type for one in sent.files] == ["application/pdf"]


async def test_a_file_that_was_never_sent_holds_the_answer_up(docket: Docket) -> None:
    dispute = await docket.staged()
    file = {"fileName": "late.pdf", "contentType": "application/pdf", "sizeBytes": 1, "sha256": "0" * 64}
    await docket.graph.change("createEvidenceUpload", disputeId=dispute, kind="RECEIPT", **file)
    answer = await docket.submit(dispute)
    assert (answer["code"], "late.pdf" in answer["message"]) == ("INVALID_STATE", True)
    assert (await docket.one(dispute, "status evidence { sha256 }")) == {
        "status": "EVIDENCE_STAGED",
        "evidence": {"sha256": None},
    }


async def test_a_later_stage_has_evidence_of_its_own(docket: Docket) -> None:
    payment = await docket.payment()
    dispute = await docket.hear(payment)
    await docket.stage(dispute, RECEIPT="The first answer.")
    sent = (await docket.submit(dispute))["dispute"]["evidence"]["sha256"]
    assert await docket.hear(payment, NoticeType.OPENED, DisputeStage.PRE_ARBITRATION, minutes=9) == dispute
    await docket.stage(dispute, OTHER="The second.")
    shown = "stage evidence { stage status texts { text } } evidenceHistory { stage status sha256 texts { text } }"
    seen = await docket.one(dispute, shown)
    assert seen["stage"] == "PRE_ARBITRATION"
    assert seen["evidence"] == {"stage": "PRE_ARBITRATION", "status": "STAGED", "texts": [{"text": "The second."}]}
    assert seen["evidenceHistory"] == [
        {"stage": "CHARGEBACK", "status": "SUBMITTED", "sha256": sent, "texts": [{"text": "The first answer."}]},
        {"stage": "PRE_ARBITRATION", "status": "STAGED", "sha256": None, "texts": [{"text": "The second."}]},
    ]
