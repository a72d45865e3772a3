"""The server is killed between a file and its row, at every step; afterwards nothing is there that should not be."""

from __future__ import annotations

import hashlib
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.storage.examination import Examination
from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import LocalFiles
from app.settings import DEMO_SECRET_KEY
from domain.disputes.create_evidence_upload import CreateEvidenceUpload, create_evidence_upload
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.ports import DisputePorts
from domain.disputes.sweep_uploads import SweepUploads, sweep_uploads
from tests.builders.files import a_dispute, a_document
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS
from tests.faults.installation import AheadClock, query
from tests.web.serving import ready, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from domain.disputes.evidence_file import EvidenceFile

CONTENT = a_document()
PDF = {"content-type": "application/pdf"}
# In the order in which an upload passes them, and whether its file is verified by then.
_EVERY = {
    "file.receive.before": False,
    "file.receive.done": True,
    "file.keep.before": True,
    "file.keep.done": True,
    "file.verify.before_commit": True,
    "file.verify.committed": True,
    "file.delete.before": True,
    "file.delete.done": True,
}
# Each costs a start of the server. Here: the file and no verdict, the verdict and two files.
_SOME = ("file.keep.done", "file.verify.committed")
POINTS = list(_EVERY) if int(os.environ.get("FAULT_ROUNDS", "0")) else _SOME


@dataclass(frozen=True, slots=True)
class Files:
    """The server's own database and disk, as another process sees them; its clock can be set ahead."""

    ports: DisputePorts
    directory: Path
    clock: AheadClock

    async def declared(self) -> tuple[EvidenceFile, str]:
        """A file of a new dispute of a new merchant, and where to send it."""
        merchant = a_merchant()
        units: Any = self.ports.units
        payment = a_payment(merchant_id=merchant.id)
        dispute = a_dispute(merchant_id=merchant.id, payment_id=payment.id)
        async with units.begin(JOBS, "test") as unit:
            await unit.merchants.add(merchant)
            await unit.payments.add(payment)
            await unit.disputes.add(dispute)
            await unit.commit()
        command = CreateEvidenceUpload(
            dispute_id=dispute.id,
            kind=EvidenceKind.RECEIPT,
            file_name="receipt.pdf",
            content_type="application/pdf",
            size_bytes=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
        )
        made = await create_evidence_upload(self.ports, an_actor(merchant), command)
        return made.file, made.link.url

    async def recover(self) -> None:
        """What the job does in the hours after."""
        for _ in range(3):
            self.clock.ahead += timedelta(hours=1)
            await sweep_uploads(self.ports, JOBS, SweepUploads())

    @property
    def on_disk(self) -> list[str]:
        return sorted(str(path.relative_to(self.directory)) for path in self.directory.rglob("*") if path.is_file())


@asynccontextmanager
async def files_of(url: str, database_url: str, directory: Path) -> AsyncGenerator[Files]:
    clock = AheadClock()
    database = await Database.connect(database_url, size=2)
    nothing: Any = None
    ports = DisputePorts(
        clock=clock,
        units=PostgresUnits(database),
        gateways=nothing,
        storage=LocalFiles(directory, LinkTokens(DEMO_SECRET_KEY, clock), url),
        scanner=Examination(),
        payments=nothing,
    )
    try:
        yield Files(ports, directory, clock)
    finally:
        await database.close()


@pytest.mark.parametrize("point", POINTS)
async def test_killed_between_file_and_row(database_url: str, tmp_path: Path, point: str) -> None:
    environment = {"PAYDESK_DATA_DIR": str(tmp_path), "PAYDESK_FAILPOINTS": point}
    async with (
        serving(database_url, **environment) as server,
        files_of(server.url, database_url, tmp_path / "files") as files,
        httpx2.AsyncClient(trust_env=False) as client,
    ):
        file, url = await files.declared()
        with pytest.raises(httpx2.TransportError):
            await client.put(url, content=CONTENT, headers=PDF)
        await files.recover()
        status = "STORED" if _EVERY[point] else "EXPIRED"
        rows = await query(database_url, "SELECT status, settled_at IS NOT NULL FROM evidence_files")
        assert rows == [(status, True)]
        assert files.on_disk == ([file.stored_key] if status == "STORED" else [])
        # Another worker has taken its place. Told to end while it starts, it would be waited for.
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as again:
            await ready(again, server.process)


async def test_killed_in_the_middle_of_an_upload(database_url: str, tmp_path: Path) -> None:
    """What was being written has a name that no storage lists; it goes with its file."""
    async with (
        serving(database_url, PAYDESK_DATA_DIR=str(tmp_path)) as server,
        files_of(server.url, database_url, tmp_path / "files") as files,
        httpx2.AsyncClient(trust_env=False) as client,
    ):
        file, url = await files.declared()
        assert (await client.put(url, content=CONTENT, headers=PDF)).json()["status"] == "STORED"
        second, _ = await files.declared()
        (tmp_path / "files" / f"{second.upload_key}#1").write_bytes(CONTENT[:100])
        await files.recover()
        assert files.on_disk == [file.stored_key]
        rows = await query(database_url, "SELECT status FROM evidence_files ORDER BY id")
        assert rows == [("STORED",), ("EXPIRED",)]


async def test_over_a_real_socket(database_url: str, tmp_path: Path) -> None:
    """As clients do it: send it, be told, get it back; broken off, it was never there."""
    async with (
        serving(database_url, PAYDESK_DATA_DIR=str(tmp_path)) as server,
        files_of(server.url, database_url, tmp_path / "files") as files,
        httpx2.AsyncClient(trust_env=False) as client,
    ):
        file, url = await files.declared()

        async def half() -> AsyncGenerator[bytes]:
            yield CONTENT[: len(CONTENT) // 2]
            raise ConnectionAbortedError

        with pytest.raises(ConnectionAbortedError):
            await client.put(url, content=half(), headers={**PDF, "content-length": str(len(CONTENT))})
        wrong = await client.put(url, content=CONTENT + b"x", headers=PDF)
        assert (wrong.status_code, files.on_disk) == (413, [])
        sent = await client.put(url, content=CONTENT, headers=PDF)
        assert (sent.status_code, sent.json()["status"], files.on_disk) == (201, "STORED", [file.stored_key])
        again = await client.put(url, content=CONTENT, headers=PDF)
        assert (again.status_code, again.json()["status"]) == (409, "STORED")
        link = await files.ports.storage.download_link(file, files.clock.now() + timedelta(minutes=5))
        got = await client.get(link)
        assert (got.content, got.headers["content-type"]) == (CONTENT, "application/pdf")
        assert got.headers["content-disposition"].startswith("attachment;")
        assert (got.headers["x-content-type-options"], got.headers["cache-control"]) == ("nosniff", "private, no-store")
