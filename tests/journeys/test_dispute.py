"""A payment, its chargeback, the evidence that wins it, and the money again: over HTTP, as a merchant's program does it."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from app.assembly import Assembly, assembled
from app.settings import load_settings
from jobs.poll_gateways import poll_gateways_job
from jobs.resolve_responses import resolve_responses_job
from tests.app.simulator.process import SimulatorProcess
from tests.builders.files import a_picture
from tests.faults.installation import violations
from tests.web.serving import Serving, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

PICTURE = a_picture()
_FIELDS = """
id stage status amount { minorUnits } amountWithdrawn { minorUnits } fee { minorUnits } respondBy
payment { id amountDisputed { amount } amountRefundable { amount } }
evidence { status completeness { score } files { status } sha256 }
availableActions { action allowed reason }
ledgerEntries { kind }
"""


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path / "journal.jsonl")
    yield process
    process.kill()


class Program:
    """A merchant's program, and the worker that runs beside the server."""

    def __init__(self, server: Serving, worker: Assembly) -> None:
        self._server = server
        self._worker = worker

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        async with httpx2.AsyncClient(base_url=self._server.url, headers=self._server.authorization) as client:
            answer = await client.post("/graphql", json={"query": document, "variables": variables})
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def work(self) -> None:
        """What the worker does in a moment."""
        await poll_gateways_job(self._worker.disputes).work()
        await resolve_responses_job(self._worker.disputes).work()

    async def dispute(self, payment_id: str) -> dict[str, Any]:
        """The payment's one dispute, once there is one."""
        document = f"query ($id: ID!) {{ payment(id: $id) {{ disputes {{ {_FIELDS} }} }} }}"
        for _ in range(200):
            await self.work()
            disputes = (await self.ask(document, id=payment_id))["payment"]["disputes"]
            if disputes:
                assert len(disputes) == 1
                return disputes[0]
        raise AssertionError("nobody disputes it")


@asynccontextmanager
async def opened(database_url: str, simulator: SimulatorProcess, files: Path) -> AsyncGenerator[Program]:
    environment = {"PAYDESK_GATEWAY_SIMULATOR_URL": simulator.url, "PAYDESK_DATA_DIR": str(files)}
    settings = load_settings({"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url, **environment})
    async with serving(database_url, **environment) as server, assembled(settings) as worker:
        yield Program(server, worker)


async def test_a_chargeback_is_countered_and_won(
    database_url: str, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    async with opened(database_url, simulator, tmp_path) as program:
        created = await program.ask(
            """mutation { createPayment(input: { idempotencyKey: "p", amount: { amount: "40.00", currency: "EUR" },
              paymentMethod: { token: "tok_disputed" }, origin: { ipAddress: "203.0.113.7" } }) {
              ... on CreatePaymentPayload { payment { id } } } }"""
        )
        payment_id = created["createPayment"]["payment"]["id"]
        dispute = await program.dispute(payment_id)
        assert (dispute["stage"], dispute["status"]) == ("CHARGEBACK", "NEEDS_RESPONSE")
        assert dispute["amountWithdrawn"] == {"minorUnits": "4000"}
        assert dispute["payment"]["amountDisputed"] == {"amount": "40.00"}
        refused = await program.ask(
            """mutation ($id: ID!) { refundPayment(input: { idempotencyKey: "r", paymentId: $id }) {
              __typename ... on UserError { code } } }""",
            id=payment_id,
        )
        assert refused["refundPayment"] == {"__typename": "InvalidState", "code": "INVALID_STATE"}
        await _stage(program, dispute["id"])
        submitted = await program.ask(
            f"""mutation ($id: ID!) {{ submitDisputeEvidence(input: {{ idempotencyKey: "s", disputeId: $id }}) {{
              __typename ... on SubmitDisputeEvidencePayload {{ replayed dispute {{ {_FIELDS} }} }}
              ... on UserError {{ message }} }} }}""",
            id=dispute["id"],
        )
        payload = submitted["submitDisputeEvidence"]
        assert payload["__typename"] == "SubmitDisputeEvidencePayload", payload
        assert payload["dispute"]["status"] == "UNDER_REVIEW"
        assert payload["dispute"]["evidence"]["status"] == "SUBMITTED"
        # The word in the text has the simulator decide for the merchant.
        for _ in range(200):
            dispute = await program.dispute(payment_id)
            if dispute["status"] == "WON":
                break
        assert (dispute["status"], dispute["amountWithdrawn"]) == ("WON", {"minorUnits": "0"})
        assert dispute["payment"]["amountRefundable"] == {"amount": "40.00"}
        assert [entry["kind"] for entry in dispute["ledgerEntries"]] == ["DISPUTE", "DISPUTE_REVERSAL"]
    assert await violations(database_url, simulator.url) == []


async def _stage(program: Program, dispute_id: str) -> None:
    staged = await program.ask(
        """mutation ($id: ID!, $texts: [EvidenceTextInput!]!) {
          stageDisputeEvidence(input: { disputeId: $id, texts: $texts }) {
            __typename ... on StageDisputeEvidencePayload { dispute { status } } ... on UserError { message } } }""",
        id=dispute_id,
        texts=[{"kind": "REBUTTAL_LETTER", "text": "The customer has the bicycle. winning_evidence"}],
    )
    assert staged["stageDisputeEvidence"]["dispute"] == {"status": "EVIDENCE_STAGED"}, staged
    made = await program.ask(
        """mutation ($input: CreateEvidenceUploadInput!) { createEvidenceUpload(input: $input) {
          __typename ... on CreateEvidenceUploadPayload { file { id } upload { url method headers { name value } } }
          ... on UserError { message } } }""",
        input={
            "disputeId": dispute_id,
            "kind": "RECEIPT",
            "fileName": "receipt.png",
            "contentType": "image/png",
            "sizeBytes": len(PICTURE),
            "sha256": hashlib.sha256(PICTURE).hexdigest(),
        },
    )
    upload = made["createEvidenceUpload"]["upload"]
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    async with httpx2.AsyncClient() as client:
        stored = await client.request(upload["method"], upload["url"], content=PICTURE, headers=headers)
    assert stored.is_success, stored.text
