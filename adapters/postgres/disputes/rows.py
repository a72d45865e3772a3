"""Rows to what disputes are made of and back: the only place that knows both."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.currencies import all_currencies
from adapters.postgres.hydration import hydrator
from domain.disputes.category import DisputeCategory
from domain.disputes.dispute import Dispute
from domain.disputes.dispute_policy import DisputePolicy
from domain.disputes.early_fraud_warning import EarlyFraudWarning, FraudType, WarningNotice, WarningStatus
from domain.disputes.evidence import Evidence, EvidenceStatus, ListedFile
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.gateway import ResponseKind
from domain.disputes.network import Network
from domain.disputes.note import Audience, Note
from domain.disputes.notice import DisputeNotice, NoticeSource, NoticeType
from domain.disputes.response import DisputeResponse
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.stage_record import StageRecord
from domain.identity.actor import ActorKind, Realm
from domain.kernel.money import Money
from domain.payments.operation import OperationStatus

if TYPE_CHECKING:
    from asyncpg import Record

_CURRENCIES = {currency.code: currency for currency in all_currencies()}


def _amount(row: Record) -> Money:
    return Money(row["amount_minor"], _CURRENCIES[row["currency"]])


def _claimed(row: Record) -> Money | None:
    code = row["dispute_currency"]
    return None if code is None else Money(row["dispute_amount_minor"], _CURRENCIES[code])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _stages(row: Record) -> tuple[StageRecord, ...]:
    return tuple(
        StageRecord(
            stage=DisputeStage(one["stage"]),
            status=DisputeStatus(one["status"]),
            amount_minor=one["amount_minor"],
            opened_at=datetime.fromisoformat(one["opened_at"]),
            respond_by=_moment(one["respond_by"]),
            submitted_at=_moment(one["submitted_at"]),
            # Rows that were written before these were kept have neither.
            accepted_at=_moment(one.get("accepted_at")),
            overturned=one.get("overturned", False),
            closed_at=_moment(one["closed_at"]),
            withdrawn_minor=one["withdrawn_minor"],
            reinstated_minor=one["reinstated_minor"],
        )
        for one in row["stages"]
    )


def _stage_values(record: StageRecord) -> dict[str, Any]:
    return {
        "stage": record.stage.value,
        "status": record.status.value,
        "amount_minor": record.amount_minor,
        "opened_at": record.opened_at.isoformat(),
        "respond_by": record.respond_by and record.respond_by.isoformat(),
        "submitted_at": record.submitted_at and record.submitted_at.isoformat(),
        "accepted_at": record.accepted_at and record.accepted_at.isoformat(),
        "overturned": record.overturned,
        "closed_at": record.closed_at and record.closed_at.isoformat(),
        "withdrawn_minor": record.withdrawn_minor,
        "reinstated_minor": record.reinstated_minor,
    }


def _no_events(_: Record) -> tuple[()]:
    return ()


dispute_of = hydrator(
    Dispute,
    {
        "network": Network,
        "category": DisputeCategory,
        "stage": DisputeStage,
        "status": DisputeStatus,
        "stages": _stages,
        "currency": _CURRENCIES,
        "dispute_amount": _claimed,
        "events": _no_events,
    },
)
"""A dispute from its row."""


def dispute_values(dispute: Dispute) -> dict[str, Any]:
    """The columns of a dispute."""
    claimed = dispute.dispute_amount
    plain = {name: getattr(dispute, name) for name in _AS_THEY_ARE}
    return {
        **plain,
        "network": dispute.network.value,
        "category": dispute.category.value,
        "stage": dispute.stage.value,
        "status": dispute.status.value,
        "stages": [_stage_values(record) for record in dispute.stages],
        "currency": dispute.currency.code,
        "currency_exponent": dispute.currency.exponent,
        "dispute_amount_minor": claimed and claimed.minor,
        "dispute_currency": claimed and claimed.currency.code,
    }


_AS_THEY_ARE = (
    "id",
    "merchant_id",
    "payment_id",
    "gateway",
    "case_reference",
    "network_case_id",
    "arn",
    "reason_code",
    "amount_minor",
    "fee_minor",
    "withdrawn_minor",
    "double_loss_minor",
    "respond_by",
    "time_zone",
    "warned_hours",
    "response_pending",
    "assignee_id",
    "opened_at",
    "closed_at",
    "created_at",
    "updated_at",
    "version",
)

notice_of = hydrator(
    DisputeNotice,
    {
        "source": NoticeSource,
        "type": NoticeType,
        "stage": DisputeStage,
        "network": Network,
        "amount": _amount,
        "dispute_amount": _claimed,
    },
)
"""A notice from its row."""


def notice_values(notice: DisputeNotice) -> dict[str, Any]:
    """The columns of a notice, but for what it was matched to."""
    claimed = notice.dispute_amount
    return {
        "id": notice.id,
        "gateway": notice.gateway,
        "notice_id": notice.notice_id,
        "source": notice.source.value,
        "type": notice.type.value,
        "stage": notice.stage.value,
        "case_reference": notice.case_reference,
        "payment_reference": notice.payment_reference,
        "network": notice.network.value,
        "network_case_id": notice.network_case_id,
        "arn": notice.arn,
        "reason_code": notice.reason_code,
        "amount_minor": notice.amount.minor,
        "currency": notice.amount.currency.code,
        "dispute_amount_minor": claimed and claimed.minor,
        "dispute_currency": claimed and claimed.currency.code,
        "respond_by": notice.respond_by,
        "occurred_at": notice.occurred_at,
        "received_at": notice.received_at,
    }


def _texts(row: Record) -> dict[EvidenceKind, str]:
    return {EvidenceKind(kind): text for kind, text in row["texts"].items()}


def _files(row: Record) -> tuple[ListedFile, ...]:
    return tuple(
        ListedFile(
            id=UUID(file["id"]),
            kind=EvidenceKind(file["kind"]),
            name=file["name"],
            content_type=file["content_type"],
            size_bytes=file["size_bytes"],
            sha256=file["sha256"],
        )
        for file in row["files"]
    )


evidence_of = hydrator(Evidence, {"stage": DisputeStage, "status": EvidenceStatus, "texts": _texts, "files": _files})
"""Evidence from its row."""


def evidence_values(evidence: Evidence) -> dict[str, Any]:
    """The columns of evidence."""
    files = [
        {
            "id": str(file.id),
            "kind": file.kind.value,
            "name": file.name,
            "content_type": file.content_type,
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
        }
        for file in evidence.files
    ]
    return {
        "merchant_id": evidence.merchant_id,
        "dispute_id": evidence.dispute_id,
        "stage": evidence.stage.value,
        "status": evidence.status.value,
        "texts": {kind.value: text for kind, text in evidence.texts.items()},
        "files": files,
        "sha256": evidence.sha256,
        "submitted_at": evidence.submitted_at,
        "submitted_by": evidence.submitted_by,
        "updated_at": evidence.updated_at,
    }


response_of = hydrator(DisputeResponse, {"stage": DisputeStage, "kind": ResponseKind, "status": OperationStatus})
"""An answer from its row."""


def response_values(response: DisputeResponse) -> dict[str, Any]:
    """The columns of an answer."""
    return {
        **{name: getattr(response, name) for name in DisputeResponse.__slots__},
        "stage": response.stage.value,
        "kind": response.kind.value,
        "status": response.status.value,
    }


note_of = hydrator(Note, {"audience": Audience, "author_kind": ActorKind, "author_realm": Realm}, checked=False)
"""A note from its row."""


def note_values(note: Note) -> dict[str, Any]:
    """The columns of a note."""
    return {
        **{name: getattr(note, name) for name in Note.__slots__},
        "audience": note.audience.value,
        "author_kind": note.author_kind.value,
        "author_realm": note.author_realm.value,
    }


warning_of = hydrator(
    EarlyFraudWarning,
    {
        "network": Network,
        "fraud_type": FraudType,
        "amount": _amount,
        "status": WarningStatus,
        "events": _no_events,
    },
)
"""A warning from its row."""


def warning_values(warning: EarlyFraudWarning) -> dict[str, Any]:
    """The columns of a warning."""
    return {
        "merchant_id": warning.merchant_id,
        "id": warning.id,
        "payment_id": warning.payment_id,
        "gateway": warning.gateway,
        "notice_id": warning.notice_id,
        "network": warning.network.value,
        "fraud_type": warning.fraud_type.value,
        "amount_minor": warning.amount.minor,
        "currency": warning.amount.currency.code,
        "status": warning.status.value,
        "refund_id": warning.refund_id,
        "reported_at": warning.reported_at,
        "created_at": warning.created_at,
        "updated_at": warning.updated_at,
        "version": warning.version,
    }


parked_of = hydrator(WarningNotice, {"network": Network, "fraud_type": FraudType, "amount": _amount}, checked=False)
"""A parked warning from its row."""


def parked_values(notice: WarningNotice, at: datetime) -> dict[str, Any]:
    """The columns of a parked warning."""
    return {
        "gateway": notice.gateway,
        "notice_id": notice.notice_id,
        "payment_reference": notice.payment_reference,
        "network": notice.network.value,
        "fraud_type": notice.fraud_type.value,
        "amount_minor": notice.amount.minor,
        "currency": notice.amount.currency.code,
        "reported_at": notice.reported_at,
        "parked_at": at,
    }


def policy_of(row: Record) -> DisputePolicy:
    """A policy from its row."""
    return DisputePolicy(
        merchant_id=row["merchant_id"],
        accept_up_to=Money(row["accept_up_to_minor"], _CURRENCIES[row["currency"]]),
        categories=frozenset(DisputeCategory(name) for name in row["categories"]),
        updated_at=row["updated_at"],
    )


def policy_values(policy: DisputePolicy) -> dict[str, Any]:
    """The columns of a policy."""
    return {
        "merchant_id": policy.merchant_id,
        "currency": policy.accept_up_to.currency.code,
        "accept_up_to_minor": policy.accept_up_to.minor,
        "categories": sorted(category.value for category in policy.categories),
        "updated_at": policy.updated_at,
    }
