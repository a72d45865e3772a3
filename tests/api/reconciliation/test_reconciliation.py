"""Bank statements through the graph: imported, matched, worked on; and what a payout's merchant sees of its entry."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from domain.kernel.ids import Prefix, format_id
from domain.reconciliation.match_entries import MatchEntries, match_entries
from tests.api.graph import SYSTEM
from tests.api.reconciliation.bank_mail import BankMail
from tests.api.settlements.payout_book import PayoutBook
from tests.builders.bank_statements import a_credit, a_debit, a_return
from tests.builders.money import eur

if TYPE_CHECKING:
    from domain.settlements.payout import Payout
    from tests.api.graph import Graph

PAYOUT = """query($id: ID!) { payout(id: $id) { status
  bankEntry { amount { amount } bookedOn reference entry { id counterparty statement { account } } }
  returnEntry { returnReason returnReasonText } } }"""
BOOKING = "query($id: ID!) { payout(id: $id) { bankEntry { amount { amount } bookedOn reference returnReason } } }"
STORY = """{ statementImports { nodes { status entries rule line statements { reference opening { amount }
  closing { amount } entryCount entries { nodes { position amount { amount } match { kind byHand payout { id } }
  item { reason } } } } } } }"""


async def sent(graph: Graph) -> Payout:
    """A payout of the blue merchant that its bank has been told of."""
    book = PayoutBook(graph=graph)
    await book.available(eur(100))
    desk = book.desk
    return await desk.send(await desk.approve(await desk.create()))


async def looked_at(graph: Graph) -> None:
    await match_entries(BankMail(graph=graph).ports, SYSTEM, MatchEntries())


async def test_a_statement_pays_a_payout_and_its_merchant_sees_what_was_booked(graph: Graph) -> None:
    payout = await sent(graph)
    mail = BankMail(graph=graph)
    await mail.imported(a_debit(payout.amount.plain, payout.end_to_end_id), a_credit("5.00", None))
    await mail.imported(a_return(payout.amount.plain, payout.end_to_end_id, "AC06"))
    await looked_at(graph)
    id_ = {"id": format_id(Prefix.PAYOUT, payout.id)}
    seen = (await graph.run(PAYOUT, id_, actor=graph.staff))["payout"]
    assert (seen["status"], seen["bankEntry"]["amount"]["amount"]) == ("RETURNED", f"-{payout.amount.plain}")
    assert seen["bankEntry"]["entry"]["statement"]["account"] == "eur-main"
    assert seen["returnEntry"] == {"returnReason": "AC06", "returnReasonText": "The account is blocked."}
    own = (await graph.run(BOOKING, id_))["payout"]["bankEntry"]
    assert own == {
        "amount": {"amount": f"-{payout.amount.plain}"},
        "bookedOn": "2026-01-05",
        "reference": "BANK-1",
        "returnReason": None,
    }
    payload = await graph.answer(PAYOUT, id_)
    assert {tuple(error["path"]) for error in payload["errors"]} == {("payout", "bankEntry", "entry")}
    assert (await graph.run(BOOKING, id_, actor=graph.rival))["payout"] is None
    second, first = (await graph.run(STORY, actor=graph.staff))["statementImports"]["nodes"]
    (statement,) = first["statements"]
    assert (first["status"], first["entries"], statement["entryCount"]) == ("IMPORTED", "2", "2")
    kinds = [(one["match"] or {}).get("kind") for one in statement["entries"]["nodes"]]
    assert kinds == ["PAYOUT", None]
    assert statement["entries"]["nodes"][1]["item"] == {"reason": "NO_REFERENCE"}
    assert second["statements"][0]["entries"]["nodes"][0]["match"]["kind"] == "PAYOUT_RETURN"


async def test_a_file_that_is_none_is_set_aside_with_line_and_rule(graph: Graph) -> None:
    await BankMail(graph=graph).quarantined()
    (found,) = (await graph.run(STORY, actor=graph.staff))["statementImports"]["nodes"]
    assert (found["status"], found["rule"], found["line"], found["statements"]) == (
        "QUARANTINED",
        "WRONG_VERSION",
        "1",
        [],
    )
    totals = await graph.run("{ statementImportTotals { status count } }", actor=graph.staff)
    assert totals["statementImportTotals"] == [{"status": "QUARANTINED", "count": 1}]


async def test_an_item_is_worked_on(graph: Graph) -> None:
    mail = BankMail(graph=graph)
    item, remittance = await mail.item(), await mail.remittance()
    query = """{ reconciliationItems(filter: { status: [UNMATCHED] }) { nodes { id reason
      availableActions { action allowed } } } reconciliationItemTotals { status count amount { amount } } }"""
    seen = await graph.run(query, actor=graph.staff)
    (open_item,) = seen["reconciliationItems"]["nodes"]
    assert (open_item["id"], open_item["reason"]) == (item, "NO_REFERENCE")
    assert [one["allowed"] for one in open_item["availableActions"]] == [True] * 3
    assert seen["reconciliationItemTotals"] == [{"status": "UNMATCHED", "count": 1, "amount": {"amount": "98.50"}}]
    given = {"idempotencyKey": uuid4().hex, "itemId": item, "remittanceId": remittance, "note": "By the amount"}
    matching = """mutation($i: MatchReconciliationItemInput!) { matchReconciliationItem(input: $i) {
      ... on MatchReconciliationItemPayload { replayed item { status } } } }"""
    told = [(await graph.run(matching, {"i": given}, actor=graph.staff))["matchReconciliationItem"] for _ in range(2)]
    assert [(one["replayed"], one["item"]["status"]) for one in told] == [(False, "MATCHED"), (True, "MATCHED")]
    shown = "query($id: ID!) { node(id: $id) { ... on Remittance { status bankEntry { item { status note } } } } }"
    node = (await graph.run(shown, {"id": remittance}, actor=graph.staff))["node"]
    assert node == {"status": "MATCHED", "bankEntry": {"item": {"status": "MATCHED", "note": "By the amount"}}}
    key = {"idempotencyKey": uuid4().hex, "itemId": item, "resolution": "OTHER", "note": "Too late"}
    assert (await graph.change("resolveReconciliationItem", graph.staff, **key))["__typename"] == "InvalidState"


async def test_a_resolved_item_is_in_suspense(graph: Graph) -> None:
    item = await BankMail(graph=graph).item()
    given = {"idempotencyKey": uuid4().hex, "itemId": item, "resolution": "INTEREST", "note": "Of the year"}
    answer = await graph.change("resolveReconciliationItem", graph.staff, **given)
    assert answer["__typename"] == "ResolveReconciliationItemPayload"
    query = """query($id: ID!) { reconciliationItem(id: $id) { status resolution note endedBy
      ledgerEntry { kind postings { account amount { amount } } } entry { match { kind byHand } } } }"""
    seen = (await graph.run(query, {"id": item}, actor=graph.staff))["reconciliationItem"]
    assert (seen["status"], seen["resolution"], seen["note"]) == ("RESOLVED", "INTEREST", "Of the year")
    assert seen["entry"]["match"] == {"kind": "SUSPENSE", "byHand": True}
    assert seen["ledgerEntry"]["kind"] == "SUSPENSE"
    assert [one["account"] for one in seen["ledgerEntry"]["postings"]] == ["bank:eur-main", "suspense"]
    entries = "{ ledgerEntries(filter: { kind: [SUSPENSE] }) { nodes { id } } }"
    assert (await graph.run(entries))["ledgerEntries"]["nodes"] == []
    assert len((await graph.run(entries, actor=graph.staff))["ledgerEntries"]["nodes"]) == 1


async def test_a_page_of_a_statement_follows_on_the_one_before(graph: Graph) -> None:
    await BankMail(graph=graph).imported(*(a_credit(f"{number}.00", None) for number in range(1, 6)))
    query = """query($c: String) { bankStatements { nodes { entries(first: 2, after: $c) {
      nodes { amount { amount } } pageInfo { hasNextPage endCursor } } } } }"""
    found: list[str] = []
    cursor, more = None, True
    while more:
        page = (await graph.run(query, {"c": cursor}, actor=graph.staff))["bankStatements"]["nodes"][0]["entries"]
        found += [one["amount"]["amount"] for one in page["nodes"]]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == ["1.00", "2.00", "3.00", "4.00", "5.00"]
