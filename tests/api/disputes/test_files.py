"""Files of evidence in the graph: declared, sent, verified, handed out, taken out, and nobody else's business."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.storage.examination import EICAR
from adapters.storage.own_links import LocalFiles
from domain.disputes.network import Network
from domain.identity.permission import MerchantRole, Permission
from domain.kernel.ids import Prefix, format_id, new_uuid, parse_id
from tests.api.graph import statements
from tests.api.replaying import asked_once
from tests.builders.files import a_dispute, a_document, a_picture, a_scripted_document
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from tests.api.graph import Graph, Json

CONTENT = a_document()
FILE = """fragment F on EvidenceFile {
  id stage kind name contentType sizeBytes sha256 status refusal { reason message } createdAt storedAt downloadUrl
}"""
ERRORS = "... on UserError { code message path } ... on FileRefused { reason }"
CREATE = f"""mutation($input: CreateEvidenceUploadInput!) {{ createEvidenceUpload(input: $input) {{ __typename
  ... on CreateEvidenceUploadPayload {{ file {{ ...F }} upload {{ url method headers {{ name value }} expiresAt }} }}
  {ERRORS} }} }} {FILE}"""
COMPLETE = f"""mutation($input: CompleteEvidenceUploadInput!) {{ completeEvidenceUpload(input: $input) {{ __typename
  ... on CompleteEvidenceUploadPayload {{ file {{ ...F }} }} {ERRORS} }} }} {FILE}"""
REMOVE = f"""mutation($input: RemoveEvidenceFileInput!) {{ removeEvidenceFile(input: $input) {{ __typename
  ... on RemoveEvidenceFilePayload {{ file {{ ...F }} }} ... on UserError {{ code message path }} }} }} {FILE}"""
NODE = f"query($id: ID!) {{ node(id: $id) {{ ...F }} }} {FILE}"
READS = "SELECT count(*) FROM audit_records WHERE action = 'disputes.download_evidence'"


@pytest.fixture
def graph(graph: Graph) -> Graph:
    """With files on disk and the scanner that looks into them, as installations have them."""
    own = graph.assembly.disputes
    return replace(graph, disputes=replace(graph.disputes, storage=own.storage, scanner=own.scanner))


@pytest.fixture
async def dispute(graph: Graph) -> Dispute:
    return await disputed(graph, graph.blue)


async def disputed(graph: Graph, merchant: Merchant, **values: Any) -> Dispute:
    """A dispute of a merchant."""
    payment = a_payment(merchant_id=merchant.id)
    dispute = a_dispute(merchant_id=merchant.id, payment_id=payment.id, **values)
    async with graph.assembly.disputes.units.begin(JOBS, "tests") as unit:
        await unit.payments.add(payment)
        await unit.disputes.add(dispute)
        await unit.commit()
    return dispute


async def declare(
    graph: Graph, dispute: Dispute, content: bytes = CONTENT, actor: Actor | None = None, **more: Any
) -> Json:
    """What `createEvidenceUpload` answers."""
    given = {
        "disputeId": format_id(Prefix.DISPUTE, dispute.id),
        "kind": "RECEIPT",
        "fileName": "receipt.pdf",
        "contentType": "application/pdf",
        "sizeBytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return (await graph.run(CREATE, {"input": {**given, **more}}, actor=actor))["createEvidenceUpload"]


async def send(graph: Graph, file: Json, content: bytes) -> None:
    """As the route does it."""

    async def pieces() -> AsyncGenerator[bytes]:
        yield content

    async with graph.assembly.disputes.units.begin(JOBS, "tests") as unit:
        row = await unit.evidence_files.get(parse_id(Prefix.EVIDENCE, file["id"]))
    storage = graph.assembly.disputes.storage
    assert isinstance(storage, LocalFiles)
    await storage.receive(row.upload_key, pieces())


async def complete(graph: Graph, file: Json, actor: Actor | None = None) -> Json:
    answer = await graph.run(COMPLETE, {"input": {"fileId": file["id"]}}, actor=actor)
    return answer["completeEvidenceUpload"]


async def remove(graph: Graph, file: Json, actor: Actor | None = None) -> Json:
    return (await graph.run(REMOVE, {"input": {"fileId": file["id"]}}, actor=actor))["removeEvidenceFile"]


async def stored(graph: Graph, dispute: Dispute, content: bytes = CONTENT, **more: Any) -> Json:
    """A file whose content was verified."""
    made = await declare(graph, dispute, content, **more)
    await send(graph, made["file"], content)
    return (await complete(graph, made["file"]))["file"]


async def test_a_file_from_its_declaration_to_its_removal(graph: Graph, dispute: Dispute) -> None:
    made = await declare(graph, dispute, fileName="../Réceipt.PDF")
    file, upload = made["file"], made["upload"]
    assert made["__typename"] == "CreateEvidenceUploadPayload"
    assert (file["status"], file["name"], file["downloadUrl"], file["storedAt"]) == (
        "AWAITING_UPLOAD",
        "Réceipt.pdf",
        None,
        None,
    )
    assert (file["kind"], file["stage"], file["contentType"]) == ("RECEIPT", "CHARGEBACK", "application/pdf")
    assert (file["sizeBytes"], file["sha256"]) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert upload["url"].startswith("http://localhost:8000/files/uploads/")
    assert (upload["method"], upload["headers"]) == ("PUT", [{"name": "content-type", "value": "application/pdf"}])
    early = await complete(graph, file)
    assert (early["__typename"], early["code"], early["reason"]) == ("FileRefused", "FILE_REFUSED", "NOT_UPLOADED")
    await send(graph, file, CONTENT)
    done = (await complete(graph, file))["file"]
    assert (done["status"], done["refusal"]) == ("STORED", None)
    assert done["downloadUrl"].startswith("http://localhost:8000/files/")
    assert (await graph.run(NODE, {"id": file["id"]}))["node"]["downloadUrl"] == done["downloadUrl"]
    removed = (await remove(graph, file))["file"]
    assert (removed["status"], removed["downloadUrl"]) == ("REMOVED", None)
    assert (await complete(graph, file))["reason"] == "REMOVED"


@pytest.mark.parametrize(
    ("wrong", "kind", "path", "reason"),
    [
        ({"contentType": "image/gif"}, "FileRefused", "contentType", "TYPE_NOT_ALLOWED"),
        ({"sizeBytes": 0}, "FileRefused", "sizeBytes", "EMPTY"),
        ({"sizeBytes": 2_000_001}, "FileRefused", "sizeBytes", "TOO_LARGE"),
        ({"sha256": "abc"}, "InvalidInput", "sha256", None),
        ({"fileName": "/"}, "InvalidInput", "fileName", None),
        ({"fileName": "a\u0000.pdf"}, "InvalidInput", "fileName", None),
        ({"disputeId": "pay_01h455vb4pex5vsknk084sn02q"}, "InvalidInput", "disputeId", None),
        ({"disputeId": format_id(Prefix.DISPUTE, new_uuid(MORNING))}, "NotFound", None, None),
    ],
)
async def test_declarations_that_are_refused(
    graph: Graph, dispute: Dispute, wrong: Json, kind: str, path: str | None, reason: str | None
) -> None:
    before = await graph.counts()
    answer = await declare(graph, dispute, **wrong)
    assert (answer["__typename"], answer.get("reason")) == (kind, reason)
    assert answer["path"] == (path and ["input", path])
    assert await graph.counts() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n" + EICAR + b"\n%%EOF", "INFECTED"),
        (a_scripted_document(), "INFECTED"),
        (a_picture(), "TYPE_MISMATCH"),
        (b"MZ" + bytes(50), "TYPE_NOT_ALLOWED"),
        (CONTENT[:-9], "UNREADABLE"),
    ],
)
async def test_content_that_is_refused(graph: Graph, dispute: Dispute, content: bytes, reason: str) -> None:
    file = (await declare(graph, dispute, content))["file"]
    await send(graph, file, content)
    answer = await complete(graph, file)
    assert (answer["__typename"], answer["reason"], answer["path"]) == ("FileRefused", reason, None)
    seen = (await graph.run(NODE, {"id": file["id"]}))["node"]
    assert (seen["status"], seen["refusal"]) == ("REFUSED", {"reason": reason, "message": answer["message"]})
    storage = graph.assembly.disputes.storage
    assert isinstance(storage, LocalFiles)
    assert await storage.keys() == []


async def test_too_many(graph: Graph) -> None:
    dispute = await disputed(graph, graph.blue, network=Network.AMEX)
    answers = [await declare(graph, dispute) for _ in range(6)]
    assert [answer["__typename"] for answer in answers] == [*["CreateEvidenceUploadPayload"] * 5, "QuotaExceeded"]
    assert (answers[-1]["code"], answers[-1]["path"]) == ("QUOTA_EXCEEDED", None)


async def test_a_dispute_that_cannot_be_answered(graph: Graph, dispute: Dispute) -> None:
    file = await stored(graph, dispute)
    await graph.database.execute("UPDATE disputes SET response_pending = true")
    for answer in (await declare(graph, dispute), await remove(graph, file)):
        assert (answer["__typename"], answer["code"]) == ("InvalidState", "INVALID_STATE")
        assert "on its way" in answer["message"]


async def test_another_merchants_files(graph: Graph, dispute: Dispute) -> None:
    file = await stored(graph, dispute)
    before = await graph.counts()
    for answer in (
        await declare(graph, dispute, actor=graph.rival),
        await complete(graph, file, actor=graph.rival),
        await remove(graph, file, actor=graph.rival),
    ):
        assert answer["__typename"] == "NotFound"
    assert (await graph.run(NODE, {"id": file["id"]}, actor=graph.rival))["node"] is None
    assert await graph.counts() == before
    # Whoever has a link has the file, for minutes: so links are given to nobody else.
    assert (await graph.run(NODE, {"id": file["id"]}, actor=graph.staff))["node"]["downloadUrl"] is not None


@pytest.mark.parametrize("role", [MerchantRole.VIEWER, MerchantRole.FINANCE, MerchantRole.DEVELOPER])
async def test_whoever_only_reads(graph: Graph, dispute: Dispute, role: MerchantRole) -> None:
    file = await stored(graph, dispute)
    reader = an_actor(graph.blue, role=role)
    for answer in (
        await declare(graph, dispute, actor=reader),
        await complete(graph, file, actor=reader),
        await remove(graph, file, actor=reader),
    ):
        assert answer["__typename"] == "PermissionDenied"
    assert (await graph.run(NODE, {"id": file["id"]}, actor=reader))["node"]["downloadUrl"] is not None
    blind = an_actor(graph.blue, permissions=set(Permission) - {Permission.DISPUTES_READ})
    assert (await graph.run(NODE, {"id": file["id"]}, actor=blind))["node"] is None


async def test_asking_for_a_link_is_written_down(graph: Graph, dispute: Dispute) -> None:
    files = [await stored(graph, dispute) for _ in range(3)]
    before = await graph.value(READS)
    with asked_once():
        await graph.run("query($id: ID!) { node(id: $id) { ... on EvidenceFile { name } } }", {"id": files[0]["id"]})
        assert await graph.value(READS) == before
        nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on EvidenceFile { downloadUrl } } }"
        shown = await graph.run(nodes, {"ids": [file["id"] for file in files]}, actor=graph.staff)
    assert all(node["downloadUrl"] for node in shown["nodes"])
    assert await graph.value(READS) == before + 1
    row = await graph.database.fetchrow("SELECT * FROM audit_records ORDER BY xid DESC, id DESC LIMIT 1")
    assert row is not None
    assert (row["merchant_id"], row["actor_id"]) == (dispute.merchant_id, graph.staff.id)
    assert sorted(file["id"] for file in files) == sorted(json.loads(row["data"])["files"])


async def test_links_of_many_files_cost_what_the_link_of_one_does(
    graph: Graph, dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [(await stored(graph, dispute))["id"] for _ in range(5)]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on EvidenceFile { downloadUrl } } }"
    costs: list[int] = []
    for count in (1, 5):
        with statements(monkeypatch) as seen:
            await graph.run(query, {"ids": ids[:count]})
        costs.append(len(seen))
    assert costs[0] == costs[1]
