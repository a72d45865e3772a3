"""A held payment on its way through review: taken on, decided, and decided anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.disputes.notice import NoticeType
from domain.identity.permission import MerchantRole
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.disputes.docket import Docket, error_of
from tests.api.disputes.test_work import colleague
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.api.fraud.casebook import Casebook
    from tests.api.graph import Json


def soon(hours: int = 1) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def allowed(review: Json) -> set[str]:
    """What could be done with a review."""
    return {one["action"] for one in review["availableActions"] if one["allowed"]}


async def test_a_large_payment_is_held_and_approved(casebook: Casebook) -> None:
    review = await casebook.held()
    seen = await casebook.one(review, "status sla payment { id status } merchant { name } rules { name ofPlatform }")
    assert (seen["status"], seen["sla"], seen["payment"]["status"]) == ("OPEN", "ON_TIME", "IN_REVIEW")
    assert (seen["merchant"]["name"], seen["rules"]) == ("Blue Bicycle", [{"name": "large", "ofPlatform": False}])
    taken = (await casebook.graph.change("claimFraudReview", reviewId=review))["review"]
    me = format_id(Prefix.USER, casebook.graph.owner.id) if casebook.graph.owner.id else None
    assert (taken["status"], taken["assigneeId"]) == ("ASSIGNED", me)
    answer = await casebook.approve(review, outcome="FALSE_POSITIVE")
    assert (answer["__typename"], answer["replayed"]) == ("ApproveFraudReviewPayload", False)
    assert (answer["payment"]["status"], answer["payment"]["amountCaptured"]["amount"]) == ("CAPTURED", "600.00")
    assert (answer["review"]["status"], answer["review"]["outcome"]) == ("APPROVED", "FALSE_POSITIVE")
    assert answer["review"]["decidedBy"] == "Ada Lovelace"
    again = await casebook.approve(review, outcome="FALSE_POSITIVE")
    assert (again["replayed"], again["payment"]["status"]) == (True, "CAPTURED")
    other = await casebook.approve(review, outcome="UNKNOWN")
    assert error_of(other) == ("IdempotencyConflict", ["input", "idempotencyKey"])
    assert (await casebook.approve(review, "another key"))["__typename"] == "InvalidState"
    assert (await casebook.one(review, "sla"))["sla"] is None


async def test_a_manual_payment_is_let_go_without_being_captured(casebook: Casebook) -> None:
    review = await casebook.claimed(captureMode="MANUAL")
    answer = await casebook.approve(review)
    assert (answer["payment"]["status"], answer["payment"]["amountCaptured"]["amount"]) == ("AUTHORIZED", "0.00")


async def test_a_declined_payment_is_voided_and_what_it_came_from_refused(casebook: Casebook) -> None:
    review = await casebook.claimed(customer={"email": "Thief@Example.com"})
    answer = await casebook.decline(review, outcome="CONFIRMED_FRAUD", block=["EMAIL", "CARD"])
    assert (answer["__typename"], answer["payment"]["status"]) == ("DeclineFraudReviewPayload", "VOIDED")
    seen = answer["review"]
    assert (seen["status"], seen["declineReason"], seen["outcome"]) == ("DECLINED", "STOLEN_CARD", "CONFIRMED_FRAUD")
    query = 'query { listEntries(filter: { listName: "blocked_emails" }) { nodes { value reason author reviewId } } }'
    (entry,) = (await casebook.graph.run(query))["listEntries"]["nodes"]
    assert (entry["value"], entry["author"], entry["reviewId"]) == ("thief@example.com", "Ada Lovelace", review)
    before = await casebook.graph.value("SELECT count(*) FROM operations")
    refused = await casebook.paid("1.00", customer={"email": "thief@example.com"})
    assert (refused["status"], refused["declineCode"]) == ("DECLINED", "FRAUD_SUSPECTED")
    assert await casebook.graph.value("SELECT count(*) FROM operations") == before
    assert (await casebook.decline(review, block=["EMAIL", "CARD"]))["__typename"] == "IdempotencyConflict"


async def test_what_a_decline_cannot_be(casebook: Casebook) -> None:
    review = await casebook.claimed()
    for given, type_, path in (
        ({"reason": "PAYMENT_ENDED"}, "InvalidInput", ["input", "reason"]),
        ({"block": ["COUNTRY"]}, "InvalidInput", ["input", "block", "0"]),
        ({"block": ["CARD"], "blockEverywhere": True}, "PermissionDenied", None),
    ):
        before = await casebook.graph.counts()
        assert error_of(await casebook.decline(review, **given)) == (type_, path)
        assert await casebook.graph.counts() == before
    staff = casebook.graph.staff
    answer = await casebook.decline(review, "staff's", staff, block=["CARD"], blockEverywhere=True)
    assert answer["__typename"] == "DeclineFraudReviewPayload"
    assert (await casebook.paid("1.00", casebook.graph.rival, **_yen("100")))["status"] == "DECLINED"


def _yen(amount: str) -> Json:
    return {"amount": {"amount": amount, "currency": "JPY"}}


async def test_the_next_one_is_given_to_one_person_each(casebook: Casebook) -> None:
    graph = casebook.graph
    nothing = await graph.change("claimNextFraudReview")
    assert (nothing["__typename"], nothing["code"]) == ("NothingToReview", "NOTHING_TO_REVIEW")
    reviews = {await casebook.held(), await casebook.held()}
    urgent = await casebook.held()
    await graph.change("escalateFraudReview", reviewId=urgent, reason="The shop has called.")
    first = (await graph.change("claimNextFraudReview"))["review"]
    assert (first["id"], first["escalationReason"]) == (urgent, "The shop has called.")
    second = (await graph.change("claimNextFraudReview", an_actor(graph.blue)))["review"]["id"]
    third = (await graph.change("claimNextFraudReview", graph.staff))["review"]["id"]
    assert {second, third} == reviews
    assert (await graph.change("claimNextFraudReview", graph.staff))["__typename"] == "NothingToReview"
    red = format_id(Prefix.MERCHANT, graph.red.id)
    await graph.change("releaseFraudReview", graph.staff, reviewId=third)
    for narrowed in ({"merchantIds": [red]}, {"currency": ["JPY"]}):
        assert (await graph.change("claimNextFraudReview", graph.staff, **narrowed))["__typename"] == "NothingToReview"
    wrong = await graph.change("claimNextFraudReview", currency=["EUX"])
    assert error_of(wrong) == ("InvalidInput", ["input", "currency", "0"])


async def test_reviews_go_from_hand_to_hand(casebook: Casebook) -> None:
    graph, review, mary = casebook.graph, await casebook.held(), await colleague(casebook.graph)
    assigned = (await graph.change("assignFraudReview", reviewId=review, assigneeId=mary))["review"]
    assert (assigned["assigneeId"], assigned["assigneeName"]) == (mary, "Mary Somerville")
    operator = an_actor(graph.blue, role=MerchantRole.OPERATOR)
    denied = await graph.change("claimFraudReview", operator, reviewId=review)
    assert (denied["__typename"], "Somebody else works on this review" in denied["message"]) == ("InvalidState", True)
    assert (await casebook.approve(review, "theirs", operator))["__typename"] == "InvalidState"
    freed = (await graph.change("releaseFraudReview", reviewId=review))["review"]
    assert (freed["status"], freed["assigneeId"]) == ("OPEN", None)
    unclaimed = await casebook.approve(review, "unclaimed", operator)
    assert (unclaimed["__typename"], unclaimed["message"]) == ("InvalidState", "Claim this review first.")
    stranger = format_id(Prefix.USER, new_uuid(MORNING))
    answer = await graph.change("assignFraudReview", reviewId=review, assigneeId=stranger)
    assert answer["__typename"] == "NotFound"
    person = await casebook.one(review, "assignee { name } assigneeName")
    assert person == {"assignee": None, "assigneeName": None}


async def test_a_review_is_put_aside_and_comes_back(casebook: Casebook) -> None:
    graph, review = casebook.graph, await casebook.held()
    aside = await graph.change("snoozeFraudReview", reviewId=review, until=soon())
    assert aside["review"]["snoozedUntil"] is not None
    assert (await graph.change("claimNextFraudReview"))["__typename"] == "NothingToReview"
    for until, path in ((soon(-1), "until"), (soon(24 * 30), "until")):
        answer = await graph.change("snoozeFraudReview", reviewId=review, until=until)
        assert error_of(answer) == ("InvalidInput", ["input", path])
    back = await graph.change("snoozeFraudReview", reviewId=review)
    assert back["review"]["snoozedUntil"] is None
    assert (await graph.change("claimNextFraudReview"))["review"]["id"] == review


async def test_notes_and_the_story(casebook: Casebook) -> None:
    graph, review, mary = casebook.graph, await casebook.claimed(), await colleague(casebook.graph)
    answer = await graph.change("addFraudReviewNote", reviewId=review, text="Who is\nthat?", mentions=[mary])
    assert answer["note"] == {
        "id": answer["note"]["id"],
        "text": "Who is\nthat?",
        "audience": "MERCHANT",
        "author": "Ada Lovelace",
        "authorRealm": "MERCHANT",
        "mentions": ["Mary Somerville"],
        "review": {"id": review},
    }
    stranger = await graph.change(
        "addFraudReviewNote", reviewId=review, text="x", mentions=[format_id(Prefix.USER, new_uuid(MORNING))]
    )
    assert error_of(stranger) == ("NotFound", ["input", "mentions", "0"])
    long = await graph.change("addFraudReviewNote", reviewId=review, text="x" * 4001)
    assert error_of(long) == ("InvalidInput", ["input", "text"])
    await graph.change("snoozeFraudReview", reviewId=review, until=soon())
    await casebook.decline(review, outcome="SUSPECTED_FRAUD")
    await graph.change("recordFraudReviewOutcome", reviewId=review, outcome="CONFIRMED_FRAUD")
    shown = (
        "notes { text mentionIds } outcome timeline { nodes { sequence type status reason outcome until assigneeId } }"
    )
    seen = await casebook.one(review, shown)
    assert (seen["notes"], seen["outcome"]) == ([{"text": "Who is\nthat?", "mentionIds": [mary]}], "CONFIRMED_FRAUD")
    story = seen["timeline"]["nodes"]
    assert [(line["sequence"], line["type"]) for line in story] == [
        (1, "OPENED"),
        (2, "ASSIGNED"),
        (3, "SNOOZED"),
        (4, "CLOSED"),
        (5, "OUTCOME_RECORDED"),
    ]
    assert (story[1]["assigneeId"] is None, story[2]["until"] is None) == (False, False)
    assert (story[3]["status"], story[3]["reason"], story[3]["outcome"]) == (
        "DECLINED",
        "STOLEN_CARD",
        "SUSPECTED_FRAUD",
    )
    assert story[4]["outcome"] == "CONFIRMED_FRAUD"


async def test_a_review_is_decided_anew(casebook: Casebook) -> None:
    graph, review = casebook.graph, await casebook.claimed(captureMode="MANUAL")
    early = await graph.change("reopenFraudReview", reviewId=review, reason="Wait.")
    assert (early["__typename"], early["message"]) == ("InvalidState", "This review is not decided yet.")
    await casebook.approve(review)
    reopened = (await graph.change("reopenFraudReview", reviewId=review, reason="The bank has called."))["review"]
    assert (reopened["status"], reopened["decidedBy"]) == ("OPEN", None)
    seen = await casebook.one(review, "payment { status } timeline(first: 100) { nodes { type reason } }")
    assert seen["payment"]["status"] == "IN_REVIEW"
    assert seen["timeline"]["nodes"][-1] == {"type": "REOPENED", "reason": "The bank has called."}
    captured = await casebook.claimed()
    await casebook.approve(captured, "captured")
    assert (await graph.change("reopenFraudReview", reviewId=captured, reason="Late."))["__typename"] == "InvalidState"


async def test_many_at_once_each_by_itself(casebook: Casebook) -> None:
    graph = casebook.graph
    held, gone = await casebook.held(), await casebook.claimed()
    await casebook.approve(gone)
    nobodys = format_id(Prefix.REVIEW, new_uuid(MORNING))
    given = {"reviewIds": [held, gone, nobodys], "decision": "DECLINE", "reason": "CARD_TESTING"}
    rows = (await graph.change("decideFraudReviews", idempotencyKey="many", **given))["rows"]
    assert [row["reviewId"] for row in rows] == given["reviewIds"]
    assert [(row["review"] or {}).get("status") for row in rows] == ["DECLINED", None, None]
    assert (rows[0]["payment"]["status"], rows[0]["error"], rows[0]["replayed"]) == ("VOIDED", None, False)
    assert [row["error"]["__typename"] for row in rows[1:]] == ["InvalidState", "NotFound"]
    again = (await graph.change("decideFraudReviews", idempotencyKey="many", **given))["rows"]
    assert (again[0]["replayed"], again[0]["review"]["status"]) == (True, "DECLINED")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"decision": "DECLINE"}, ["input", "reason"]),
        ({"decision": "APPROVE", "reason": "OTHER"}, ["input", "reason"]),
        ({"decision": "APPROVE", "reviewIds": []}, ["input", "reviewIds"]),
    ],
)
async def test_what_is_wrong_with_all_of_them(lasting_casebook: Casebook, given: Json, path: list[str]) -> None:
    review = format_id(Prefix.REVIEW, new_uuid(MORNING))
    fields = {"idempotencyKey": "k", "reviewIds": [review], **given}
    assert error_of(await lasting_casebook.graph.change("decideFraudReviews", **fields)) == ("InvalidInput", path)
    twice = {"idempotencyKey": "k", "decision": "APPROVE", "reviewIds": [review, review]}
    answer = await lasting_casebook.graph.change("decideFraudReviews", **twice)
    assert error_of(answer) == ("InvalidInput", ["input", "reviewIds"])


async def test_chargebacks_that_came_afterwards(casebook: Casebook) -> None:
    review = await casebook.claimed()
    answer = await casebook.approve(review)
    docket = Docket(graph=casebook.graph)
    assert (await casebook.one(review, "chargebacks { id }"))["chargebacks"] == []
    dispute = await docket.hear(answer["payment"]["id"], NoticeType.OPENED, occurred_at=datetime.now(UTC))
    assert (await casebook.one(review, "chargebacks { id stage }"))["chargebacks"] == [
        {"id": dispute, "stage": "CHARGEBACK"}
    ]


async def test_what_can_be_done_is_said_beforehand(casebook: Casebook) -> None:
    review = await casebook.held()
    operator = an_actor(casebook.graph.blue, role=MerchantRole.OPERATOR)
    viewer = an_actor(casebook.graph.blue, role=MerchantRole.VIEWER)
    shown = "availableActions { action allowed reason }"
    assert allowed(await casebook.one(review, shown)) == {
        *("CLAIM", "ASSIGN", "ESCALATE", "SNOOZE", "ADD_NOTE", "APPROVE", "DECLINE")
    }
    assert allowed(await casebook.one(review, shown, operator)) == {"CLAIM", "ESCALATE", "SNOOZE", "ADD_NOTE"}
    seen = await casebook.one(review, shown, viewer)
    assert allowed(seen) == set()
    assert seen["availableActions"][0]["reason"] == "You lack the permission fraud:review."


async def test_the_merchant_voids_a_payment_in_review(casebook: Casebook) -> None:
    review = await casebook.held()
    payment = (await casebook.one(review, "payment { id }"))["payment"]["id"]
    answer = await casebook.graph.change("voidPayment", idempotencyKey="void", paymentId=payment)
    assert answer["payment"]["status"] == "VOIDED"
    approved = await casebook.approve(review)
    assert (approved["__typename"], "VOIDED" in approved["message"]) == ("InvalidState", True)
