"""Payouts in the graph: asked for by one, approved by another, seen by whose money it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import Prefix, format_id, new_uuid
from tests.api.settlements.payout_book import APPROVER, PayoutBook, write_payouts
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur

if TYPE_CHECKING:
    from tests.api.graph import Graph, Json

LIST = (
    "query($f: PayoutFilter, $o: PayoutOrder) { payouts(filter: $f, orderBy: $o) { nodes { id amount { amount } } } }"
)
WHOLE = """
query($id: ID!) { payout(id: $id) {
  id status amount { amount } endToEndId executionOn sentAt merchant { name } bankAccount { maskedNumber }
  settlements { number status } paymentFile { id } attempts { number outcome code } events { name actor sequence }
  ledgerEntries { kind postings { account direction amount { amount } } }
} }
"""


@pytest.fixture
async def book(graph: Graph) -> PayoutBook:
    book = PayoutBook(graph=graph)
    await book.available(eur(100))
    return book


async def test_one_asks_and_another_approves(book: PayoutBook) -> None:
    created = await book.created("60.00", reason="Asked for")
    payout = created["payout"]
    assert (created["replayed"], payout["status"], payout["amount"]["amount"]) == (False, "AWAITING_APPROVAL", "60.00")
    own = {one["action"]: one["allowed"] for one in payout["availableActions"]}
    assert own == {"APPROVE": False, "REJECT": False, "CANCEL": True, "HOLD": True, "RELEASE": False}
    refused = await book.approved(payout["id"], book.graph.staff)
    assert (refused["__typename"], "somebody else" in refused["message"]) == ("InvalidState", True)
    approved = (await book.approved(payout["id"]))["payout"]
    assert (approved["status"], approved["approvedBy"], approved["approvedByPolicy"]) == (
        "APPROVED",
        "Edsger Dijkstra",
        False,
    )


async def test_all_that_belongs_to_it(book: PayoutBook) -> None:
    payout = await book.waiting()
    await book.approved(payout)
    await book.desk.confirm(await book.desk.send(await book.kept(payout)))
    shown = (await book.graph.run(WHOLE, {"id": payout}, actor=book.graph.staff))["payout"]
    assert (shown["status"], shown["merchant"]["name"]) == ("PAID", book.graph.blue.name)
    assert shown["settlements"] == [{"number": 1, "status": "PAID_OUT"}]
    assert shown["paymentFile"]["id"].startswith("pyf_")
    assert [(one["number"], one["outcome"]) for one in shown["attempts"]] == [(1, "DELIVERED"), (2, "PAID")]
    assert [one["name"] for one in shown["events"]][:2] == ["payout.created", "payout.approved"]
    assert [one["kind"] for one in shown["ledgerEntries"]] == ["PAYOUT", "PAYOUT_PAID"]
    finance = an_actor(book.graph.blue, role=MerchantRole.FINANCE)
    own = (await book.graph.run(WHOLE, {"id": payout}, actor=finance))["payout"]
    assert own == {**shown, "paymentFile": None}


async def test_the_same_key_answers_with_the_same_payout(book: PayoutBook) -> None:
    first = await book.created("10.00", idempotencyKey="k")
    again = await book.created("10.00", idempotencyKey="k")
    assert (again["payout"]["id"], again["replayed"]) == (first["payout"]["id"], True)
    other = await book.created("11.00", idempotencyKey="k")
    assert other["__typename"] == "IdempotencyConflict"


async def test_more_than_there_is(book: PayoutBook) -> None:
    await book.waiting("70.00")
    answer = await book.created("30.01")
    assert (answer["__typename"], answer["code"]) == ("AmountExceedsLimit", "AMOUNT_EXCEEDS_LIMIT")
    assert "30.00 EUR" in answer["message"]


async def test_the_other_ways(book: PayoutBook) -> None:
    change, staff = book.graph.change, book.graph.staff
    payout = await book.waiting("10.00")
    held = await change("holdPayout", staff, payoutId=payout, reason="A doubt")
    assert (held["payout"]["status"], held["payout"]["holdReason"]) == ("HELD", "A doubt")
    assert (await book.approved(payout))["__typename"] == "InvalidState"
    assert (await change("releasePayout", staff, payoutId=payout))["payout"]["status"] == "AWAITING_APPROVAL"
    rejected = await change("rejectPayout", APPROVER, payoutId=payout, reason="Wrong")
    assert (rejected["payout"]["status"], rejected["payout"]["decisionReason"]) == ("REJECTED", "Wrong")
    other = await book.waiting("10.00")
    assert (await change("cancelPayout", staff, payoutId=other, reason="Later"))["payout"]["status"] == "CANCELED"


async def test_a_policy_takes_two_people(book: PayoutBook) -> None:
    limit = {"amount": "50.00", "currency": "EUR"}
    answer = await book.graph.change("setPayoutPolicy", book.graph.staff, automaticUpTo=limit, reason="The board")
    request = answer["approvalRequest"]
    assert (request["status"], request["payoutLimit"]["amount"], request["payoutLimitReason"]) == (
        "REQUIRES_REVIEW",
        "50.00",
        "The board",
    )
    policies = "{ payoutPolicies { currency automaticUpTo { amount } requestedBy approvedBy } }"
    assert (await book.graph.run(policies, actor=book.graph.staff))["payoutPolicies"] == []
    done = await book.graph.change("approveRequest", APPROVER, approvalRequestId=request["id"])
    assert done["approvalRequest"]["status"] == "SUCCEEDED", done
    assert (await book.graph.run(policies, actor=book.graph.staff))["payoutPolicies"] == [
        {
            "currency": "EUR",
            "automaticUpTo": {"amount": "50.00"},
            "requestedBy": "Grace Hopper",
            "approvedBy": "Edsger Dijkstra",
        }
    ]
    payout = (await book.created("50.00"))["payout"]
    assert (payout["status"], payout["approvedByPolicy"], payout["policyLimit"]["amount"]) == (
        "APPROVED",
        True,
        "50.00",
    )
    error = await book.graph.refused(policies, actor=an_actor(book.graph.blue, role=MerchantRole.FINANCE))
    assert error["extensions"]["code"] == "PERMISSION_DENIED"


async def test_what_is_mine_to_approve(book: PayoutBook) -> None:
    payout = await book.waiting("10.00")
    for actor, expected in ((APPROVER, [payout]), (book.graph.staff, [])):
        data = await book.graph.run(LIST, {"f": {"awaitingMe": True}}, actor=actor)
        assert [one["id"] for one in data["payouts"]["nodes"]] == expected
    error = await book.graph.refused(LIST, {"f": {"awaitingMe": True}}, actor=a_staff_actor(StaffRole.AUDITOR))
    assert error["extensions"]["code"] == "PERMISSION_DENIED"


async def test_lists_are_filtered_and_ordered(graph: Graph) -> None:
    payouts = await write_payouts(graph, 6)
    ids = [format_id(Prefix.PAYOUT, one.id) for one in payouts]

    async def found(order: str | None = None, wanted: Json | None = None) -> list[str]:
        data = await graph.run(LIST, {"f": wanted or {}, "o": order}, actor=graph.staff)
        return [one["id"] for one in data["payouts"]["nodes"]]

    assert await found() == ids[::-1]
    assert await found("CREATED_AT_ASC") == ids
    by_amount = sorted(payouts, key=lambda one: (one.amount.minor, one.id))
    assert await found("AMOUNT_ASC") == [format_id(Prefix.PAYOUT, one.id) for one in by_amount]
    assert await found("AMOUNT_DESC") == [format_id(Prefix.PAYOUT, one.id) for one in by_amount[::-1]]
    account = format_id(Prefix.BANK_ACCOUNT, payouts[0].bank_account_id)
    requester = format_id(Prefix.USER, payouts[0].requested_by.id or payouts[0].id)
    for all_of_them in (
        {"status": ["IN_TRANSIT"]},
        {"currency": ["EUR"]},
        {"bankAccountIds": [account]},
        {"requestedById": requester},
        {"merchantIds": [format_id(Prefix.MERCHANT, graph.blue.id)]},
        {"createdAt": {"lte": MORNING.isoformat()}},
    ):
        assert await found(wanted=all_of_them) == ids[::-1], all_of_them
    for none_of_them in (
        {"status": ["PAID"]},
        {"currency": ["JPY"]},
        {"bankAccountIds": [format_id(Prefix.BANK_ACCOUNT, new_uuid(MORNING))]},
        {"settlementIds": [format_id(Prefix.SETTLEMENT, new_uuid(MORNING))]},
        {"merchantIds": [format_id(Prefix.MERCHANT, graph.red.id)]},
        {"amount": {"gt": "5.00"}},
    ):
        assert await found(wanted=none_of_them) == [], none_of_them
    totals = "{ payoutTotals { status currency count amount { amount } } }"
    assert (await graph.run(totals, actor=graph.staff))["payoutTotals"] == [
        {"status": "IN_TRANSIT", "currency": "EUR", "count": 6, "amount": {"amount": "16.00"}}
    ]


@pytest.mark.parametrize("order", ["CREATED_AT_DESC", "CREATED_AT_ASC", "AMOUNT_DESC", "AMOUNT_ASC"])
async def test_pages_go_both_ways(graph: Graph, order: str) -> None:
    await write_payouts(graph, 7)
    page = (
        "query($o: PayoutOrder, $n: Int, $a: String, $l: Int, $b: String)"
        " { payouts(orderBy: $o, first: $n, after: $a, last: $l, before: $b)"
        " { nodes { id } pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } }"
    )
    whole = (await graph.run(page, {"o": order}, actor=graph.staff))["payouts"]
    first = (await graph.run(page, {"o": order, "n": 4}, actor=graph.staff))["payouts"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await graph.run(page, {"o": order, "n": 4, "a": cursor}, actor=graph.staff))["payouts"]
    assert [*first["nodes"], *second["nodes"]] == whole["nodes"]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    cursor = second["pageInfo"]["startCursor"]
    back = (await graph.run(page, {"o": order, "l": 4, "b": cursor}, actor=graph.staff))["payouts"]
    assert back["nodes"] == first["nodes"]


async def test_another_merchant_sees_nothing_of_it(book: PayoutBook) -> None:
    payout = await book.waiting()
    assert (await book.graph.run(WHOLE, {"id": payout}, actor=book.graph.rival))["payout"] is None
    assert (await book.graph.run(LIST, {"f": None}, actor=book.graph.rival))["payouts"]["nodes"] == []
    node = await book.graph.run("query($id: ID!) { node(id: $id) { id } }", {"id": payout}, actor=book.graph.rival)
    assert node["node"] is None
