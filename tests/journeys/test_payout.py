"""A merchant's money from the captured payment to the bank's confirmation, and back: over HTTP, with a bank beside."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from app.assembly import assembled
from app.demo.house_accounts import house_accounts_setting
from app.settings import load_settings
from app.worker import jobs_of
from domain.identity.actor import Realm, system_actor
from domain.identity.permission import StaffRole
from domain.identity.sign_in_person import SignInPerson, sign_in_person
from domain.identity.start_session import StartSession, start_session
from tests.app.simulator.process import SimulatorProcess
from tests.faults.installation import corrupt, query, violations
from tests.web.serving import serving
from web.sessions import CSRF_HEADER, SESSION_COOKIE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from app.assembly import Assembly

SYSTEM = system_actor("test")
ISSUER = "https://login.example.com"
# No measure of speed: what never happens must fail the test instead of holding it up.
NEVER_SECONDS = 60
_TO_THE_BANK = ("prepare payment files", "deliver payment files")
_FROM_THE_BANK = ("watch for bank statements", "read bank statements", "match bank entries")
_PAYOUT = """
id status amount { amount } requestedBy approvedBy failureCode endToEndId settlements { number status }
bankEntry { amount { amount } reference } returnEntry { returnReason }
"""
_FOLLOW_THE_MONEY = """
query ($id: ID!) { payment(id: $id) { settlements { number status net { amount }
    lines { nodes { kind amount { amount } payment { id } ledgerEntry { id } } }
    payout { status amount { amount } bankEntry { bookedOn amount { amount } } } } } }
"""


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path / "journal.jsonl", bank=tmp_path / "bank")
    yield process
    process.kill()


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends requests, with the headers that say who it is."""

    url: str
    headers: dict[str, str]

    async def ask(self, document: str, **variables: Any) -> Any:
        """The answer's only field."""
        async with httpx2.AsyncClient(base_url=self.url, headers=self.headers) as client:
            answer = await client.post("/graphql", json={"query": document, "variables": variables})
        body = answer.json()
        assert "errors" not in body, body
        (field,) = body["data"].values()
        return field

    async def mutate(self, mutation: str, payload: str, /, **given: Any) -> dict[str, Any]:
        """The mutation's payload, or the error in its place."""
        kind = mutation[0].upper() + mutation[1:]
        document = (
            f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ __typename"
            f" ... on {kind}Payload {{ {payload} }} ... on UserError {{ code message }}"
            " ... on ApprovalRequired { approvalRequest { id } } } }"
        )
        if mutation not in {"addBankAccount", "removeBankAccount"}:
            document = document.replace(" ... on ApprovalRequired { approvalRequest { id } }", "")
        return await self.ask(document, input=given)


@dataclass(frozen=True, slots=True)
class Journey:
    """The merchant's program, two people of the platform's finance and its administrator, and the worker."""

    program: Caller
    finance: Caller
    approver: Caller
    admin: Caller
    worker: Assembly
    bank: str
    merchant_id: str

    async def work(self, *names: str) -> None:
        """One turn of each of these jobs."""
        jobs = {job.name: job for job in jobs_of(self.worker)}
        for name in names:
            await jobs[name].work()

    async def sell(self, key: str, amount: str) -> str:
        """A captured payment."""
        answer = await self.program.mutate(
            "createPayment",
            "payment { id status }",
            idempotencyKey=key,
            amount={"amount": amount, "currency": "EUR"},
            paymentMethod={"token": "tok_visa"},
            captureMode="AUTOMATIC",
        )
        assert answer["payment"]["status"] == "CAPTURED", answer
        return answer["payment"]["id"]

    async def close(self) -> dict[str, Any]:
        """Close the open settlement by hand."""
        await self.work("open settlements")
        found = await self.finance.ask(
            "query ($m: [ID!]) { settlements(filter: {merchantIds: $m, status: [OPEN]}) { nodes { id } } }",
            m=[self.merchant_id],
        )
        settlement_id = found["nodes"][-1]["id"]
        closed = await self.finance.mutate(
            "closeSettlement",
            "settlement { id number status net { amount } }",
            idempotencyKey=f"close {settlement_id}",
            settlementId=settlement_id,
        )
        assert closed["__typename"] == "CloseSettlementPayload", closed
        return closed["settlement"]

    async def pay(self, key: str, amount: str | None = None) -> dict[str, Any]:
        """A payout that a second person has approved, and that is on its way to the bank."""
        given = {} if amount is None else {"amount": {"amount": amount, "currency": "EUR"}}
        created = await self.finance.mutate(
            "createPayout",
            f"payout {{ {_PAYOUT} }}",
            idempotencyKey=key,
            merchantId=self.merchant_id,
            currency="EUR",
            **given,
        )
        assert created["__typename"] == "CreatePayoutPayload", created
        payout = created["payout"]
        assert payout["status"] == "AWAITING_APPROVAL"
        refused = await self.finance.mutate("approvePayout", "payout { id }", payoutId=payout["id"])
        assert refused["__typename"] in {"PermissionDenied", "InvalidState"}, refused
        approved = await self.approver.mutate("approvePayout", "payout { status }", payoutId=payout["id"])
        assert approved["payout"] == {"status": "APPROVED"}, approved
        await self.work(*_TO_THE_BANK)
        assert (await self.payout(payout["id"]))["status"] == "IN_TRANSIT"
        return payout

    async def payout(self, payout_id: str) -> dict[str, Any]:
        """As finance sees it."""
        return await self.finance.ask(f"query ($id: ID!) {{ payout(id: $id) {{ {_PAYOUT} }} }}", id=payout_id)

    async def hear(self, payout_id: str, status: str) -> dict[str, Any]:
        """The payout, once the bank's statements have made it that."""
        async with asyncio.timeout(NEVER_SECONDS):
            while True:
                await self.work(*_FROM_THE_BANK)
                payout = await self.payout(payout_id)
                if payout["status"] == status:
                    return payout
                await asyncio.sleep(0.3)

    async def items(self) -> list[dict[str, Any]]:
        """What matched nothing."""
        found = await self.finance.ask("{ reconciliationItems { nodes { id status reason amount { amount } } } }")
        return found["nodes"]


