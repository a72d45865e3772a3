"""Where a merchant's money goes: added, approved, verified, replaced and removed through the graph."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest
from structlog.testing import capture_logs

from domain.identity.actor import ActorKind
from domain.identity.permission import CLIENT_SCOPES, MERCHANT_ROLES, STAFF_ROLES, MerchantRole, Permission, StaffRole
from domain.kernel.ids import Prefix, format_id
from tests.api.settlements.bank_book import BankBook
from tests.builders.bank_accounts import CBU, IBAN
from tests.builders.identity import a_staff_actor, an_actor

if TYPE_CHECKING:
    from tests.api.graph import Graph, Json

SEEN = """query($id: ID!) { bankAccount(id: $id) {
  id currency country holderName scheme maskedNumber last4 bankCode branchCode bic bankName status verification
  requestedBy requestedById approvedBy approvedById approvedAt usableFrom verifiedBy verifiedAt verificationNote
  endedReason createdAt updatedAt merchant { name } availableActions { action allowed reason requiresApproval }
} }"""
# Whatever parts of it stand alone: nobody types it in pieces of four by accident.
PIECES = (IBAN, "0440532013", "3704 0044 0532", "05320130")


@pytest.fixture
def book(graph: Graph) -> BankBook:
    return BankBook(graph=graph)


async def seen(book: BankBook, account: str) -> Json:
    return (await book.graph.run(SEEN, {"id": account}, actor=book.graph.staff))["bankAccount"]


async def test_a_life(book: BankBook) -> None:
    graph = book.graph
    request = await book.asked()
    assert (request["action"], request["status"], request["role"]) == ("CHANGE_BANK_ACCOUNT", "REQUIRES_REVIEW", None)
    assert (request["bankAccountChange"], request["bankAccount"]["maskedNumber"]) == ("ADD", "DE89 **** 3000")
    # Whoever asked cannot approve; whoever else keeps the accounts can.
    own = await graph.change("approveRequest", approvalRequestId=request["id"])
    assert (own["__typename"], "asked for this yourself" in own["message"]) == ("InvalidState", True)
    finance = an_actor(graph.blue, role=MerchantRole.FINANCE)
    done = await graph.change("approveRequest", finance, approvalRequestId=request["id"])
    assert done["approvalRequest"]["status"] == "SUCCEEDED"
    account = request["bankAccount"]["id"]
    assert (await seen(book, account))["status"] == "PENDING_VERIFICATION"
    given = {"bankAccountId": account, "outcome": "VERIFIED", "note": "Called the bank"}
    assert (await graph.change("verifyBankAccount", **given))["__typename"] == "PermissionDenied"
    verified = (await graph.change("verifyBankAccount", graph.staff, **given))["bankAccount"]
    assert (verified["status"], verified["verification"]) == ("COOLING", "VERIFIED")
    assert await book.sweep() == 1
    shown = await seen(book, account)
    assert (shown["status"], shown["bankName"], shown["bic"], shown["scheme"]) == (
        "ACTIVE",
        "Commerzbank",
        "COBADEFFXXX",
        "IBAN",
    )
    assert (shown["requestedBy"], shown["approvedBy"], shown["verifiedBy"]) == (
        "Ada Lovelace",
        "Ada Lovelace",
        "Grace Hopper",
    )
    assert shown["requestedById"] != shown["approvedById"]
    assert shown["merchant"] == {"name": "Blue Bicycle"}


async def test_the_former_goes_on_until_the_next_is_ready(book: BankBook) -> None:
    graph = book.graph
    former = await book.active()
    french: Json = {"country": "FR", "accountNumber": "FR14 2004 1010 0505 0001 3M02 606"}
    account = await book.verified(**french)
    listed = "query($s: [BankAccountStatus!]) { bankAccounts(filter: { status: $s }) { nodes { id } } }"
    active = await graph.run(listed, {"s": ["ACTIVE"]})
    assert active["bankAccounts"]["nodes"] == [{"id": former}]
    assert await book.sweep() == 1
    assert [(await seen(book, one))["status"] for one in (former, account)] == ["REPLACED", "ACTIVE"]
    of_merchant = "{ merchants { nodes { bankAccounts(first: 1) { nodes { id } pageInfo { hasNextPage } } } } }"
    (merchant,) = (await graph.run(of_merchant))["merchants"]["nodes"]
    assert merchant["bankAccounts"] == {"nodes": [{"id": account}], "pageInfo": {"hasNextPage": True}}


async def test_removal(book: BankBook) -> None:
    graph = book.graph
    account = await book.active()
    given = {"bankAccountId": account, "reason": "We change banks", "idempotencyKey": "remove"}
    asked = await graph.change("removeBankAccount", **given)
    assert asked["approvalRequest"]["removalReason"] == "We change banks"
    assert asked["approvalRequest"]["bankAccountChange"] == "REMOVE"
    await graph.change("approveRequest", an_actor(graph.blue), approvalRequestId=asked["approvalRequest"]["id"])
    again = await graph.change("removeBankAccount", **given)
    assert (again["bankAccount"]["status"], again["replayed"]) == ("REMOVED", True)
    # What is not paid to yet goes at once.
    waiting = await book.approved()
    gone = await graph.change("removeBankAccount", bankAccountId=waiting, reason="Nobody meant it", idempotencyKey="2")
    assert (gone["bankAccount"]["status"], gone["replayed"]) == ("REMOVED", False)


async def test_a_rejected_request_ends_the_account(book: BankBook) -> None:
    request = await book.asked()
    rejected = {"approvalRequestId": request["id"], "reason": "Not ours"}
    await book.graph.change("rejectRequest", an_actor(book.graph.blue), **rejected)
    assert await book.sweep() == 1
    account = await seen(book, request["bankAccount"]["id"])
    assert (account["status"], account["endedReason"]) == ("REJECTED", "Not ours")


async def test_the_same_key(book: BankBook) -> None:
    key: Json = {"idempotencyKey": "key"}
    first, second = await book.asked(**key), await book.asked(**key)
    assert first["id"] == second["id"]
    other = await book.graph.change(
        "addBankAccount",
        **key,
        currency="EUR",
        country="ES",
        holderName="Blue Bicycle GmbH",
        accountNumber="ES9121000418450200051332",
    )
    assert other["__typename"] == "IdempotencyConflict"


WRONG = [
    ({"accountNumber": "DE89 3704 0044 0532 0130 01"}, "accountNumber", "third and fourth character"),
    ({"accountNumber": "4242 4242 4242 4242"}, "accountNumber", "begins with two letters"),
    ({"accountNumber": CBU, "country": "AR", "currency": "EUR"}, "currency", "ARS or USD"),
    ({"holderName": "4242 4242 4242 4242"}, "holderName", "looks like a card number"),
    ({"holderName": "x" * 71}, "holderName", "at most 70"),
    ({"bic": "4242424242424242"}, "bic", "looks like a card number"),
    ({"bankCode": "37040044"}, "bankCode", "leave this out"),
    ({"country": "de"}, "country", "two capital letters"),
    ({"currency": "EUX"}, "currency", "ISO 4217"),
]


@pytest.mark.parametrize(("given", "path", "rule"), WRONG)
async def test_what_is_wrong_is_said_and_never_repeated(
    lasting_graph: Graph, given: Json, path: str, rule: str
) -> None:
    before = await lasting_graph.counts()
    values = {
        "idempotencyKey": "wrong",
        "currency": "EUR",
        "country": "DE",
        "holderName": "Blue",
        "accountNumber": IBAN,
    }
    with capture_logs() as logs:
        answer = await lasting_graph.change("addBankAccount", **{**values, **given})
    assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", path])
    assert rule in answer["message"]
    assert given.get("accountNumber", IBAN) not in answer["message"]
    assert logs == []
    assert await lasting_graph.counts() == before


async def test_a_right_number_that_looks_like_a_cards_is_taken(book: BankBook) -> None:
    """4242424242424242 stands within it, and it is a number of a German bank by all of its check digits."""
    numbers = (f"DE{check:02}424242424242424242" for check in range(2, 99))
    answers = [
        await book.graph.change(
            "addBankAccount",
            idempotencyKey=number,
            currency="EUR",
            country="DE",
            holderName="Blue Bicycle GmbH",
            accountNumber=number,
        )
        for number in numbers
    ]
    assert [answer["__typename"] for answer in answers].count("ApprovalRequired") == 1


ROLES = [
    *((role, Permission.BANK_ACCOUNTS_READ in MERCHANT_ROLES[role]) for role in MerchantRole),
    *((role, Permission.BANK_ACCOUNTS_READ in STAFF_ROLES[role]) for role in StaffRole),
]


@pytest.mark.parametrize(("role", "reads"), ROLES, ids=str)
async def test_who_sees_what(lasting_graph: Graph, role: MerchantRole | StaffRole, *, reads: bool) -> None:
    graph = lasting_graph
    if not await graph.value("SELECT count(*) FROM bank_accounts"):
        await BankBook(graph=graph).approved()
    account = format_id(Prefix.BANK_ACCOUNT, await graph.value("SELECT id FROM bank_accounts"))
    actor = an_actor(graph.blue, role=role) if isinstance(role, MerchantRole) else a_staff_actor(role)
    payload = await graph.answer("{ bankAccounts { nodes { maskedNumber } } }", actor=actor)
    if reads:
        assert payload["data"]["bankAccounts"]["nodes"] == [{"maskedNumber": "DE89 **** 3000"}]
    else:
        assert payload["errors"][0]["extensions"]["code"] == "PERMISSION_DENIED"
    revealing = {MerchantRole.OWNER, MerchantRole.FINANCE, StaffRole.ADMIN, StaffRole.FINANCE_OPERATIONS}
    answer = await graph.change("revealBankAccount", actor, bankAccountId=account, reason="To call the bank")
    if role in revealing:
        assert answer["accountNumber"] == IBAN
    else:
        assert answer["__typename"] == "PermissionDenied"


def test_machines_neither_change_nor_read_numbers() -> None:
    assert Permission.BANK_ACCOUNTS_READ in CLIENT_SCOPES
    assert not CLIENT_SCOPES & {Permission.BANK_ACCOUNTS_WRITE, Permission.BANK_ACCOUNTS_REVEAL}


async def test_a_reading_is_in_the_audit_log(book: BankBook) -> None:
    graph = book.graph
    account = await book.approved()
    revealed = await graph.change("revealBankAccount", graph.staff, bankAccountId=account, reason="To pay a cent there")
    assert (revealed["accountNumber"], revealed["bankAccount"]["id"]) == (IBAN, account)
    log = '{ auditLog(filter: { action: ["bank_accounts.reveal"] }) { nodes { actorName subjectId } } }'
    assert (await graph.run(log))["auditLog"]["nodes"] == [{"actorName": "Grace Hopper", "subjectId": account}]
    reveals = "query($id: ID!) { bankAccount(id: $id) { reveals { revealedBy reason } } }"
    found = (await graph.run(reveals, {"id": account}))["bankAccount"]["reveals"]
    assert found == [{"revealedBy": "Grace Hopper", "reason": "To pay a cent there"}]
    client = replace(an_actor(graph.blue, permissions=CLIENT_SCOPES), kind=ActorKind.CLIENT)
    denied = await graph.change("revealBankAccount", client, bankAccountId=account, reason="x")
    assert denied["__typename"] == "PermissionDenied"


async def test_another_merchants_account_is_not_there(book: BankBook) -> None:
    graph = book.graph
    account = await book.approved()
    assert (await graph.run(SEEN, {"id": account}, actor=graph.rival))["bankAccount"] is None
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await graph.run(node, {"id": account}, actor=graph.rival))["node"] is None
    assert (await graph.run(node, {"id": account}))["node"] == {"id": account}
    for mutation, given in (
        ("revealBankAccount", {"reason": "x"}),
        ("removeBankAccount", {"reason": "x", "idempotencyKey": "x"}),
        ("verifyBankAccount", {"outcome": "VERIFIED"}),
    ):
        answer = await graph.change(mutation, graph.rival, bankAccountId=account, **given)
        assert answer["__typename"] == "NotFound"


async def test_nothing_that_is_kept_or_logged_tells_the_number(book: BankBook) -> None:
    graph = book.graph
    with capture_logs() as logs:
        account = await book.active()
        await graph.change("revealBankAccount", graph.staff, bankAccountId=account, reason="To call the bank")
        wrong = {"idempotencyKey": "x", "currency": "EUR", "country": "DE", "holderName": "Blue"}
        await graph.change("addBankAccount", **wrong, accountNumber=f"{IBAN[:-1]}1")
        await graph.change("addBankAccount", **wrong, accountNumber=IBAN)
        await graph.answer(
            "mutation($i: AddBankAccountInput!) { addBankAccount(input: $i) { __typename } }", {"i": IBAN}
        )
    tables = await graph.database.fetch(
        "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    rows = [
        str(row["line"])
        for table in tables
        for row in await graph.database.fetch(f"SELECT t::text AS line FROM {table['relname']} AS t")
    ]
    text = "\n".join([*rows, orjson.dumps(logs, default=str).decode()])
    assert "DE89 **** 3000" in text
    assert [piece for piece in (*PIECES, IBAN.encode().hex(), IBAN[4:].encode().hex()) if piece in text] == []
