"""How people go through reviews: who takes one on, what they write, and how they decide, or that they have not yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed.odds import percent, pick
from domain.fraud.list_kind import ListKind
from domain.fraud.review import DeclineReason, ReviewOutcome
from domain.identity.actor import ActorKind
from domain.identity.permission import StaffRole

if TYPE_CHECKING:
    from app.demo.seed.people import Cast
    from app.demo.seed.reviewed_story import ReviewedStory
    from domain.identity.actor import Actor

Look = Callable[["ReviewDesk", "ReviewedStory"], None]

_MINUTES, _HOURS = timedelta(minutes=1), timedelta(hours=1)
_PASSES_PERCENT = 84
_OUTCOMES = {ReviewOutcome.LEGITIMATE: 55, ReviewOutcome.FALSE_POSITIVE: 35, ReviewOutcome.UNKNOWN: 10}
_REASONS = {
    DeclineReason.STOLEN_CARD: 40,
    DeclineReason.SYNTHETIC_IDENTITY: 22,
    DeclineReason.ACCOUNT_TAKEOVER: 20,
    DeclineReason.POLICY_VIOLATION: 10,
    DeclineReason.OTHER: 8,
}
_NOTED_PERCENT = 30
_NOTES = (
    "Rang the number that came with the order: a patient man who knew what he had bought.",
    "The name on the card is that of the customer's mother, who confirmed it by mail.",
    "Same address as two earlier orders that went well.",
    "Nobody picks up the phone, and the mail comes back.",
    "The delivery address is a parcel shop next to the airport.",
)


class ReviewDesk:
    """Who looks at what is held: the platform's two analysts, and merchants' own people."""

    def __init__(self, people: Cast) -> None:
        self.first, self.second = people.colleagues(StaffRole.RISK_ANALYST)[:2]

    def usual(self, story: ReviewedStory) -> Actor:
        """Who takes this one."""
        if story.operator.kind is ActorKind.USER and percent(story.dice, 60):
            return story.operator
        return self.first if percent(story.dice, 60) else self.second


def usual(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Claimed and decided on the same day."""
    by = desk.usual(story)
    story.later(20 * _MINUTES, 9 * _HOURS)
    story.claim(by)
    story.later(4 * _MINUTES, 50 * _MINUTES)
    if percent(story.dice, _NOTED_PERCENT):
        story.note(by, story.dice.choice(_NOTES))
    if percent(story.dice, _PASSES_PERCENT):
        story.let_pass(by, pick(story.dice, _OUTCOMES))
    else:
        story.turn_down(by, pick(story.dice, _REASONS), ReviewOutcome.SUSPECTED_FRAUD)


def trusted(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Let pass, which turned out to be a mistake."""
    story.later(40 * _MINUTES, 3 * _HOURS)
    story.claim(desk.first)
    story.later(6 * _MINUTES, 20 * _MINUTES)
    story.note(desk.first, "The customer answered within a minute and knew the booking by heart. Looks fine to me.")
    story.let_pass(desk.first, ReviewOutcome.LEGITIMATE)


def seen_through(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Found to be fraud; card and e-mail address are refused everywhere from then on."""
    story.later(30 * _MINUTES, 2 * _HOURS)
    story.claim(desk.first)
    story.later(5 * _MINUTES, 25 * _MINUTES)
    text = "The device is the one of four orders at other shops, under three names. Look at the links."
    story.note(desk.first, text, desk.second)
    story.later(3 * _MINUTES, 9 * _MINUTES)
    blocked = (ListKind.CARD, ListKind.EMAIL)
    story.turn_down(desk.first, DeclineReason.STOLEN_CARD, ReviewOutcome.CONFIRMED_FRAUD, blocked, everywhere=True)


def turned_down(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Declined by the other analyst."""
    story.later(30 * _MINUTES, 5 * _HOURS)
    story.claim(desk.second)
    story.later(5 * _MINUTES, 25 * _MINUTES)
    story.turn_down(desk.second, DeclineReason.SYNTHETIC_IDENTITY, ReviewOutcome.CONFIRMED_FRAUD, (ListKind.CARD,))


def untouched(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Nobody has looked yet; the clock may have."""
    del desk
    story.wait()


def taken(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Somebody works on it."""
    story.later(15 * _MINUTES, 50 * _MINUTES)
    story.claim(desk.first)
    story.wait()


def discussed(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Somebody works on it, and asks a colleague."""
    story.later(20 * _MINUTES, 2 * _HOURS)
    story.claim(desk.second)
    story.later(5 * _MINUTES, 15 * _MINUTES)
    story.note(desk.second, "Billing address and card are an ocean apart. Seen this customer before?", desk.first)
    story.later(6 * _MINUTES, 25 * _MINUTES)
    story.note(desk.first, "Not the customer, but the device: it is that of last month's ring.", desk.second)
    story.wait()


def put_aside(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Until the customer is awake."""
    story.later(10 * _MINUTES, 40 * _MINUTES)
    story.claim(desk.second)
    story.later(3 * _MINUTES, 9 * _MINUTES)
    story.note(desk.second, "Left a message; the shop opens tomorrow.")
    story.snooze(desk.second, (story.now + 14 * _HOURS).replace(minute=0, second=0, microsecond=0))
    story.wait()


def pushed(desk: ReviewDesk, story: ReviewedStory) -> None:
    """Put before all others by somebody who cannot decide it."""
    story.later(15 * _MINUTES, 50 * _MINUTES)
    story.claim(desk.second)
    story.later(4 * _MINUTES, 12 * _MINUTES)
    story.escalate(desk.second, "The device of last month's ring, at one more merchant. Two of us should look.")
    story.wait()
