"""The same key with the same input has one effect and one result; with another input it is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.errors import Conflict
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MAX_KEY = 255


class IdempotencyConflict(Conflict):
    """The key was used with another input."""

    code = "IDEMPOTENCY_CONFLICT"

    def __init__(self) -> None:
        super().__init__("This idempotency key was used with another input; use a new key for a new request.")


class IdempotencyInProgress(Conflict):
    """The first request with this key has no answer yet."""

    code = "IDEMPOTENCY_IN_PROGRESS"

    def __init__(self) -> None:
        super().__init__("The first request with this key is still under way; send the same request again soon.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyClaim:
    """A key in its scope (merchant and mutation), the hash of the input, and what the request is about.

    Raises `Invalid` for a key that is no clean text of
    1 to 255 characters.
    """

    merchant_id: UUID
    mutation: str
    key: str
    input_hash: bytes
    payment_id: UUID
    operation_id: UUID
    claimed_at: datetime

    def __post_init__(self) -> None:
        clean_text(self.key, ("idempotencyKey",), longest=MAX_KEY)

    def ensure_same(self, later: KeyClaim) -> None:
        """Raise `IdempotencyConflict` when the later claim carries another input."""
        if self.input_hash != later.input_hash:
            raise IdempotencyConflict


class IdempotencyKeys(Protocol):
    """The keys that have been claimed."""

    async def claim(self, claim: KeyClaim) -> KeyClaim | None:
        """Claim the key in this unit; when it was claimed before, the earlier claim instead."""
        ...


def input_hash(command: object) -> bytes:
    """The SHA-256 of a command's coerced values, so that 19.9 and 19.90 are the same input.

    What is not given does not count: a command that learns of one more value has the same hash without it, and a key
    from before goes on meaning the same input.
    """
    values = _values(command)
    values.pop("idempotency_key", None)
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=_plain).encode()).digest()


def _plain(value: object) -> object:
    return _values(value) if is_dataclass(value) else str(value)


def _values(command: object) -> dict[str, object]:
    # Not `asdict`, which copies all that is within: the hash only reads.
    values = {field.name: getattr(command, field.name) for field in fields(command)}  # pyright: ignore[reportArgumentType] - commands are dataclasses
    return {name: value for name, value in values.items() if value is not None}
