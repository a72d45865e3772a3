"""A payment that the gateway finds risky is held, looked at by an analyst, and captured or given back: over HTTP."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from app.assembly import assembled
from app.settings import load_settings
from domain.identity.actor import Realm, system_actor
from domain.identity.permission import StaffRole
from domain.identity.sign_in_person import SignInPerson, sign_in_person
from domain.identity.start_session import StartSession, start_session
from jobs.watch_reviews import watch_reviews_job
from tests.app.simulator.process import SimulatorProcess
from tests.faults.installation import query, violations
from tests.web.serving import serving
from web.sessions import CSRF_HEADER, SESSION_COOKIE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from app.assembly import Assembly

SYSTEM = system_actor("test")
ISSUER = "https://login.example.com"
_REVIEW = """
id status amount { amount } riskScore sla score assigneeName decidedBy declineReason
rules { name } payment { id status } timeline { edges { node { name actor } } }
availableActions { action allowed reason }
"""
_REFUSED = "... on UserError { code message }"


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path / "journal.jsonl")
    yield process
    process.kill()


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends requests, with the headers that say who it is."""

    url: str
    headers: dict[str, str]

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
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
            f" ... on {kind}Payload {{ {payload} }} {_REFUSED} }} }}"
        )
        return await self.ask(document, input=given)


@dataclass(frozen=True, slots=True)
class Journey:
    """The merchant's program, the platform's analyst, and the worker that runs beside the server."""

    program: Caller
    analyst: Caller
    worker: Assembly

    async def pay(self, key: str, token: str, mode: str = "AUTOMATIC") -> dict[str, Any]:
        """A payment of 40 euros."""
        answer = await self.program.mutate(
            "createPayment",
            "payment { id status declineCode riskScore fraudReview { id } operations { type status } }",
            idempotencyKey=key,
            amount={"amount": "40.00", "currency": "EUR"},
            paymentMethod={"token": token},
            captureMode=mode,
        )
        return answer["payment"]

    async def review(self, review_id: str) -> dict[str, Any]:
        """As the analyst sees it."""
        return await self.analyst.ask(f"query ($id: ID!) {{ fraudReview(id: $id) {{ {_REVIEW} }} }}", id=review_id)


async def _analyst(worker: Assembly, url: str) -> Caller:
    """A person of the platform who has signed in."""
    command = SignInPerson(
        realm=Realm.STAFF,
        issuer=ISSUER,
        subject="grace",
        email="grace@example.com",
        email_verified=True,
        name="Grace Hopper",
        staff_roles=frozenset({StaffRole.RISK_ANALYST}),
    )
    person = await sign_in_person(worker.identity, SYSTEM, command)
    started = await start_session(worker.identity, SYSTEM, StartSession(user=person.user, issuer=ISSUER))
    cookie = f"{SESSION_COOKIE}={started.token}"
    return Caller(url, {"cookie": cookie, CSRF_HEADER: started.session.csrf_token, "origin": url})


