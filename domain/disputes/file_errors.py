"""What can be wrong with a file, as facts."""

from __future__ import annotations

from enum import StrEnum

from domain.kernel.errors import Conflict


class FileRefusal(StrEnum):
    """Why a file is not taken."""

    TYPE_NOT_ALLOWED = "TYPE_NOT_ALLOWED"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    SIZE_MISMATCH = "SIZE_MISMATCH"
    HASH_MISMATCH = "HASH_MISMATCH"
    UNREADABLE = "UNREADABLE"
    INFECTED = "INFECTED"
    NOT_UPLOADED = "NOT_UPLOADED"
    LINK_EXPIRED = "LINK_EXPIRED"
    REMOVED = "REMOVED"
    TOO_LATE = "TOO_LATE"


_R = FileRefusal
ADVICE: dict[FileRefusal, str] = {
    _R.TYPE_NOT_ALLOWED: "Networks take PDF, JPEG and PNG; convert the file to one of them.",
    _R.TYPE_MISMATCH: "The content is not of the type that was declared; declare the type that the file has.",
    _R.EMPTY: "The file is empty; choose another one.",
    _R.TOO_LARGE: "The file is larger than the network takes; make it smaller or split it.",
    _R.TOO_MANY_PAGES: "The file has more pages than the network takes; leave out what proves nothing.",
    _R.SIZE_MISMATCH: "The file has not the size that was declared; begin a new upload.",
    _R.HASH_MISMATCH: "The file has not the SHA-256 that was declared; begin a new upload.",
    _R.UNREADABLE: "The file is damaged, protected or holds something else besides; save it anew as a plain file.",
    _R.INFECTED: "The file holds harmful or active content, and was deleted; save it anew as a plain file.",
    _R.NOT_UPLOADED: "Nothing was uploaded yet; send the file to the upload link first.",
    _R.LINK_EXPIRED: "The upload link has expired; begin a new upload.",
    _R.REMOVED: "The file was removed; begin a new upload.",
    _R.TOO_LATE: "The dispute was answered or decided before the file was complete.",
}


class FileRefused(Conflict):
    """The file is not taken; `reason` says why, for programs, and the message what to do.

    `path` names what is wrong of the declaration; it is empty for what was wrong with the content.
    """

    code = "FILE_REFUSED"

    def __init__(self, reason: FileRefusal, message: str | None = None, path: tuple[str, ...] | None = None) -> None:
        super().__init__(message or ADVICE[reason])
        self.reason = reason
        self.path = path


class QuotaExceeded(Conflict):
    """The merchant has uploaded as much as it may for now."""

    code = "QUOTA_EXCEEDED"
