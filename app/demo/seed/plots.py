"""How payments go: each plot is one way, told on a story; how often depends on the merchant's trade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed.merchants import Trade
from app.demo.seed.odds import percent, pick
from domain.payments.decline import DeclineCode

if TYPE_CHECKING:
    from app.demo.seed.story import Story

Plot = Callable[["Story"], None]

CHALLENGE_LASTS = timedelta(hours=1)
_SECONDS, _MINUTES, _HOURS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# The issuer's codes are those of ISO 8583, field 39.
_DECLINES = {
    (DeclineCode.INSUFFICIENT_FUNDS, "51"): 38,
    (DeclineCode.DO_NOT_HONOR, "05"): 20,
    (DeclineCode.EXPIRED_CARD, "54"): 9,
    (DeclineCode.LIMIT_EXCEEDED, "61"): 9,
    (DeclineCode.INVALID_CARD, "14"): 7,
    (DeclineCode.FRAUD_SUSPECTED, "59"): 6,
    (DeclineCode.STOLEN_CARD, "43"): 4,
    (DeclineCode.LOST_CARD, "41"): 3,
    (DeclineCode.OTHER, "57"): 4,
}
_PASSED_PERCENT = 85
_VOID_REASONS = ("Out of stock", "The customer changed their mind", "Ordered twice", "Address could not be verified")


def sold(story: Story) -> None:
    """Approved, and shipped as the trade does it."""
    story.approve()
    _deliver(story)


def sold_after_lost_answer(story: Story) -> None:
    """The gateway approved and its answer got lost; the worker found out."""
    story.approve(lost_for=story.dice.randint(2, 90) * _SECONDS)
    _deliver(story)


def declined(story: Story) -> None:
    """The issuer refuses."""
    code, response_code = pick(story.dice, _DECLINES)
    story.refuse(code, response_code)


def failed(story: Story) -> None:
    """The gateway has a bad moment."""
    story.refuse(DeclineCode.GATEWAY_ERROR, "96")


def authenticated(story: Story) -> None:
    """The customer passes 3-D Secure."""
    story.challenge(CHALLENGE_LASTS)
    story.later(20 * _SECONDS, 8 * _MINUTES)
    story.approve(confirms=True)
    _deliver(story)


def not_authenticated(story: Story) -> None:
    """The customer fails 3-D Secure."""
    story.challenge(CHALLENGE_LASTS)
    story.later(20 * _SECONDS, 8 * _MINUTES)
    story.refuse(DeclineCode.AUTHENTICATION_FAILED, "1A", confirms=True)


def blocked(story: Story) -> None:
    """Screening refuses."""
    story.block()


def challenged(story: Story) -> None:
    """Screening asks for 3-D Secure, which most pass."""
    (authenticated if percent(story.dice, _PASSED_PERCENT) else not_authenticated)(story)


def abandoned(story: Story) -> None:
    """The customer never comes back from 3-D Secure."""
    story.expire(story.challenge(CHALLENGE_LASTS))


def given_up(story: Story) -> None:
    """The shop cancels while it waits for the customer."""
    story.challenge(CHALLENGE_LASTS)
    story.later(5 * _MINUTES, 50 * _MINUTES)
    story.give_up("The customer left the checkout")


def shipped_in_parts(story: Story) -> None:
    """Two or three parcels, each captured as it leaves."""
    story.approve()
    parcels = story.dice.randint(2, 3)
    for _ in range(parcels - 1):
        story.later(5 * _HOURS, 40 * _HOURS)
        story.capture(_part(story, story.payment.capturable_minor, 25, 60), final=False)
    story.later(5 * _HOURS, 40 * _HOURS)
    story.capture(story.payment.capturable_minor, final=True)


def shipped_short(story: Story) -> None:
    """Something was out of stock: less is captured, and the rest released."""
    story.approve()
    story.later(5 * _HOURS, 60 * _HOURS)
    story.capture(_part(story, story.payment.capturable_minor, 55, 95), final=True)


def rest_lapsed(story: Story) -> None:
    """One parcel left; the rest of the authorization ran out."""
    story.approve()
    story.later(5 * _HOURS, 60 * _HOURS)
    story.capture(_part(story, story.payment.capturable_minor, 40, 80), final=False)
    _expire_authorization(story)


def never_shipped(story: Story) -> None:
    """The authorization runs out."""
    story.approve()
    _expire_authorization(story)


def voided(story: Story) -> None:
    """The order is called off before it ships."""
    story.approve()
    story.later(_HOURS, 60 * _HOURS)
    story.void(story.dice.choice(_VOID_REASONS), story.operator)


def captured_at_second_try(story: Story) -> None:
    """The gateway refuses to capture, and does so an hour later."""
    story.approve()
    story.later(5 * _HOURS, 48 * _HOURS)
    story.fail_capture(story.payment.capturable_minor, "temporarily_unavailable")
    story.later(_HOURS, 3 * _HOURS)
    story.capture(story.payment.capturable_minor, final=True)


def captured_after_lost_answer(story: Story) -> None:
    """The answer to the capture got lost; the worker found out."""
    story.approve()
    story.later(5 * _HOURS, 48 * _HOURS)
    story.capture(story.payment.capturable_minor, final=True, lost_for=story.dice.randint(2, 90) * _SECONDS)


_ANY_TRADE: dict[Plot, int] = {
    declined: 68,
    failed: 8,
    authenticated: 60,
    not_authenticated: 7,
    abandoned: 7,
    given_up: 4,
    sold_after_lost_answer: 5,
}
PLOTS: Mapping[Trade, Mapping[Plot, int]] = {
    Trade.SELLS_AT_ONCE: {**_ANY_TRADE, sold: 840},
    Trade.SHIPS: {
        **_ANY_TRADE,
        sold: 590,
        shipped_in_parts: 90,
        shipped_short: 35,
        rest_lapsed: 12,
        never_shipped: 25,
        voided: 60,
        captured_at_second_try: 8,
        captured_after_lost_answer: 7,
    },
    Trade.BOOKS: {**_ANY_TRADE, sold: 690, never_shipped: 35, voided: 110},
}
CHALLENGED = frozenset({authenticated, not_authenticated, abandoned, given_up, challenged})
"""In which the customer is asked already."""


def _deliver(story: Story) -> None:
    """Capture, unless that was done with the authorization."""
    if not story.sells_at_once:
        story.later(2 * _HOURS, 72 * _HOURS)
        story.capture(story.payment.capturable_minor, final=True)


def _expire_authorization(story: Story) -> None:
    expires_at = story.payment.authorization_expires_at
    assert expires_at is not None, "an authorization ends"
    story.expire(expires_at)


def _part(story: Story, minor: int, least_percent: int, most_percent: int) -> int:
    return max(minor * story.dice.randint(least_percent, most_percent) // 100, 1)
