"""The whole table of a file's life, and what it is at each point."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.evidence_file import (
    LIVE,
    SETTLES_AFTER,
    TRANSITIONS,
    UPLOAD_LINK_LASTS,
    EvidenceFile,
    FileStatus,
    hexadecimal_sha256,
)
from domain.disputes.file_errors import ADVICE, FileRefusal, FileRefused
from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed, finals
from tests.builders.files import an_evidence_file
from tests.builders.moments import after

if TYPE_CHECKING:
    from collections.abc import Callable

S = FileStatus
MOVES: dict[FileStatus, Callable[[EvidenceFile], EvidenceFile]] = {
    S.STORED: lambda file: file.store(after(60)),
    S.REFUSED: lambda file: file.refuse(FileRefused(FileRefusal.INFECTED)),
    S.EXPIRED: lambda file: file.expire(),
    S.REMOVED: lambda file: file.remove(),
}
ALLOWED = {
    (S.AWAITING_UPLOAD, S.STORED),
    (S.AWAITING_UPLOAD, S.REFUSED),
    (S.AWAITING_UPLOAD, S.EXPIRED),
    (S.AWAITING_UPLOAD, S.REMOVED),
    (S.STORED, S.REMOVED),
}


@pytest.mark.parametrize("target", MOVES)
@pytest.mark.parametrize("status", FileStatus)
def test_every_transition(status: FileStatus, target: FileStatus) -> None:
    file = an_evidence_file(status=status, version=3)
    if (status, target) not in ALLOWED:
        with pytest.raises(TransitionNotAllowed):
            MOVES[target](file)
        return
    moved = MOVES[target](file)
    assert (moved.status, moved.version) == (target, 4)
    assert (moved.key, moved.sha256, moved.settled_at) == (file.key, file.sha256, None)


def test_the_table_is_what_is_tested() -> None:
    assert {(status, target) for status, targets in TRANSITIONS.items() for target in targets} == ALLOWED
    assert finals(TRANSITIONS) == {S.REFUSED, S.EXPIRED, S.REMOVED}
    assert set(FileStatus) - finals(TRANSITIONS) == LIVE


def test_what_a_refused_file_says() -> None:
    refused = an_evidence_file().refuse(FileRefused(FileRefusal.TOO_MANY_PAGES, "Too many: 101."))
    assert (refused.refusal, refused.refusal_message) == (FileRefusal.TOO_MANY_PAGES, "Too many: 101.")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (S.AWAITING_UPLOAD, FileRefusal.NOT_UPLOADED),
        (S.REFUSED, FileRefusal.HASH_MISMATCH),
        (S.EXPIRED, FileRefusal.LINK_EXPIRED),
        (S.REMOVED, FileRefusal.REMOVED),
    ],
)
def test_why_there_is_no_content(status: FileStatus, reason: FileRefusal) -> None:
    with pytest.raises(FileRefused) as refused:
        an_evidence_file(status=status).ensure_stored()
    assert (refused.value.reason, refused.value.message) == (reason, ADVICE[reason])
    an_evidence_file(status=S.STORED).ensure_stored()


def test_every_reason_says_what_to_do() -> None:
    assert set(ADVICE) == set(FileRefusal)
    assert all(words.endswith(".") for words in ADVICE.values())


def test_what_is_verified_lies_where_no_link_writes() -> None:
    file = an_evidence_file()
    assert len({file.upload_key, file.stored_key}) == 2
    assert file.key in file.upload_key
    assert "receipt" not in file.upload_key + file.stored_key


def test_when_nothing_more_can_come() -> None:
    settled_by = after(0) + UPLOAD_LINK_LASTS + SETTLES_AFTER
    stored = an_evidence_file(status=S.STORED)
    assert stored.settles(settled_by)
    assert not stored.settles(settled_by - timedelta(seconds=1))
    assert not stored.settle(settled_by).settles(settled_by)
    assert not an_evidence_file().settles(settled_by)
    # Removed afterwards, it has an object again that is not wanted.
    assert stored.settle(settled_by).remove().settles(settled_by)


@pytest.mark.parametrize(
    "broken",
    [
        {"size_bytes": 0},
        {"sha256": "A" * 64},
        {"sha256": "a" * 63},
        {"key": "../../../etc/passwd" + "x" * 20},
        {"key": "short"},
        {"refusal": FileRefusal.EMPTY},
        {"refusal_message": "Because."},
        {"status": S.REFUSED, "refusal": None, "refusal_message": None},
        {"status": S.STORED, "stored_at": None},
    ],
)
def test_broken_rows_are_not_acted_upon(broken: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="breaks an invariant"):
        an_evidence_file(**broken)


def test_hashes_in_either_case() -> None:
    assert hexadecimal_sha256("AB" * 32) == "ab" * 32
    for wrong in ("", "ab" * 31, "ab" * 33, "g" * 64, " " + "ab" * 32):
        with pytest.raises(Invalid) as refused:
            hexadecimal_sha256(wrong)
        assert refused.value.path == ("sha256",)
