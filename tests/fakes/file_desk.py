"""A merchant with a dispute who uploads files: the verbs on memory, where the process may die at every point."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from domain.disputes.create_evidence_upload import CreateEvidenceUpload, EvidenceUpload, create_evidence_upload
from domain.disputes.evidence_download import EvidenceDownload, evidence_download
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.ports import DisputePorts
from domain.disputes.remove_evidence_file import RemoveEvidenceFile, remove_evidence_file
from domain.disputes.storage import Verdict, VerdictKind
from domain.disputes.sweep_uploads import SweepUploads, sweep_uploads
from domain.disputes.verify_upload import VerifyUpload, verify_upload
from domain.kernel.errors import Unavailable
from tests.builders.files import a_dispute
from tests.builders.identity import an_actor
from tests.fakes.clock import SettableClock
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.storage import MemoryStorage
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.file_content import FileType


class StandInScanner:
    """Says what the test says; `None` when it does not answer."""

    def __init__(self) -> None:
        self.verdict: Verdict | None = Verdict(kind=VerdictKind.CLEAN)
        self.seen: list[bytes] = []

    async def scan(self, content: bytes, content_type: FileType) -> Verdict:
        self.seen.append(content)
        if self.verdict is None:
            raise Unavailable("The virus scanner does not answer now.")
        return self.verdict


class MortalUnits(MemoryUnits):
    """The process dies at the so many-eth point that it passes, whichever that is."""

    def __init__(self, clock: SettableClock) -> None:
        super().__init__(clock)
        self.dies_at_step: int | None = None

    def pass_point(self, point: str) -> None:
        super().pass_point(point)
        if len(self.passed) == self.dies_at_step:
            raise Crash


class MortalStorage(MemoryStorage):
    """The process may die before and after each change."""

    def __init__(self, units: MortalUnits) -> None:
        super().__init__()
        self._units = units

    async def keep(self, file: EvidenceFile, content: bytes) -> None:
        self._units.pass_point("keep.before")
        await super().keep(file, content)
        self._units.pass_point("keep.done")

    async def delete(self, key: str) -> None:
        self._units.pass_point("delete.before")
        await super().delete(key)
        self._units.pass_point("delete.done")


class FileDesk:
    """Everything in memory; `dispute` is a Visa chargeback."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.units = MortalUnits(self.clock)
        self.tables = self.units.tables
        self.storage = MortalStorage(self.units)
        self.scanner = StandInScanner()
        self.dispute = self.add_dispute()
        self.actor = an_actor(self.dispute.merchant_id)
        nothing: Any = None
        self.ports = DisputePorts(
            clock=self.clock,
            units=self.units,
            gateways=nothing,
            storage=self.storage,
            scanner=self.scanner,
            payments=nothing,
        )

    def add_dispute(self, **values: Any) -> Dispute:
        """One more dispute."""
        dispute = a_dispute(**values)
        self.tables.disputes[dispute.id] = dispute
        return dispute

    def change_dispute(self, **values: Any) -> None:
        """The dispute is another one from now on."""
        self.dispute = self.add_dispute(id=self.dispute.id, merchant_id=self.dispute.merchant_id, **values)

    async def declare(self, content: bytes, **more: Any) -> EvidenceUpload:
        """Say what is going to be uploaded."""
        values: dict[str, Any] = {
            "dispute_id": self.dispute.id,
            "kind": EvidenceKind.RECEIPT,
            "file_name": "receipt.pdf",
            "content_type": "application/pdf",
            "size_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return await create_evidence_upload(self.ports, self.actor, CreateEvidenceUpload(**{**values, **more}))

    async def send(self, content: bytes, declared: bytes | None = None, **more: Any) -> EvidenceFile:
        """Declare and upload; what is sent may be something else than what was declared."""
        file = (await self.declare(content if declared is None else declared, **more)).file
        self.storage.objects[file.upload_key] = content
        return file

    async def stored(self, content: bytes, **more: Any) -> EvidenceFile:
        """A file with verified content."""
        return await self.verify(await self.send(content, **more))

    async def verify(self, file: EvidenceFile) -> EvidenceFile:
        return await verify_upload(self.ports, self.actor, VerifyUpload(file_id=file.id))

    async def remove(self, file: EvidenceFile) -> EvidenceFile:
        return await remove_evidence_file(self.ports, self.actor, RemoveEvidenceFile(file_id=file.id))

    async def links(self, *files: EvidenceFile) -> list[str]:
        return list((await evidence_download(self.ports, self.actor, EvidenceDownload(files=files))).values())

    async def sweep(self, *, after_seconds: int = 0) -> int:
        """What the job does some time later."""
        self.clock.pass_by(after_seconds)
        return await sweep_uploads(self.ports, JOBS, SweepUploads())

    def row(self, file: EvidenceFile) -> EvidenceFile:
        """The file as it is committed."""
        return self.tables.evidence_files[file.id]

    @property
    def actions(self) -> list[str]:
        """What the audit log says."""
        return [record.action for record in self.tables.audit]
