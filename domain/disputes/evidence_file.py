"""A file of evidence: declared first, then uploaded, and taken only when it is what was declared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.disputes.file_errors import FileRefusal, FileRefused
from domain.kernel.errors import Invalid
from domain.kernel.machine import advance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.file_content import FileType
    from domain.disputes.stage import DisputeStage

UPLOAD_LINK_LASTS = timedelta(minutes=15)
DOWNLOAD_LINK_LASTS = timedelta(minutes=5)
SETTLES_AFTER = timedelta(hours=1)
"""After its link has expired: by then no upload is under way and nobody verifies one any more."""
VERIFIED_WITHIN = timedelta(days=1)
"""After its link has expired: a file that cannot be verified for so long expires."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[A-Za-z0-9_-]{32,64}")


class FileStatus(StrEnum):
    """Where a file stands."""

    AWAITING_UPLOAD = "AWAITING_UPLOAD"
    STORED = "STORED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    REMOVED = "REMOVED"


_S = FileStatus
TRANSITIONS: dict[FileStatus, frozenset[FileStatus]] = {
    _S.AWAITING_UPLOAD: frozenset({_S.STORED, _S.REFUSED, _S.EXPIRED, _S.REMOVED}),
    _S.STORED: frozenset({_S.REMOVED}),
    _S.REFUSED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.REMOVED: frozenset(),
}
LIVE = frozenset({_S.AWAITING_UPLOAD, _S.STORED})
"""These take up room, and may become part of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """`size_bytes` and `sha256` (hexadecimal) are what was declared; a stored file has them.

    `key` is random and names the file's two objects: what anybody with the link uploads, and what was verified of it.
    `expires_at` ends the upload link. `settled_at` is when nothing more could come and all that was not wanted of the
    two was deleted. `version` counts the changes.
    """

    id: UUID
    merchant_id: UUID
    dispute_id: UUID
    stage: DisputeStage
    kind: EvidenceKind
    name: str
    content_type: FileType
    size_bytes: int
    sha256: str
    status: FileStatus = FileStatus.AWAITING_UPLOAD
    refusal: FileRefusal | None = None
    refusal_message: str | None = None
    key: str
    created_by: UUID | None = None
    created_at: datetime
    expires_at: datetime
    stored_at: datetime | None = None
    settled_at: datetime | None = None
    version: int = 0

    def __post_init__(self) -> None:
        refused = self.status is FileStatus.REFUSED
        said = (self.refusal is not None, self.refusal_message is not None) == (refused, refused)
        kept = self.stored_at is not None or self.status is not FileStatus.STORED
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if not (said and kept and self.size_bytes > 0 and _SHA256.fullmatch(self.sha256) and _KEY.fullmatch(self.key)):
            message = f"evidence file {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def upload_key(self) -> str:
        """Where the upload link writes."""
        return f"incoming/{self.key}"

    @property
    def stored_key(self) -> str:
        """Where the verified content is kept. No link has ever written there: what was verified cannot be replaced."""
        return f"evidence/{self.key}"

    @property
    def awaits_upload(self) -> bool:
        """Whether the upload may still come or be verified."""
        return self.status is FileStatus.AWAITING_UPLOAD

    @property
    def stored(self) -> bool:
        """Whether its content can be read."""
        return self.status is FileStatus.STORED

    def store(self, at: datetime) -> EvidenceFile:
        """Its content was verified and is kept."""
        return self._move(FileStatus.STORED, stored_at=at)

    def refuse(self, refused: FileRefused) -> EvidenceFile:
        """What was uploaded is not taken."""
        return self._move(FileStatus.REFUSED, refusal=refused.reason, refusal_message=refused.message)

    def expire(self) -> EvidenceFile:
        """Nothing was uploaded in time."""
        return self._move(FileStatus.EXPIRED)

    def remove(self) -> EvidenceFile:
        """The merchant does not want it any more; its content is still to be deleted."""
        return self._move(FileStatus.REMOVED, settled_at=None)

    def settle(self, at: datetime) -> EvidenceFile:
        """Nothing of it lies around that is not wanted, and nothing more can come."""
        return replace(self, settled_at=at, version=self.version + 1)

    def settles(self, at: datetime) -> bool:
        """Whether nothing more can come by then, so that what is not wanted may be deleted for good."""
        return not self.awaits_upload and self.settled_at is None and self.expires_at + SETTLES_AFTER <= at

    def ensure_stored(self) -> None:
        """Raise `FileRefused` with the reason why there is no content; nothing when there is."""
        if self.stored:
            return
        if self.refusal is not None:
            raise FileRefused(self.refusal, self.refusal_message)
        reasons = {
            FileStatus.EXPIRED: FileRefusal.LINK_EXPIRED,
            FileStatus.REMOVED: FileRefusal.REMOVED,
        }
        raise FileRefused(reasons.get(self.status, FileRefusal.NOT_UPLOADED))

    def _move(self, target: FileStatus, **values: Any) -> EvidenceFile:  # noqa: ANN401 - of the transitions above
        status = advance(TRANSITIONS, "file", self.status, target)
        return replace(self, status=status, version=self.version + 1, **values)


def hexadecimal_sha256(given: str) -> str:
    """The hash in lower case; raise `Invalid` for what is none."""
    lower = given.lower()
    if not _SHA256.fullmatch(lower):
        raise Invalid(("sha256",), "Give the SHA-256 of the file as 64 hexadecimal digits.")
    return lower
