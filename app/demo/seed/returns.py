"""What comes back: refunds, some weeks after the sale."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed.odds import percent, pick
from domain.payments.refund import RefundReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.demo.seed.story import Story

RETURNED_PERCENT = 7
REASONS = {
    RefundReason.CUSTOMER_REQUEST: 62,
    RefundReason.PRODUCT_NOT_RECEIVED: 14,
    RefundReason.DUPLICATE: 9,
    RefundReason.DISPUTE_PREVENTION: 6,
    RefundReason.FRAUDULENT: 4,
    RefundReason.OTHER: 5,
}
_BY_HAND_PERCENT = 70


def maybe_return(story: Story) -> None:
    """Now and then, give captured money back."""
    if story.payment.captured_minor and percent(story.dice, RETURNED_PERCENT):
        story.later(timedelta(hours=20), timedelta(days=18))
        pick(story.dice, _WAYS)(story)


def _whole(story: Story) -> None:
    _refund(story, story.payment.refundable_minor)


def _part(story: Story) -> None:
    _refund(story, max(story.payment.refundable_minor * story.dice.randint(10, 70) // 100, 1))


def _two_parts(story: Story) -> None:
    _part(story)
    story.later(timedelta(hours=4), timedelta(days=9))
    _part(story)


def _bounced(story: Story) -> None:
    by = story.operator if percent(story.dice, _BY_HAND_PERCENT) else story.actor
    reason = pick(story.dice, REASONS)
    story.fail_refund(story.payment.refundable_minor, reason, by, code="refund_rejected", failure="OTHER")


def _at_second_try(story: Story) -> None:
    _bounced(story)
    story.later(timedelta(hours=1), timedelta(days=3))
    _whole(story)


def _refund(story: Story, minor: int) -> None:
    by = story.operator if percent(story.dice, _BY_HAND_PERCENT) else story.actor
    story.refund(minor, pick(story.dice, REASONS), by)


_WAYS: dict[Callable[[Story], None], int] = {_whole: 55, _part: 32, _two_parts: 7, _bounced: 3, _at_second_try: 3}
