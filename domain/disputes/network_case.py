"""What a network has said about a case, taken together: the same set of notices tells the same, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from domain.disputes.notice import VERDICTS, NoticeType
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from domain.disputes.notice import DisputeNotice
    from domain.kernel.money import Money

Said = TypeVar("Said")
# Within a stage the network may correct a decision, and the later one holds; what was given up stays so.
_PRECEDENCE = {NoticeType.PREVENTED: 1, NoticeType.WITHDRAWN: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStage:
    """One stage of the case. `withdrawn_minor` and `reinstated_minor` are all that it moved, each way.

    `overturned` is set when the network has decided anything but that the stage is lost, whatever it decided last.
    `heard` is false for a stage of which no notice has come, though those of later stages say that it was.
    """

    stage: DisputeStage
    amount: Money
    opened_at: datetime
    respond_by: datetime | None
    verdict: NoticeType | None
    verdict_at: datetime | None
    overturned: bool
    under_review: bool
    heard: bool
    withdrawn_minor: int
    reinstated_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCase:
    """All stages in order, and the notice that tells most of the case.

    Not every notice repeats everything: the other fields are what the last one said that said anything of them.
    `case_reference` is the gateway's name of the case; until the gateway has told of it, what somebody gave by hand.
    """

    stages: tuple[CaseStage, ...]
    latest: DisputeNotice
    case_reference: str
    network_case_id: str | None
    arn: str | None
    dispute_amount: Money | None

    @property
    def opened_at(self) -> datetime:
        """When the case began."""
        return min(stage.opened_at for stage in self.stages)


def network_case(notices: Iterable[DisputeNotice]) -> NetworkCase:
    """The case of at least one notice.

    The network holds the disputed funds from the opening of a stage that takes money until it decides for the
    merchant. A stage says what is missing to that: so over all stages, a notice that comes late adds movements, and
    takes none back.
    """
    known = sorted(notices, key=_place)
    by_stage = {stage: [one for one in known if one.stage is stage] for stage in DisputeStage}
    last = known[-1].stage
    stages: list[CaseStage] = []
    held = 0
    for stage, said in by_stage.items():
        between = stage.takes_money and stage.rank < last.rank
        if not said and not between:
            continue
        told = said or next(by_stage[later] for later in DisputeStage if later.rank > stage.rank and by_stage[later])
        amount = _first_opening(told).amount
        verdicts = [one for one in said if one.type in VERDICTS]
        withdrawn, reinstated, held = _moved(stage, amount.minor, verdicts, held)
        stages.append(
            CaseStage(
                stage=stage,
                amount=amount,
                opened_at=_first_opening(told).occurred_at,
                respond_by=_deadline(said),
                verdict=verdicts[-1].type if verdicts else None,
                verdict_at=verdicts[-1].occurred_at if verdicts else None,
                overturned=any(one.type is not NoticeType.LOST for one in verdicts),
                under_review=any(one.type is NoticeType.UNDER_REVIEW for one in said),
                heard=bool(said),
                withdrawn_minor=withdrawn,
                reinstated_minor=reinstated,
            )
        )
    return NetworkCase(
        stages=tuple(stages),
        latest=known[-1],
        case_reference=min(known, key=_naming).case_reference,
        network_case_id=_last(one.network_case_id for one in known),
        arn=_last(one.arn for one in known),
        dispute_amount=_last(one.dispute_amount for one in known),
    )


def _place(notice: DisputeNotice) -> tuple[int, int, datetime, str]:
    """Notices of one moment are told apart by their ids, so that the order never depends on who came first."""
    return notice.stage.rank, _PRECEDENCE.get(notice.type, 0), notice.occurred_at, notice.notice_id


def _naming(notice: DisputeNotice) -> tuple[bool, bool, datetime, str]:
    """Who names the case: the gateway before people, and a name before none; among equals whoever came first."""
    return notice.by_hand, not notice.names_case, notice.received_at, notice.notice_id


def _last(said: Iterable[Said | None]) -> Said | None:
    return next((one for one in reversed([*said]) if one is not None), None)


def _first_opening(said: Sequence[DisputeNotice]) -> DisputeNotice:
    """Several notices of a stage may name an amount; the one that opened it counts."""
    opened = [one for one in said if one.type is NoticeType.OPENED]
    return min(opened or said, key=lambda one: (one.occurred_at, one.notice_id))


def _deadline(said: Sequence[DisputeNotice]) -> datetime | None:
    """The deadline that was named last: networks extend them."""
    named = [one for one in said if one.respond_by is not None]
    return max(named, key=lambda one: (one.occurred_at, one.notice_id)).respond_by if named else None


def _moved(
    stage: DisputeStage, amount_minor: int, verdicts: Sequence[DisputeNotice], held: int
) -> tuple[int, int, int]:
    """What a stage withdrew and reinstated, and what the network holds after it."""
    if not stage.takes_money:
        return 0, 0, held
    withdrawn = reinstated = 0
    wanted = [amount_minor, *(amount_minor if one.type is NoticeType.LOST else 0 for one in verdicts)]
    for level in wanted:
        withdrawn += max(level - held, 0)
        reinstated += max(held - level, 0)
        held = level
    return withdrawn, reinstated, held
