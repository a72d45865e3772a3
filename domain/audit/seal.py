"""A seal closes a batch of audit records: it hashes their digests and the seal before it.

Records are written without waiting on each other; only the job that seals them goes one by one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.audit.audit_record import AuditRecord

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """`digests` are those of the batch's records by id, kept so that an altered record can be named."""

    number: int
    previous_hash: bytes
    digests: tuple[bytes, ...]
    hash: bytes
    sealed_at: datetime

    @property
    def intact(self) -> bool:
        """Whether the seal's own hash still follows from what it holds."""
        return self.hash == chain(self.previous_hash, self.digests)


def chain(previous_hash: bytes, digests: Sequence[bytes]) -> bytes:
    """SHA-256 over the previous seal's hash and the records' digests, in order."""
    return hashlib.sha256(previous_hash + b"".join(digests)).digest()


def seal_after(previous: Seal | None, records: Sequence[AuditRecord], at: datetime) -> Seal:
    """The next seal, over these records in their order."""
    previous_hash = previous.hash if previous else GENESIS
    digests = tuple(record.digest() for record in records)
    return Seal(
        number=previous.number + 1 if previous else 1,
        previous_hash=previous_hash,
        digests=digests,
        hash=chain(previous_hash, digests),
        sealed_at=at,
    )