async def _person(worker: Assembly, url: str, name: str, role: StaffRole) -> Caller:
    """Somebody of the platform who has signed in."""
    command = SignInPerson(
        realm=Realm.STAFF,
        issuer=ISSUER,
        subject=name,
        email=f"{name.lower()}@example.com",
        email_verified=True,
        name=name,
        staff_roles=frozenset({role}),
    )
    person = await sign_in_person(worker.identity, SYSTEM, command)
    started = await start_session(worker.identity, SYSTEM, StartSession(user=person.user, issuer=ISSUER))
    cookie = f"{SESSION_COOKIE}={started.token}"
    return Caller(url, {"cookie": cookie, CSRF_HEADER: started.session.csrf_token, "origin": url})


@asynccontextmanager
async def opened(database_url: str, simulator: SimulatorProcess, data: Path) -> AsyncGenerator[Journey]:
    """A merchant with a bank account that was approved, verified and has cooled."""
    environment = {
        "PAYDESK_GATEWAY_SIMULATOR_URL": simulator.url,
        "PAYDESK_DATA_DIR": str(data),
        "PAYDESK_HOUSE_ACCOUNTS": house_accounts_setting(),
    }
    settings = load_settings({"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url, **environment})
    async with serving(database_url, **environment) as server, assembled(settings) as worker:
        finance = await _person(worker, server.url, "Fiona", StaffRole.FINANCE_OPERATIONS)
        approver = await _person(worker, server.url, "Viktor", StaffRole.APPROVER)
        admin = await _person(worker, server.url, "Ada", StaffRole.ADMIN)
        found = await admin.ask("{ merchants { nodes { id } } }")
        merchant_id = found["nodes"][0]["id"]
        program = Caller(server.url, server.authorization)
        journey = Journey(program, finance, approver, admin, worker, simulator.url, merchant_id)
        await _know_bank_account(journey, database_url)
        yield journey


async def _know_bank_account(journey: Journey, database_url: str) -> None:
    asked = await journey.finance.mutate(
        "addBankAccount",
        "bankAccount { id }",
        idempotencyKey="account",
        merchantId=journey.merchant_id,
        country="DE",
        currency="EUR",
        holderName="Blue Bicycle",
        accountNumber="DE12 5001 0517 0648 4898 90",
    )
    assert asked["__typename"] == "ApprovalRequired", asked
    approved = await journey.approver.mutate(
        "approveRequest", "approvalRequest { status }", approvalRequestId=asked["approvalRequest"]["id"]
    )
    assert approved["approvalRequest"] == {"status": "SUCCEEDED"}, approved
    found = await journey.finance.ask(
        "query ($m: [ID!]) { bankAccounts(filter: {merchantIds: $m}) { nodes { id status } } }", m=[journey.merchant_id]
    )
    verified = await journey.admin.mutate(
        "verifyBankAccount",
        "bankAccount { status }",
        bankAccountId=found["nodes"][0]["id"],
        outcome="VERIFIED",
        note="The bank has confirmed the holder.",
    )
    assert verified["bankAccount"] == {"status": "COOLING"}, verified
    # Three days later, as both rows have it.
    for table, moments in (
        ("bank_accounts", ("created_at", "approved_at", "verified_at", "usable_from")),
        ("approval_requests", ("requested_at", "decided_at")),
    ):
        earlier = ", ".join(f"{name} = {name} - interval '4 days'" for name in moments)
        await corrupt(database_url, f"UPDATE {table} SET {earlier}")
    await journey.work("sweep bank accounts")


async def test_a_payment_is_settled_and_paid_out(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as journey:
        payment_id = await journey.sell("p1", "40.00")
        closed = await journey.close()
        assert (closed["number"], closed["status"]) == (1, "CLOSED")
        payout = await journey.pay("o1")
        assert payout["amount"] == closed["net"]
        paid = await journey.hear(payout["id"], "PAID")
        assert (paid["requestedBy"], paid["approvedBy"]) == ("Fiona", "Viktor")
        assert paid["settlements"] == [{"number": 1, "status": "PAID_OUT"}]
        money = await journey.finance.ask(_FOLLOW_THE_MONEY, id=payment_id)
        [settlement] = money["settlements"]
        lines = settlement["lines"]["nodes"]
        assert {line["kind"] for line in lines} >= {"CAPTURE"}
        assert {line["payment"]["id"] for line in lines} == {payment_id}
        assert all(line["ledgerEntry"]["id"].startswith("led_") for line in lines)
        assert (settlement["status"], settlement["payout"]["status"]) == ("PAID_OUT", "PAID")
        # What left the bank is what the settlement came to.
        assert settlement["payout"]["bankEntry"]["amount"]["amount"].lstrip("-") == settlement["net"]["amount"]
        assert await journey.items() == []
    left = await query(
        database_url,
        "SELECT account, sum(amount_minor) FROM ledger_postings WHERE account IN"
        " ('pending', 'available', 'payouts_in_transit') GROUP BY 1 HAVING sum(amount_minor) <> 0",
    )
    assert left == []
    assert await violations(database_url, simulator.url) == []


async def test_a_payout_comes_back_after_the_next_settlement_and_is_paid_again(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as journey:
        await journey.sell("p1", "40.00")
        await journey.close()
        payout = await journey.pay("o1")
        await journey.hear(payout["id"], "PAID")
        await journey.sell("p2", "60.00")
        second = await journey.close()
        assert second["number"] == 2
        async with httpx2.AsyncClient(base_url=journey.bank, trust_env=False) as http:
            answer = await http.post("/bank/returns", json={"end_to_end_id": payout["endToEndId"], "reason": "AC04"})
            assert answer.status_code == 201, answer.text
        returned = await journey.hear(payout["id"], "RETURNED")
        assert (returned["failureCode"], returned["returnEntry"]["returnReason"]) == ("AC04", "AC04")
        # History stays: the settlement was paid out, and its money is available once more.
        assert returned["settlements"] == [{"number": 1, "status": "PAID_OUT"}]
        again = await journey.pay("o2")
        total = Decimal(payout["amount"]["amount"]) + Decimal(second["net"]["amount"])
        assert Decimal(again["amount"]["amount"]) == total
        paid = await journey.hear(again["id"], "PAID")
        assert paid["settlements"] == [{"number": 2, "status": "PAID_OUT"}]
        assert await journey.items() == []
    assert await violations(database_url, simulator.url) == []


async def test_a_wrong_amount_is_resolved_by_hand(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as journey:
        await journey.sell("p1", "40.00")
        await journey.close()
        # The simulator's bank books one euro less of what ends so.
        payout = await journey.pay("o1", "19.05")
        async with asyncio.timeout(NEVER_SECONDS):
            while not (items := await journey.items()):
                await journey.work(*_FROM_THE_BANK)
                await asyncio.sleep(0.3)
        [item] = items
        assert item["reason"] == "AMOUNT_DIFFERS"
        assert item["status"] in {"UNMATCHED", "BREAK"}
        assert item["amount"] == {"amount": "-18.05"}
        assert (await journey.payout(payout["id"]))["status"] == "IN_TRANSIT"
        resolved = await journey.finance.mutate(
            "resolveReconciliationItem",
            "item { status }",
            idempotencyKey="r1",
            itemId=item["id"],
            resolution="AMOUNT_DIFFERENCE",
            note="The bank has kept a euro; it will give it back.",
            payoutId=payout["id"],
        )
        assert resolved["item"] == {"status": "RESOLVED"}, resolved
        assert (await journey.payout(payout["id"]))["status"] == "PAID"
    suspense = await query(
        database_url, "SELECT abs(sum(amount_minor))::bigint FROM ledger_postings WHERE account = 'suspense'"
    )
    assert suspense == [(100,)]
    assert await violations(database_url, simulator.url) == []
