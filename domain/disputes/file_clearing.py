"""What is not wanted of a file's objects goes; what is left for any reason, the sweep deletes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.storage import ObjectStorage


async def clear_file(storage: ObjectStorage, file: EvidenceFile) -> None:
    """Delete what was uploaded, and what was kept of it unless the file is stored.

    For files whose row says for good what they are: nothing stored may lose its content. Raises `Unavailable`.
    """
    await storage.delete(file.upload_key)
    if not (file.awaits_upload or file.stored):
        await storage.delete(file.stored_key)
