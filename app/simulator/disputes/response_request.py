"""What a merchant answers to a dispute, as the gateway is sent it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from app.simulator.disputes.case import CaseState
from app.simulator.reading import only, refuse, text, word
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import ResponseKind
from domain.disputes.stage import DisputeStage

LARGEST_RESPONSE_BYTES = 40 * 1024 * 1024
"""Holds the most that any network takes with one answer, in base64."""
_LONGEST_TEXT = 200_000
_MOST_FILES = 100
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WINNING, _LOSING = b"winning_evidence", b"losing_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A file without its content; `intact` says whether the content had the hash that was declared."""

    kind: str
    name: str
    content_type: str
    sha256: str
    size: int
    intact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRequest:
    """One answer. Two with one `response_id` are the same answer only when they are equal.

    `verdict` is what the evidence itself asks for: it holds the word winning_evidence or losing_evidence, which have
    the case decided that way without anybody at the console.
    """

    response_id: str
    case_reference: str
    stage: DisputeStage
    accepts: bool
    texts: dict[str, str]
    files: tuple[ReceivedFile, ...] = ()
    verdict: CaseState | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ResponseRequest:
        """The answer of a journal entry."""
        checked: dict[str, Any] = {
            **value,
            "stage": DisputeStage(value["stage"]),
            "files": tuple(ReceivedFile(**file) for file in value["files"]),
            "verdict": value["verdict"] and CaseState(value["verdict"]),
        }
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled: what files hold is not kept."""
        return asdict(self)


def read_response(case_reference: str, value: dict[str, Any]) -> ResponseRequest:
    """The answer that an object describes; raise `BadRequest` for the first field that is wrong."""
    only(value, "response_id", "stage", "kind", "texts", "files")
    response_id, texts, files = value.get("response_id"), value.get("texts", {}), value.get("files", [])
    if not isinstance(response_id, str) or not _ID.fullmatch(response_id):
        refuse("response_id must be 1 to 64 letters, digits, hyphens or underscores.")
    if not isinstance(texts, dict) or not all(_is_evidence(kind, piece) for kind, piece in texts.items()):
        refuse(f"texts must be an object of texts of at most {_LONGEST_TEXT} characters by kind of evidence.")
    if not isinstance(files, list) or len(files) > _MOST_FILES:
        refuse(f"files must be a list of at most {_MOST_FILES} files.")
    received, contents = [], [piece.encode() for piece in texts.values()]
    for file in files:
        read, content = _read_file(file)
        received.append(read)
        contents.append(content)
    return ResponseRequest(
        response_id=response_id,
        case_reference=case_reference,
        stage=word(value, "stage", DisputeStage),
        accepts=word(value, "kind", ResponseKind) is ResponseKind.ACCEPT,
        texts=texts,
        files=tuple(received),
        verdict=_verdict(contents),
    )


def _is_evidence(kind: str, piece: object) -> bool:
    return kind in EvidenceKind.__members__ and isinstance(piece, str) and len(piece) <= _LONGEST_TEXT


def _read_file(value: object) -> tuple[ReceivedFile, bytes]:
    if not isinstance(value, dict):
        refuse("Each file must be an object.")
    only(value, "kind", "name", "content_type", "sha256", "content")
    kind, encoded = value.get("kind"), value.get("content")
    if not isinstance(kind, str) or kind not in EvidenceKind.__members__:
        refuse(f"A file's kind must be one of {', '.join(EvidenceKind.__members__)}.")
    if not isinstance(encoded, str):
        refuse("A file's content must be base64.")
    try:
        content = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        refuse("A file's content must be base64.")
    declared = text(value, "sha256").lower()
    file = ReceivedFile(
        kind=kind,
        name=text(value, "name", 255),
        content_type=text(value, "content_type"),
        sha256=declared,
        size=len(content),
        intact=sha256(content).hexdigest() == declared,
    )
    return file, content


def _verdict(contents: list[bytes]) -> CaseState | None:
    if any(_WINNING in content for content in contents):
        return CaseState.WON
    return CaseState.LOST if any(_LOSING in content for content in contents) else None
