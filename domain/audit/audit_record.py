"""One line of the audit log: an actor did something to an object."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """`action` is context.verb (`payments.capture`); `data` says what changed, never a secret nor personal data.

    `merchant_id` is empty for what concerns no merchant.
    """

    id: UUID
    merchant_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: UUID | None
    occurred_at: datetime
    address: str | None = None
    data: Mapping[str, JsonValue] = field(default_factory=dict)

    def digest(self) -> bytes:
        """The SHA-256 of the record in canonical form; any altered column gives another."""
        content = [
            str(self.id),
            self.merchant_id and str(self.merchant_id),
            self.actor_kind,
            self.actor_id and str(self.actor_id),
            self.actor_name,
            self.action,
            self.subject_type,
            self.subject_id and str(self.subject_id),
            self.occurred_at.isoformat(timespec="microseconds"),
            self.address,
            dict(self.data),
        ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).digest()
