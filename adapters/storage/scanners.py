"""Several scanners as one: each looks, and the first that finds something is believed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.disputes.storage import Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.disputes.file_content import FileType
    from domain.disputes.storage import VirusScanner


class Scanners:
    """Satisfies `VirusScanner`."""

    def __init__(self, scanners: Sequence[VirusScanner]) -> None:
        self._scanners = scanners

    async def scan(self, content: bytes, content_type: FileType) -> Verdict:
        """Clean when all say so; raise `Unavailable` when one cannot tell."""
        clean = Verdict(kind=VerdictKind.CLEAN)
        for scanner in self._scanners:
            verdict = await scanner.scan(content, content_type)
            if verdict.kind is not VerdictKind.CLEAN:
                return verdict
            clean = replace(clean, pages=clean.pages if verdict.pages is None else verdict.pages)
        return clean
