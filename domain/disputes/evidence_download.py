"""Give out short-lived links to files; each time it is written down who got them, since evidence is personal data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.evidence_file import DOWNLOAD_LINK_LASTS
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.ports import DisputePorts, DisputesUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDownload:
    """Files that the actor was shown."""

    files: tuple[EvidenceFile, ...]


async def evidence_download(ports: DisputePorts, actor: Actor, command: EvidenceDownload) -> dict[UUID, str]:
    """A link for each of the files that are stored.

    Raises `NotFound` and `Forbidden` when the actor may not read the disputes of one of the merchants, and
    `Unavailable`.
    """
    stored: defaultdict[UUID, list[EvidenceFile]] = defaultdict(list)
    for file in command.files:
        actor.require(Permission.DISPUTES_READ, file.merchant_id)
        if file.stored:
            stored[file.merchant_id].append(file)
    if not stored:
        return {}

    async def write_down(unit: DisputesUnit) -> None:
        # One line for all of a merchant's: whoever opens a list asks for the links of all its files at once.
        for merchant_id, files in stored.items():
            ids = [format_id(Prefix.EVIDENCE, file.id) for file in files]
            only = files[0].id if len(files) == 1 else None
            await unit.audit.record(
                actor, "disputes.download_evidence", "evidence_file", only, merchant_id, {"files": [*ids]}
            )
        await unit.commit()

    await in_unit(ports.units, actor, "file.download", write_down)
    # To the minute: whoever asks twice gets the same link, and none lasts longer.
    expires_at = (ports.clock.now() + DOWNLOAD_LINK_LASTS).replace(second=0, microsecond=0)
    return {file.id: await ports.storage.download_link(file, expires_at) for files in stored.values() for file in files}
