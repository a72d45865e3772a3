"""What gateways are asked about disputes and what they answer, in one vocabulary for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.early_fraud_warning import WarningNotice
    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.stage import DisputeStage
    from domain.payments.gateway import Outcome


class ResponseKind(StrEnum):
    """What the merchant answers to a stage."""

    ACCEPT = "ACCEPT"
    """The merchant concedes; the funds stay with the cardholder."""
    COUNTER = "COUNTER"
    """The merchant sends evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file of evidence as it goes to the gateway."""

    kind: EvidenceKind
    name: str
    content_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRequest:
    """One answer. `response_id` is the idempotency key: the gateway takes it on at most once, however often it comes.

    A look-up needs neither texts nor files.
    """

    response_id: UUID
    case_reference: str
    stage: DisputeStage
    kind: ResponseKind
    texts: Mapping[EvidenceKind, str]
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What a gateway has to tell since a cursor, oldest first; `cursor` is where to go on."""

    disputes: tuple[DisputeNotice, ...]
    warnings: tuple[WarningNotice, ...]
    cursor: str
    more: bool


class DisputeGateway(Protocol):
    """One gateway. Its methods never raise for what goes wrong on the way: that is an outcome, or `Unavailable`."""

    async def respond(self, request: DisputeRequest) -> Outcome:
        """Hand an answer over. SUCCEEDED, FAILED, UNKNOWN or NOT_SENT."""
        ...

    async def look_up_response(self, request: DisputeRequest) -> Outcome:
        """Ask what became of an answer, without handing it over. The kind may be NOT_FOUND."""
        ...

    async def notices(self, cursor: str | None, received_at: datetime) -> Notices:
        """What it has to tell after a cursor; raise `Unavailable` when it does not say."""
        ...


class DisputeGateways(Protocol):
    """All gateways by name."""

    def get(self, name: str) -> DisputeGateway:
        """The gateway of that name; raise `KeyError` for one that is not set up."""
        ...

    def names(self) -> tuple[str, ...]:
        """Those that can be asked."""
        ...
