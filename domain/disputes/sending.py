"""What goes to the gateway with an answer: the same however often it is sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from domain.disputes.gateway import DisputeRequest, ResponseKind, SentFile
from domain.kernel.errors import Unavailable
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence import Evidence, ListedFile
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Actor


async def request_of(
    ports: DisputePorts, actor: Actor, response: DisputeResponse, *, contents: bool = True
) -> DisputeRequest:
    """The answer with its texts and the contents of its files; raise `Unavailable` when those cannot be read.

    Without `contents` it has no files, as a look-up needs none.
    """

    async def read(unit: DisputesUnit) -> tuple[Dispute, Evidence | None, list[EvidenceFile]]:
        dispute = await unit.disputes.get(response.dispute_id)
        if response.kind is ResponseKind.ACCEPT:
            return dispute, None, []
        evidence = await unit.evidence.of_stage(dispute, response.stage)
        return dispute, evidence, await unit.evidence_files.of_stage(dispute, response.stage)

    dispute, evidence, stored = await in_unit(ports.units, actor, "response.read", read)
    keys = {file.id: file.stored_key for file in stored}
    listed = evidence.files if evidence and contents else ()
    return DisputeRequest(
        response_id=response.id,
        case_reference=dispute.case_reference,
        stage=response.stage,
        kind=response.kind,
        texts=evidence.texts if evidence else {},
        files=tuple([await _sent(ports, file, keys[file.id]) for file in listed]),
    )


async def _sent(ports: DisputePorts, file: ListedFile, key: str) -> SentFile:
    content = await ports.storage.read(key, file.size_bytes)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        # Never another file than the one that was listed: whoever looks after the storage has to bring it back.
        raise Unavailable(f"The content of {file.name} cannot be read now; try the same request again in a moment.")
    return SentFile(kind=file.kind, name=file.name, content_type=file.content_type, sha256=file.sha256, content=content)
