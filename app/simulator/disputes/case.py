"""A dispute as the gateway knows it, and the rules by which it goes on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from secrets import randbelow, token_hex
from typing import TYPE_CHECKING, Any

from app.simulator.disputes.network_rules import later_stage, response_time, stages
from app.simulator.payment import Refused
from domain.disputes.network import Network
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from app.simulator.payment import Payment

_ARN_NETWORKS = frozenset({Network.VISA, Network.MASTERCARD})


class CaseState(StrEnum):
    """Where the present stage of a case stands."""

    NEEDS_RESPONSE = "needs_response"
    ACCEPTED = "accepted"
    """The merchant conceded; it is decided lost in a moment."""
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    PREVENTED = "prevented"


_S = CaseState
WAITING = frozenset({_S.NEEDS_RESPONSE, _S.ACCEPTED, _S.UNDER_REVIEW})
"""Not decided yet."""
OVER = frozenset({_S.WITHDRAWN, _S.PREVENTED})
"""Nothing can happen any more."""
RETURNED = frozenset({_S.WON}) | OVER
"""The disputed amount is the merchant's again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known of a case that opens; what is None is made up, or follows from the payment."""

    stage: DisputeStage
    network: Network
    reason_code: str
    amount_minor: int | None = None
    dispute_amount_minor: int | None = None
    dispute_currency: str | None = None
    respond_by: datetime | None = None
    network_case_id: str | None = None
    arn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStage:
    """What changes with the next stage; what is None stays, and the time to answer starts anew."""

    reason_code: str | None = None
    amount_minor: int | None = None
    respond_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One dispute of one payment, in minor units. Every rule that forbids a step raises `Refused`."""

    reference: str
    payment_reference: str
    network: Network
    network_case_id: str
    arn: str | None
    reason_code: str
    stage: DisputeStage
    state: CaseState
    amount_minor: int
    currency: str
    dispute_amount_minor: int
    dispute_currency: str
    respond_by: datetime
    opened_at: datetime

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Case:
        """The case of a journal entry."""
        checked: dict[str, Any] = {
            **value,
            "network": Network(value["network"]),
            "stage": DisputeStage(value["stage"]),
            "state": CaseState(value["state"]),
            "respond_by": datetime.fromisoformat(value["respond_by"]),
            "opened_at": datetime.fromisoformat(value["opened_at"]),
        }
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled."""
        return {**asdict(self), "respond_by": self.respond_by.isoformat(), "opened_at": self.opened_at.isoformat()}

    @property
    def waits(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in WAITING

    def advance(self, change: NextStage, captured_minor: int, now: datetime) -> Case:
        """The next stage of the network, whatever was decided in this one."""
        later = later_stage(self.network, self.stage)
        if self.state in OVER or self.state is _S.ACCEPTED:
            raise Refused("case_closed", f"A case that is {self.state} goes no further.")
        if later is None:
            raise Refused("last_stage", f"With {self.network.label} no stage comes after {self.stage.lower()}.")
        amount = change.amount_minor or self.amount_minor
        if amount > captured_minor:
            raise Refused("exceeds_captured", "This is more than was captured.")
        code = change.reason_code or self.reason_code
        return replace(
            self,
            stage=later,
            state=_S.NEEDS_RESPONSE,
            reason_code=code,
            amount_minor=amount,
            # In proportion, since nobody says what the issuer converts at by now.
            dispute_amount_minor=max(1, self.dispute_amount_minor * amount // self.amount_minor),
            respond_by=change.respond_by or now + response_time(self.network, code, later),
        )

    def answer(self, stage: DisputeStage, now: datetime, *, accepts: bool) -> Case:
        """The merchant's answer to the present stage, once and in time."""
        if stage is not self.stage:
            raise Refused("stage_passed", f"The case is at the stage {self.stage.lower()}.")
        if self.state is not _S.NEEDS_RESPONSE:
            raise Refused("not_answerable", f"A case that is {self.state} takes no answer.")
        if now >= self.respond_by:
            raise Refused("too_late", f"The answer was due by {self.respond_by.isoformat()}.")
        return replace(self, state=_S.ACCEPTED if accepts else _S.UNDER_REVIEW)

    def decide(self, outcome: CaseState) -> Case:
        """The network's decision, won or lost; it may decide again and otherwise."""
        if self.state in OVER:
            raise Refused("case_closed", f"A case that is {self.state} is not decided any more.")
        if self.state is outcome:
            raise Refused("already_decided", f"The case is {self.state} already.")
        return replace(self, state=outcome)

    def withdraw(self) -> Case:
        """The cardholder gives up."""
        if self.state in OVER:
            raise Refused("case_closed", f"A case that is {self.state} cannot be withdrawn.")
        return replace(self, state=_S.WITHDRAWN)

    def prevent(self) -> Case:
        """An inquiry is settled before it becomes a chargeback."""
        if self.stage is not DisputeStage.INQUIRY or not self.waits:
            raise Refused("not_preventable", "Only an inquiry that is not decided yet can be prevented.")
        return replace(self, state=_S.PREVENTED)


def new_case(payment: Payment, opening: Opening, disputed_minor: int, now: datetime) -> Case:
    """A case that opens; `disputed_minor` is what other cases hold of the payment already.

    Raises `Refused` when the network has no such stage, or there is not so much money to dispute.
    """
    if opening.stage not in stages(opening.network):
        raise Refused("no_such_stage", f"{opening.network.label} has no stage {opening.stage.lower()}.")
    left = payment.captured_minor - disputed_minor
    amount = opening.amount_minor or left
    if not 0 < amount <= left:
        raise Refused("exceeds_captured", f"Of what was captured, {left} minor units are left to dispute.")
    return Case(
        reference=f"simd_{token_hex(16)}",
        payment_reference=payment.reference,
        network=opening.network,
        network_case_id=opening.network_case_id or _digits(10),
        # 23 digits, of which the first is always 7 or 2.
        arn=opening.arn or (f"7{_digits(22)}" if opening.network in _ARN_NETWORKS else None),
        reason_code=opening.reason_code,
        stage=opening.stage,
        state=CaseState.NEEDS_RESPONSE,
        amount_minor=amount,
        currency=payment.currency,
        dispute_amount_minor=opening.dispute_amount_minor or amount,
        dispute_currency=opening.dispute_currency or payment.currency,
        respond_by=opening.respond_by or now + response_time(opening.network, opening.reason_code, opening.stage),
        opened_at=now,
    )


def _digits(count: int) -> str:
    return "".join(str(randbelow(10)) for _ in range(count))
