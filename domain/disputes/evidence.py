"""The evidence of one stage: texts by kind and files, staged as often as wanted, submitted once and for all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.disputes.errors import DisputeStateForbids, EvidenceEmpty
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.stage import DisputeStage

LONGEST_TEXT = 20_000
"""In characters; what networks take for one field."""


class EvidenceStatus(StrEnum):
    """Whether the evidence can still be changed."""

    STAGED = "STAGED"
    SUBMITTED = "SUBMITTED"


TRANSITIONS: dict[EvidenceStatus, frozenset[EvidenceStatus]] = {
    EvidenceStatus.STAGED: frozenset({EvidenceStatus.SUBMITTED}),
    EvidenceStatus.SUBMITTED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file as it stands in submitted evidence; `sha256` is in hexadecimal."""

    id: UUID
    kind: EvidenceKind
    name: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`sha256` is taken over all that was submitted, in hexadecimal; `files` are listed when an answer begins."""

    merchant_id: UUID
    dispute_id: UUID
    stage: DisputeStage
    status: EvidenceStatus = EvidenceStatus.STAGED
    texts: Mapping[EvidenceKind, str] = field(default_factory=dict)
    files: tuple[ListedFile, ...] = ()
    sha256: str | None = None
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    updated_at: datetime

    def stage_texts(self, texts: Mapping[EvidenceKind, str | None], at: datetime) -> Evidence:
        """These texts set, those that are None taken away, the others as they were.

        Raises `Invalid` for a text that breaks its rule and `DisputeStateForbids` once it is submitted.
        """
        self._ensure_staged()
        staged = dict(self.texts)
        for kind, text in texts.items():
            if text is None:
                staged.pop(kind, None)
            else:
                staged[kind] = clean_text(text, ("texts", kind.value), longest=LONGEST_TEXT, multiline=True)
        return replace(self, texts=staged, updated_at=at)

    def list_files(self, files: tuple[ListedFile, ...], at: datetime) -> Evidence:
        """With the files that are about to go to the network; raise `EvidenceEmpty` when there is nothing in it.

        Raises `DisputeStateForbids` once it is submitted.
        """
        self._ensure_staged()
        if not self.texts and not files:
            raise EvidenceEmpty
        return replace(self, files=tuple(sorted(files, key=lambda file: file.id)), updated_at=at)

    def submit(self, by: str, at: datetime) -> Evidence:
        """The network has it: for good; raise `DisputeStateForbids` once it is submitted."""
        self._ensure_staged()
        return replace(
            self,
            status=EvidenceStatus.SUBMITTED,
            sha256=self.content_sha256,
            submitted_at=at,
            submitted_by=by,
            updated_at=at,
        )

    @property
    def content_sha256(self) -> str:
        """The SHA-256 of the texts and of what names each file, in hexadecimal, whatever order they stand in."""
        content = {
            "texts": {kind.value: text for kind, text in self.texts.items()},
            "files": sorted(
                [str(file.id), file.kind.value, file.name, file.content_type, file.size_bytes, file.sha256]
                for file in self.files
            ),
        }
        plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()

    def _ensure_staged(self) -> None:
        if self.status is not EvidenceStatus.STAGED:
            raise DisputeStateForbids("The evidence of this stage was submitted; it never changes.")
