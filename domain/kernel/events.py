"""An event is a fact in the past tense, numbered per object, committed with its cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one object.

    `sequence` counts the object's events from 1 without gaps and equals the object's version after it, so a
    missing event shows as a difference between the two.
    """

    id: UUID
    merchant_id: UUID
    subject_type: str
    subject_id: UUID
    sequence: int
    name: str
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