@asynccontextmanager
async def opened(database_url: str, simulator: SimulatorProcess, files: Path) -> AsyncGenerator[Journey]:
    environment = {"PAYDESK_GATEWAY_SIMULATOR_URL": simulator.url, "PAYDESK_DATA_DIR": str(files)}
    settings = load_settings({"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url, **environment})
    async with serving(database_url, **environment) as server, assembled(settings) as worker:
        program = Caller(server.url, server.authorization)
        yield Journey(program, await _analyst(worker, server.url), worker)


async def _publish(caller: Caller, expression: str) -> None:
    """A rule that sends payments to review, in force at once."""
    made = await caller.mutate(
        "createFraudRule", "rule { id }", name="Risky by the gateway's score", action="REVIEW", expression=expression
    )
    published = await caller.mutate(
        "publishFraudRule", "rule { status }", ruleId=made["rule"]["id"], reason="Chargebacks of last month."
    )
    assert published["rule"] == {"status": "PUBLISHED"}, published


async def test_a_risky_payment_is_held_and_approved(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as journey:
        await _publish(journey.program, "gateway.score >= 80")
        assert (await journey.pay("p0", "tok_visa"))["status"] == "CAPTURED"
        payment = await journey.pay("p1", "tok_high_risk")
        assert payment["status"] == "IN_REVIEW"
        refused = await journey.program.mutate(
            "capturePayment", "replayed", idempotencyKey="c", paymentId=payment["id"]
        )
        assert (refused["__typename"], "fraud review" in refused["message"]) == ("InvalidState", True)
        review_id = payment["fraudReview"]["id"]
        # Programs decide where they may, and claim nothing: what is claimed is a person's to look at.
        unclaimed = await journey.program.mutate("claimNextFraudReview", "review { id }")
        assert "Only people claim reviews" in unclaimed["message"]
        claimed = await journey.analyst.mutate("claimNextFraudReview", f"review {{ {_REVIEW} }}")
        review = claimed["review"]
        assert (review["id"], review["status"], review["assigneeName"]) == (review_id, "ASSIGNED", "Grace Hopper")
        assert (review["amount"], review["sla"], review["riskScore"]) == (
            {"amount": "40.00"},
            "ON_TIME",
            payment["riskScore"],
        )
        assert [rule["name"] for rule in review["rules"]] == ["Risky by the gateway's score"]
        assert {one["action"]: one["allowed"] for one in review["availableActions"]}["APPROVE"]
        given = {"idempotencyKey": "a", "reviewId": review_id, "outcome": "LEGITIMATE"}
        shown = "replayed review { status decidedBy } payment { status amountCaptured { amount } }"
        expected = {
            "review": {"status": "APPROVED", "decidedBy": "Grace Hopper"},
            "payment": {"status": "CAPTURED", "amountCaptured": {"amount": "40.00"}},
        }
        for replayed in (False, True):
            approved = await journey.analyst.mutate("approveFraudReview", shown, **given)
            expected |= {"__typename": "ApproveFraudReviewPayload", "replayed": replayed}
            assert approved == expected
        told = [edge["node"]["name"] for edge in (await journey.review(review_id))["timeline"]["edges"]]
        assert told == ["fraud_review.opened", "fraud_review.assigned", "fraud_review.closed"]
    entries = await query(database_url, "SELECT count(*) FROM ledger_entries WHERE kind = 'CAPTURE'")
    assert entries == [(2,)]
    assert await violations(database_url, simulator.url) == []


async def test_a_declined_payment_is_given_back_and_its_card_refused_the_next_time(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as journey:
        await _publish(journey.program, "gateway.score >= 80")
        payment = await journey.pay("p1", "tok_high_risk")
        review_id = payment["fraudReview"]["id"]
        await journey.analyst.mutate("claimFraudReview", "review { id }", reviewId=review_id)
        declined = await journey.analyst.mutate(
            "declineFraudReview",
            "review { status declineReason } payment { status }",
            idempotencyKey="d",
            reviewId=review_id,
            reason="STOLEN_CARD",
            outcome="CONFIRMED_FRAUD",
            block=["CARD"],
        )
        assert declined["review"] == {"status": "DECLINED", "declineReason": "STOLEN_CARD"}, declined
        assert declined["payment"] == {"status": "VOIDED"}
        blocked = await journey.pay("p2", "tok_high_risk")
        assert (blocked["status"], blocked["declineCode"]) == ("DECLINED", "FRAUD_SUSPECTED")
        # Nobody asked the gateway.
        assert blocked["operations"] == []
        assert (await journey.pay("p3", "tok_visa"))["status"] == "CAPTURED"
    assert await violations(database_url, simulator.url) == []


async def test_what_the_merchant_voids_itself_needs_no_decision(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as journey:
        await _publish(journey.program, "gateway.score >= 80")
        payment = await journey.pay("p1", "tok_high_risk", "MANUAL")
        assert payment["status"] == "IN_REVIEW"
        voided = await journey.program.mutate(
            "voidPayment", "payment { status }", idempotencyKey="v", paymentId=payment["id"]
        )
        assert voided["payment"] == {"status": "VOIDED"}
        assert await watch_reviews_job(journey.worker.fraud).work() == 1
        review = await journey.review(payment["fraudReview"]["id"])
        assert (review["status"], review["declineReason"], review["sla"]) == ("DECLINED", "PAYMENT_ENDED", None)
    assert await violations(database_url, simulator.url) == []
