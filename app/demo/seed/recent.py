"""What is going on right now: some of every state that passes, whatever the odds of the ninety days gave.

Each is an occasion: how long ago the payment was made, and what happened since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed import review_plots
from app.demo.seed.merchants import MERCHANTS, DemoMerchant
from app.demo.seed.odds import pick
from app.demo.seed.returns import REASONS
from app.simulator.cards import CARDS, TestCard
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType, Wallet
from domain.payments.payment import CaptureMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from app.demo.seed.plots import Plot
    from app.demo.seed.review_plots import Look
    from app.demo.seed.story import Story

# Longer than the gateway's usual hour, so that a demo that was started in the morning still has some after lunch.
_CHALLENGE_LASTS = timedelta(days=1)
_REFUND_FAILS_IN = timedelta(minutes=45)
_RISKY = "tok_high_risk"
_WAITS, _TAKEN = review_plots.untouched, review_plots.taken
_LOOKS: Mapping[str, tuple[Look, ...]] = {
    "kaffeewerk": (_WAITS, _TAKEN, review_plots.put_aside),
    "northline": (_WAITS, _WAITS),
    "hoshizora": (_WAITS, review_plots.discussed),
    "harbour": (_WAITS, _TAKEN),
    "alborada": (_WAITS, _WAITS),
    "alnoor": (_WAITS, review_plots.put_aside),
}
# Authorizations last for seven days: warned of after a good four and a half, escalated a day later, and the last one
# has less than three hours left.
_LONG_HELD: tuple[tuple[DemoMerchant, timedelta, Look], ...] = (
    (MERCHANTS[0], timedelta(days=4, hours=23), _WAITS),
    (MERCHANTS[1], timedelta(days=5, hours=2), _TAKEN),
    (MERCHANTS[3], timedelta(days=5, hours=21), _WAITS),
    (MERCHANTS[1], timedelta(days=6, hours=4), _TAKEN),
    (MERCHANTS[0], timedelta(days=6, hours=15, minutes=20), _WAITS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A payment at a merchant, `ago`; `token` is a test card's, for what the simulator has to know its card.

    `look` is how it is looked at if it is held.
    """

    merchant: DemoMerchant
    ago: timedelta
    plot: Plot
    capture_mode: CaptureMode | None = None
    token: str | None = None
    look: Look = review_plots.usual


def occasions(dice: Random) -> Iterator[Occasion]:
    """All of them, spread over the merchants."""
    for merchant in MERCHANTS:
        for _ in range(10):
            yield Occasion(
                merchant=merchant, ago=_ago(dice, 1, 5 * 24), plot=_approved, capture_mode=CaptureMode.MANUAL
            )
        for _ in range(6):
            yield Occasion(merchant=merchant, ago=_ago(dice, 20, 5 * 24), plot=_parted, capture_mode=CaptureMode.MANUAL)
        for _ in range(3):
            yield Occasion(
                merchant=merchant,
                ago=_ago(dice, 1, 3),
                plot=_challenged,
                token="tok_3ds_required",  # noqa: S106 - a test card's
            )
        for look in _LOOKS[merchant.slug]:
            yield Occasion(merchant=merchant, ago=_ago(dice, 3, 48), plot=_approved, token=_RISKY, look=look)
        yield Occasion(
            merchant=merchant,
            ago=_ago(dice, 48, 96),
            plot=_refund_pending,
            token="tok_refund_fails",  # noqa: S106 - as above
        )
    for merchant, ago, look in _LONG_HELD:
        yield Occasion(merchant=merchant, ago=ago, plot=_approved, token=_RISKY, look=look)
    for merchant in MERCHANTS[:3]:
        yield Occasion(
            merchant=merchant,
            ago=_lately(dice),
            plot=_authorize_unanswered,
            token="tok_timeout",  # noqa: S106 - as above
        )
        yield Occasion(
            merchant=merchant, ago=_ago(dice, 20, 48), plot=_capture_unanswered, capture_mode=CaptureMode.MANUAL
        )


def test_card(token: str) -> tuple[PaymentMethod, int]:
    """The simulator's card of a token as the connector reads it, and its risk score."""
    card: TestCard = CARDS[token]
    method = PaymentMethod(
        type=PaymentMethodType.CARD,
        token=token,
        brand=CardBrand[card.brand.upper()],
        last4=card.last4,
        bin=card.bin,
        country=card.country,
        expiry_month=card.expiry_month,
        expiry_year=card.expiry_year,
        funding=CardFunding[card.funding.upper()],
        wallet=Wallet[card.wallet.upper()] if card.wallet else None,
        fingerprint=str(card.payment_method["fingerprint"]),
    )
    return method, card.risk_score


def _approved(story: Story) -> None:
    story.approve()


def _parted(story: Story) -> None:
    story.approve()
    story.later(timedelta(hours=2), timedelta(hours=18))
    story.capture(max(story.payment.capturable_minor * story.dice.randint(30, 70) // 100, 1), final=False)


def _challenged(story: Story) -> None:
    story.challenge(_CHALLENGE_LASTS)


def _refund_pending(story: Story) -> None:
    story.approve()
    if not story.sells_at_once:
        story.later(timedelta(hours=2), timedelta(hours=20))
        story.capture(story.payment.capturable_minor, final=True)
    story.jump(story.now - _lately(story.dice))
    reason = pick(story.dice, REASONS)
    story.refund_pending(story.payment.refundable_minor, reason, story.operator, story.now + _REFUND_FAILS_IN)


def _authorize_unanswered(story: Story) -> None:
    story.authorize_unanswered(CARDS["tok_timeout"].payment_method)


def _capture_unanswered(story: Story) -> None:
    story.approve()
    story.jump(story.now - _lately(story.dice))
    story.capture_unanswered(story.payment.capturable_minor)


def _ago(dice: Random, least_hours: int, most_hours: int) -> timedelta:
    return timedelta(seconds=dice.randint(least_hours * 3600, most_hours * 3600))


def _lately(dice: Random) -> timedelta:
    """So long ago that the next question to the gateway is half an hour away: the checks grow apart."""
    return timedelta(seconds=dice.randint(25 * 60, 45 * 60))
