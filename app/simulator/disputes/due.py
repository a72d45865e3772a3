"""What the gateway does by itself a little later."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Any

from app.simulator.cards import Behaviour
from app.simulator.disputes.case import CaseState, Opening
from app.simulator.disputes.console_request import Alarm
from domain.disputes.early_fraud_warning import FraudType
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage

AFTER_CAPTURE = timedelta(seconds=2)
AFTER_ANSWER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long after a capture its card is disputed, and after an answer the case is decided."""

    after_capture: timedelta = AFTER_CAPTURE
    after_answer: timedelta = AFTER_ANSWER


class DueKind(StrEnum):
    """What is to happen."""

    DISPUTE = "dispute"
    """The card's holder disputes the payment."""
    DECIDE = "decide"
    """The network decides a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that is to happen to a payment or a case; `stage` and `outcome` are those of a decision."""

    id: str
    at: datetime
    kind: DueKind
    reference: str
    stage: DisputeStage | None = None
    outcome: CaseState | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Due:
        """What a journal entry holds."""
        checked: dict[str, Any] = {
            **value,
            "at": datetime.fromisoformat(value["at"]),
            "kind": DueKind(value["kind"]),
            "stage": value["stage"] and DisputeStage(value["stage"]),
            "outcome": value["outcome"] and CaseState(value["outcome"]),
        }
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled."""
        return {**asdict(self), "at": self.at.isoformat()}


PLOTS: dict[Behaviour, Opening | Alarm] = {
    Behaviour.DISPUTE: Opening(stage=DisputeStage.CHARGEBACK, network=Network.VISA, reason_code="10.4"),
    Behaviour.INQUIRE: Opening(stage=DisputeStage.INQUIRY, network=Network.AMEX, reason_code="127"),
    Behaviour.WARN: Alarm(network=Network.VISA, fraud_type=FraudType.CARD_NOT_PRESENT),
}
"""What the holders of some test cards do once the money is taken."""


def decision(reference: str, stage: DisputeStage, outcome: CaseState, at: datetime) -> Due:
    """The network decides a case, unless it has gone on by then."""
    return Due(id=_new_id(), at=at, kind=DueKind.DECIDE, reference=reference, stage=stage, outcome=outcome)


def complaint(reference: str, at: datetime) -> Due:
    """The card's holder does what `PLOTS` says."""
    return Due(id=_new_id(), at=at, kind=DueKind.DISPUTE, reference=reference)


def _new_id() -> str:
    return token_hex(8)
