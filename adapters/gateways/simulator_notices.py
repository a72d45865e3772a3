"""Reads the simulator's notices, as its webhook brings them and its list tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.currencies import currency_of
from adapters.gateways.fields import moment, number, read_object, text, word
from adapters.gateways.notice_unreadable import NoticeUnreadable
from domain.disputes.early_fraud_warning import FraudType, WarningNotice
from domain.disputes.network import Network
from domain.disputes.notice import LONGEST_ARN, LONGEST_REFERENCE, DisputeNotice, NoticeSource, NoticeType
from domain.disputes.stage import DisputeStage
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.money import MAX_MINOR, Money
from domain.kernel.text import optional_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from enum import StrEnum

    Word = TypeVar("Word", bound=StrEnum)
    Found = TypeVar("Found")

_MOST_NOTICES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """By which gateway's word, how and when notices came."""

    gateway: str
    source: NoticeSource
    received_at: datetime


def read_delivery(body: bytes, reception: Reception) -> list[DisputeNotice | WarningNotice]:
    """The notices of a webhook; raise `NoticeUnreadable` when one of them cannot be understood."""
    notices = (read_object(body) or {}).get("notices")
    if not isinstance(notices, list) or not 1 <= len(notices) <= _MOST_NOTICES:
        raise NoticeUnreadable(f"The body must be a JSON object with 1 to {_MOST_NOTICES} notices.")
    return [read_notice(notice, reception) for notice in notices]


def webhook_reader(gateway: str) -> Callable[[bytes, datetime], list[DisputeNotice | WarningNotice]]:
    """How the body of a gateway's webhook that was received at a moment is read."""

    def read(body: bytes, received_at: datetime) -> list[DisputeNotice | WarningNotice]:
        return read_delivery(body, Reception(gateway=gateway, source=NoticeSource.WEBHOOK, received_at=received_at))

    return read


def read_notice(document: object, reception: Reception) -> DisputeNotice | WarningNotice:
    """One notice, whatever fields it has beside those that are known; raise `NoticeUnreadable`."""
    if not isinstance(document, dict):
        raise NoticeUnreadable("A notice must be a JSON object.")
    try:
        match document.get("kind"):
            case "dispute":
                return _dispute(document, reception)
            case "early_fraud_warning":
                return _warning(document, reception)
            case _:
                raise NoticeUnreadable("The notice's kind is none that is known.")
    except Invalid as invalid:
        raise NoticeUnreadable(f"{'.'.join(invalid.path)}: {invalid.message}") from None


def _dispute(document: dict[str, Any], reception: Reception) -> DisputeNotice:
    return DisputeNotice(
        id=new_uuid(reception.received_at),
        gateway=reception.gateway,
        notice_id=_needed(text(document, "notice_id"), "notice_id"),
        source=reception.source,
        type=_needed(word(NoticeType, document.get("type")), "type"),
        stage=_needed(word(DisputeStage, document.get("stage")), "stage"),
        case_reference=_needed(text(document, "case_reference"), "case_reference"),
        payment_reference=_needed(text(document, "gateway_reference"), "gateway_reference"),
        network=_needed(word(Network, document.get("network")), "network"),
        network_case_id=_description(document, "network_case_id"),
        arn=_arn(document),
        reason_code=_needed(text(document, "reason_code"), "reason_code"),
        amount=_amount(document, "amount_minor", "currency"),
        dispute_amount=_dispute_amount(document),
        respond_by=_optional_moment(document, "respond_by"),
        occurred_at=_needed(moment(document, "occurred_at"), "occurred_at"),
        received_at=reception.received_at,
    )


def _warning(document: dict[str, Any], reception: Reception) -> WarningNotice:
    return WarningNotice(
        gateway=reception.gateway,
        notice_id=_needed(text(document, "notice_id"), "notice_id"),
        payment_reference=_needed(text(document, "gateway_reference"), "gateway_reference"),
        network=_needed(word(Network, document.get("network")), "network"),
        # Issuers have more words for fraud than we have.
        fraud_type=word(FraudType, document.get("fraud_type")) or FraudType.OTHER,
        amount=_amount(document, "amount_minor", "currency"),
        reported_at=_needed(moment(document, "reported_at"), "reported_at"),
    )


def _needed(found: Found | None, name: str) -> Found:
    if found is None:
        raise NoticeUnreadable(f"{name}: This is missing, or is none that is known.")
    return found


def _amount(document: dict[str, Any], amount: str, currency: str) -> Money:
    minor = _needed(number(document, amount, 1, MAX_MINOR), amount)
    return Money(minor, currency_of(_needed(text(document, currency), currency)))


def _dispute_amount(document: dict[str, Any]) -> Money | None:
    if document.get("dispute_amount_minor") is None and document.get("dispute_currency") is None:
        return None
    return _amount(document, "dispute_amount_minor", "dispute_currency")


def _optional_moment(document: dict[str, Any], name: str) -> datetime | None:
    return None if document.get(name) is None else _needed(moment(document, name), name)


# What follows is description: what cannot be kept of it is left out, rather than the notice with it.


def _description(document: dict[str, Any], name: str) -> str | None:
    try:
        return optional_text(text(document, name), (name,), longest=LONGEST_REFERENCE)
    except Invalid:
        return None


def _arn(document: dict[str, Any]) -> str | None:
    arn = text(document, "arn") or ""
    return arn if 0 < len(arn) <= LONGEST_ARN and arn.isascii() and arn.isalnum() else None
