"""The import of one file of statements: where it came from, how far it is, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import PLATFORM
from domain.kernel.machine import advance
from domain.reconciliation.events import StatementImportEvent, StatementImportEventType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue
    from domain.reconciliation.errors import StatementRefused, StatementRule

LEASE = timedelta(minutes=2)
"""A worker that says nothing for so long is taken for dead, and another goes on from what is stored."""
MOST_TRIES = 5
"""So many workers in a row may get nowhere with a file."""
UPLOAD_LASTS = timedelta(hours=1)
MOST_BYTES = 4 * 2**30
LONGEST_NAME = 255
MEDIA_TYPE = "application/xml"


class ImportStatus(StrEnum):
    """Where the import stands."""

    AWAITING_UPLOAD = "AWAITING_UPLOAD"
    RECEIVED = "RECEIVED"
    READING = "READING"
    IMPORTED = "IMPORTED"
    QUARANTINED = "QUARANTINED"
    DUPLICATE = "DUPLICATE"
    EXPIRED = "EXPIRED"


_S = ImportStatus
TRANSITIONS: dict[ImportStatus, frozenset[ImportStatus]] = {
    _S.AWAITING_UPLOAD: frozenset({_S.RECEIVED, _S.EXPIRED}),
    _S.RECEIVED: frozenset({_S.READING}),
    # To itself: a worker that died is followed by another.
    _S.READING: frozenset({_S.READING, _S.IMPORTED, _S.QUARANTINED, _S.DUPLICATE}),
    # Once more, after what was wrong on our side has been set right.
    _S.QUARANTINED: frozenset({_S.RECEIVED}),
    _S.IMPORTED: frozenset(),
    _S.DUPLICATE: frozenset(),
    _S.EXPIRED: frozenset(),
}
OPEN = frozenset({_S.RECEIVED, _S.READING})
"""The statuses in which a worker has something to do."""


class ImportSource(StrEnum):
    """How the file came."""

    UPLOAD = "UPLOAD"
    TEXT = "TEXT"
    INBOX = "INBOX"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementImport:
    """`name` is the file's; `origin` names the object of the watched prefix that it was, with the storage's tag of it.

    `key` is what nobody can guess of the objects' names. `sha256` is known once the bytes are kept, from where on they
    do not change. `entries` and `bytes_read` say how far it is, of `size_bytes`. `rule`, `line` and `message` say why
    it is quarantined. `duplicate_of` is the import that had the same bytes, or the same statements, before.
    `requested_by_id` is None for Paydesk's own jobs. `version` counts the events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID = PLATFORM
    status: ImportStatus
    source: ImportSource
    name: str
    origin: str | None = None
    key: str
    size_bytes: int | None = None
    sha256: str | None = None
    entries: int = 0
    bytes_read: int = 0
    rule: StatementRule | None = None
    line: int | None = None
    message: str | None = None
    duplicate_of: UUID | None = None
    requested_by_id: UUID | None = None
    requested_by_name: str
    tries: int = 0
    leased_until: datetime | None = None
    created_at: datetime
    expires_at: datetime | None = None
    finished_at: datetime | None = None
    version: int = 0
    events: tuple[StatementImportEvent, ...] = ()

    def __post_init__(self) -> None:
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if not (
            (self.status is _S.QUARANTINED) == (self.rule is not None) == (self.message is not None)
            and (self.status is _S.DUPLICATE) == (self.duplicate_of is not None)
            and (self.status is _S.READING) == (self.leased_until is not None)
            and (self.status is not _S.IMPORTED or self.sha256 is not None)
        ):
            message = f"statement import {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def upload_key(self) -> str:
        """Where the upload link writes; never where a reader reads."""
        return f"bank/uploads/{self.key}"

    @property
    def stored_key(self) -> str:
        """Where the bytes are kept."""
        return f"bank/statements/{self.key}"

    def announce(self, at: datetime) -> StatementImport:
        """A new one: its file is still to come, or has come already."""
        awaited = self.status is _S.AWAITING_UPLOAD
        event = StatementImportEventType.AWAITED if awaited else StatementImportEventType.RECEIVED
        return self._change(at, event, {"source": self.source.value})

    def receive(self, size_bytes: int, at: datetime) -> StatementImport:
        """The file has come."""
        return self._change(
            at,
            StatementImportEventType.RECEIVED,
            {"size_bytes": size_bytes},
            status=advance(TRANSITIONS, "statement import", self.status, _S.RECEIVED),
            size_bytes=size_bytes,
            expires_at=None,
        )

    def expire(self, at: datetime) -> StatementImport:
        """The file never came."""
        status = advance(TRANSITIONS, "statement import", self.status, _S.EXPIRED)
        return self._change(at, StatementImportEventType.EXPIRED, {}, status=status, finished_at=at)

    def read(self, at: datetime) -> StatementImport:
        """A worker takes it, for as long as the lease; also after one that fell silent. That is no news."""
        return replace(
            self,
            status=advance(TRANSITIONS, "statement import", self.status, _S.READING),
            leased_until=at + LEASE,
            tries=self.tries + 1,
        )

    def import_(self, statements: int, at: datetime) -> StatementImport:
        """All of it is stored and counts."""
        return self._end(_S.IMPORTED, at, StatementImportEventType.IMPORTED, {"statements": statements})

    def quarantine(self, refused: StatementRefused, at: datetime) -> StatementImport:
        """It is set aside, with where and why."""
        data: dict[str, JsonValue] = {"rule": refused.rule.value, "line": refused.line}
        return self._end(
            _S.QUARANTINED,
            at,
            StatementImportEventType.QUARANTINED,
            data,
            rule=refused.rule,
            line=refused.line,
            message=refused.message,
        )

    def duplicate(self, earlier: UUID, at: datetime) -> StatementImport:
        """It holds nothing that an earlier one did not."""
        data: dict[str, JsonValue] = {"duplicate_of": str(earlier)}
        return self._end(_S.DUPLICATE, at, StatementImportEventType.DUPLICATED, data, duplicate_of=earlier)

    def retry(self, at: datetime) -> StatementImport:
        """Read it again; what is stored of it stays, and is not stored twice."""
        return self._change(
            at,
            StatementImportEventType.RETRIED,
            {},
            status=advance(TRANSITIONS, "statement import", self.status, _S.RECEIVED),
            rule=None,
            line=None,
            message=None,
            tries=0,
            finished_at=None,
        )

    def _end(
        self,
        status: ImportStatus,
        at: datetime,
        event: StatementImportEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401
    ) -> StatementImport:
        ended = advance(TRANSITIONS, "statement import", self.status, status)
        return self._change(
            at,
            event,
            {**data, "entries": self.entries},
            status=ended,
            leased_until=None,
            finished_at=at,
            **values,
        )

    def _change(
        self,
        at: datetime,
        event: StatementImportEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401
    ) -> StatementImport:
        told = StatementImportEvent(type=event, occurred_at=at, data=data)
        return replace(self, **values, version=self.version + 1, events=(*self.events, told))
