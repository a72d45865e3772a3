"""The words of evidence files, each with what it means."""

from api.enums import described
from domain.disputes.evidence_file import FileStatus
from domain.disputes.file_errors import ADVICE, FileRefusal

__all__ = ["FileRefusal", "FileStatus"]

described(
    FileStatus,
    "Where a file of evidence stands.",
    AWAITING_UPLOAD="Declared; its content is still to be sent to the upload link.",
    STORED="Its content was verified and is part of the evidence.",
    REFUSED="What was sent was not what was declared, or is not taken; see `refusal`. It was deleted.",
    EXPIRED="Nothing was sent before the upload link expired.",
    REMOVED="Taken out of the evidence before it was submitted.",
)
described(FileRefusal, "Why a file is not taken.", **{reason.value: words for reason, words in ADVICE.items()})
