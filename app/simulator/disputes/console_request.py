"""What the console asks for: cases, their steps, and warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.simulator.disputes.case import CaseState, NextStage, Opening
from app.simulator.disputes.network_rules import NETWORK_OF_BRAND
from app.simulator.reading import (
    only,
    optional_amount,
    optional_currency,
    optional_moment,
    optional_text,
    refuse,
    text,
    word,
)
from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from app.simulator.cards import TestCard

_OPENING = (
    "gateway_reference",
    "stage",
    "network",
    "reason_code",
    "amount_minor",
    "dispute_amount_minor",
    "dispute_currency",
    "respond_by",
    "network_case_id",
    "arn",
)
_LONGEST_ARN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A warning to tell; without an amount it is about all that was captured."""

    network: Network
    fraud_type: FraudType
    amount_minor: int | None = None


def read_opening(value: dict[str, Any], card: TestCard | None) -> Opening:
    """The case that opens; its network is the card's unless another is said. Raise `BadRequest`."""
    only(value, *_OPENING)
    amount, currency = optional_amount(value, "dispute_amount_minor"), optional_currency(value, "dispute_currency")
    if (amount is None) != (currency is None):
        refuse("Send dispute_amount_minor and dispute_currency together, or neither.")
    arn = optional_text(value, "arn", _LONGEST_ARN)
    if arn is not None and not (arn.isascii() and arn.isalnum()):
        refuse("arn must have letters and digits only.")
    return Opening(
        stage=word(value, "stage", DisputeStage),
        network=_network(value, card),
        reason_code=text(value, "reason_code"),
        amount_minor=optional_amount(value, "amount_minor"),
        dispute_amount_minor=amount,
        dispute_currency=currency,
        respond_by=optional_moment(value, "respond_by"),
        network_case_id=optional_text(value, "network_case_id"),
        arn=arn,
    )


def read_next_stage(value: dict[str, Any]) -> NextStage:
    """What changes with the next stage; raise `BadRequest`."""
    only(value, "reason_code", "amount_minor", "respond_by")
    return NextStage(
        reason_code=optional_text(value, "reason_code"),
        amount_minor=optional_amount(value, "amount_minor"),
        respond_by=optional_moment(value, "respond_by"),
    )


def read_outcome(value: dict[str, Any]) -> CaseState:
    """Won or lost; raise `BadRequest`."""
    only(value, "outcome")
    outcome = word(value, "outcome", CaseState)
    if outcome not in {CaseState.WON, CaseState.LOST}:
        refuse("outcome must be won or lost.")
    return outcome


def read_warning(value: dict[str, Any], card: TestCard | None) -> Alarm:
    """The warning to tell; raise `BadRequest`."""
    only(value, "gateway_reference", "network", "fraud_type", "amount_minor")
    return Alarm(
        network=_network(value, card),
        fraud_type=word(value, "fraud_type", FraudType),
        amount_minor=optional_amount(value, "amount_minor"),
    )


def _network(value: dict[str, Any], card: TestCard | None) -> Network:
    if value.get("network") is None and card is not None and card.brand in NETWORK_OF_BRAND:
        return NETWORK_OF_BRAND[card.brand]
    return word(value, "network", Network)
