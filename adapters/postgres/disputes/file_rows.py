"""Evidence files to rows and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.postgres.hydration import hydrator
from domain.disputes.evidence_file import EvidenceFile, FileStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.file_content import FileType
from domain.disputes.file_errors import FileRefusal
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from enum import StrEnum

_ENUMS: dict[str, type[StrEnum]] = {
    "stage": DisputeStage,
    "kind": EvidenceKind,
    "content_type": FileType,
    "status": FileStatus,
    "refusal": FileRefusal,
}
file_of = hydrator(EvidenceFile, _ENUMS)
"""An evidence file from its row."""


def file_values(file: EvidenceFile) -> dict[str, Any]:
    """The columns of an evidence file."""
    values: dict[str, Any] = {name: getattr(file, name) for name in EvidenceFile.__slots__}
    return values | {name: values[name] and values[name].value for name in _ENUMS}
