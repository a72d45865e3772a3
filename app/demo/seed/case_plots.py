"""How cases go: through the stages that lie behind them, then to where they stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from app.demo.seed.case_story import CaseStory
from app.demo.seed.grievances import Side
from app.demo.seed.odds import percent
from app.simulator.disputes.case import CaseState, Opening
from app.simulator.disputes.network_rules import stages
from domain.disputes.deadline import time_zone
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.actor import ActorKind

if TYPE_CHECKING:
    from random import Random
    from zoneinfo import ZoneInfo

    from app.demo.seed.grievances import Grievance
    from app.demo.seed.merchants import DemoMerchant
    from domain.identity.actor import Actor

Ending = Callable[[CaseStory], Awaitable[None]]

_LEAST_DAYS = 7
_LAST_SECOND = time(23, 59, 59)
_BETWEEN_STAGES = (20, 24)
_WON_BEFORE_PERCENT = 50
# What issuers convert at, as minor units of the claim for minor units of the payment.
_RATES = {("EUR", "USD"): (109, 100), ("JPY", "USD"): (2, 3)}


class Course:
    """When the stages of a grievance were opened, and until when each had to be answered."""

    def __init__(self, grievance: Grievance, merchant: DemoMerchant, now: datetime, dice: Random) -> None:
        self._grievance = grievance
        self._zone: ZoneInfo = time_zone(merchant.merchant.time_zone)
        first = grievance.begins or min(grievance.stage, DisputeStage.CHARGEBACK, key=lambda stage: stage.rank)
        known = [one for one in stages(grievance.network) if first.rank <= one.rank <= grievance.stage.rank]
        today = now.astimezone(self._zone).date()
        if grievance.due is None:
            day = today - timedelta(days=grievance.opened or 0)
        else:
            day = today + timedelta(days=grievance.due - self._days(grievance.stage))
        self.opened: dict[DisputeStage, datetime] = {}
        for stage in reversed(known):
            moment = datetime.combine(
                day, time(dice.randint(9, 17), dice.randrange(60), dice.randrange(60)), self._zone
            )
            self.opened[stage] = moment.astimezone(now.tzinfo)
            day -= timedelta(days=dice.randint(*_BETWEEN_STAGES))

    @property
    def stages(self) -> list[DisputeStage]:
        """Those that it has been through, the present one last."""
        return sorted(self.opened, key=lambda stage: stage.rank)

    @property
    def begun_at(self) -> datetime:
        """When the case was opened."""
        return min(self.opened.values())

    def code(self, stage: DisputeStage) -> str:
        """The reason code at a stage."""
        before = stage is not self._grievance.stage
        return self._grievance.begins_as if before and self._grievance.begins_as else self._grievance.code

    def respond_by(self, stage: DisputeStage) -> datetime:
        """The last second of a day of the merchant's."""
        opened = self.opened[stage]
        day = opened.astimezone(self._zone).date() + timedelta(days=self._days(stage))
        return datetime.combine(day, _LAST_SECOND, self._zone).astimezone(opened.tzinfo)

    def _days(self, stage: DisputeStage) -> int:
        """Acquirers keep a third of the network's time for themselves."""
        grievance = self._grievance
        return max(find_reason_code(grievance.network, self.code(stage)).days(stage) * 2 // 3, _LEAST_DAYS)


async def tell_case(story: CaseStory, grievance: Grievance, course: Course) -> None:
    """From the opening to now; raise `NotYet` when something would lie beyond now."""
    first, *later = course.stages
    await story.open(course.opened[first], _opening(story, grievance, course, first))
    for stage in later:
        await _leave_behind(story, grievance)
        await story.advance(course.opened[stage], course.respond_by(stage), course.code(stage))
    await _take_on(story, grievance)
    await (_accepted_by_policy if grievance.by_policy else _ENDINGS[grievance.status])(story)
    await _remind(story, grievance)
    await story.end()


def _opening(story: CaseStory, grievance: Grievance, course: Course, stage: DisputeStage) -> Opening:
    sale, dice = story.sale, story.desk.dice
    amount = sale.captured_minor * grievance.percent // 100
    into, of = _RATES[sale.currency, grievance.claimed] if grievance.claimed else (1, 1)
    return Opening(
        stage=stage,
        network=grievance.network,
        reason_code=course.code(stage),
        amount_minor=amount,
        dispute_amount_minor=amount * into // of,
        dispute_currency=grievance.claimed or sale.currency,
        respond_by=course.respond_by(stage),
        network_case_id=f"{dice.randrange(10**10):010}",
    )


async def _leave_behind(story: CaseStory, grievance: Grievance) -> None:
    """A stage that was not the last: answered, and sometimes won, before the issuer went on. Inquiries were missed."""
    if grievance.begins is DisputeStage.INQUIRY and story.dispute.stage is DisputeStage.INQUIRY:
        return
    await _answer(story)
    if story.dispute.stage is DisputeStage.CHARGEBACK and percent(story.desk.dice, _WON_BEFORE_PERCENT):
        await story.days_later(7)
        await story.decide(CaseState.WON)


async def _take_on(story: CaseStory, grievance: Grievance) -> None:
    """Somebody makes it theirs, and people write to each other."""
    people = _people(story)
    if grievance.assigned is not None and people[grievance.assigned].kind is ActorKind.USER:
        await story.days_later(1)
        await story.assign(people[grievance.assigned])
    for line in grievance.thread:
        if not line.late:
            await story.minutes_later(12, 90)
            await story.note(people[line.author], line.text, line.audience)


async def _remind(story: CaseStory, grievance: Grievance) -> None:
    """What was written a few hours ago."""
    late = [line for line in grievance.thread if line.late]
    if late:
        await story.hours_ago(4)
    for line in late:
        await story.minutes_later(5, 60)
        await story.note(_people(story)[line.author], line.text, line.audience)


def _people(story: CaseStory) -> dict[Side, Actor]:
    return {Side.MERCHANT: story.worker, Side.STAFF: story.analyst}


async def _answer(story: CaseStory) -> None:
    await story.days_later(2)
    await story.stage(complete=True)
    await story.days_later(1)
    await story.submit()


async def _untouched(story: CaseStory) -> None:
    """Nobody has answered yet, or ever did."""
    del story


async def _staged(story: CaseStory) -> None:
    await story.days_later(1)
    await story.stage(complete=False)


async def _won(story: CaseStory) -> None:
    await _answer(story)
    await story.days_later(8)
    await story.decide(CaseState.WON)


async def _lost(story: CaseStory) -> None:
    await _answer(story)
    await story.days_later(9)
    await story.decide(CaseState.LOST)


async def _accepted(story: CaseStory) -> None:
    await story.days_later(2)
    await story.accept()


async def _accepted_by_policy(story: CaseStory) -> None:
    await story.minutes_later(1, 15)
    await story.accept_by_policy()


async def _prevented(story: CaseStory) -> None:
    await story.days_later(3)
    await story.refund()


async def _withdrawn(story: CaseStory) -> None:
    await story.days_later(5)
    await story.withdraw()


_ENDINGS: Mapping[DisputeStatus, Ending] = {
    DisputeStatus.NEEDS_RESPONSE: _untouched,
    DisputeStatus.EVIDENCE_STAGED: _staged,
    DisputeStatus.UNDER_REVIEW: _answer,
    DisputeStatus.WON: _won,
    DisputeStatus.LOST: _lost,
    DisputeStatus.ACCEPTED: _accepted,
    DisputeStatus.EXPIRED: _untouched,
    DisputeStatus.PREVENTED: _prevented,
    DisputeStatus.WITHDRAWN: _withdrawn,
}
