"""What the platform and two merchants watch for: rules, lists and score policies, and how each came about.

Test programs pay with test cards by the thousands, from one address or from none. Nothing that acts here may meet
those: what counts is in shadow, or asks for a prepaid card as well, and no test card but the risky one is prepaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.fraud.list_kind import ListKind
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import ScorePolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORM_SLUG = "paydesk"
RING_RULE = "Several cards on one device"
"""Is in shadow, was tried on the past, and waits for a second person."""


class Step(StrEnum):
    """What somebody does about a rule."""

    SHADOW = "SHADOW"
    PUBLISH = "PUBLISH"
    DISABLE = "DISABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRule:
    """Whose it is (a merchant's slug, or the platform's), what it says, and how many days ago what was done about it.

    `written` is how many days ago it was written; each step has its day and why it was taken. `second` says that the
    platform's other analyst wrote it.
    """

    author: str
    name: str
    description: str
    action: RuleAction
    expression: str
    points: int | None = None
    position: int = 0
    written: int
    steps: tuple[tuple[int, Step, str], ...] = ()
    second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoList:
    """A list of somebody's own, beside the standard ones."""

    author: str
    name: str
    kind: ListKind
    description: str
    made: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEntries:
    """Values that were put on a list so many days ago, some for so many days from now."""

    author: str
    list_name: str
    values: tuple[str, ...]
    reason: str
    added: int
    expires_in: int | None = None


_A = RuleAction
_ABROAD = 'card.funding == "PREPAID" && card.country != payment.merchant_country'
_MISMATCH = 'billing.country != "" && card.country != "" && billing.country != card.country'
RULES: tuple[DemoRule, ...] = (
    DemoRule(
        author=PLATFORM_SLUG,
        name="The gateway sees a high risk",
        description="Everything from 80 points on is looked at before the money is taken.",
        action=_A.REVIEW,
        expression="gateway.score >= 80",
        position=10,
        written=24,
        steps=(
            (23, Step.SHADOW, "Two weeks of shadow, to see how many that would be a day."),
            (9, Step.PUBLISH, "About six a day, and half of them were charged back: worth the work."),
        ),
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="Prepaid card from abroad, in a hurry",
        description="The third payment within a day of a prepaid card that was issued in another country.",
        action=_A.REVIEW,
        expression=f'{_ABROAD} && velocity("card", "24h").count >= 2',
        position=20,
        written=94,
        steps=((94, Step.PUBLISH, "Gift cards bought with stolen cards are spent like this."),),
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="Prepaid card from abroad",
        description="Nothing by itself; together with other oddities it is.",
        action=_A.SCORE,
        points=30,
        expression=_ABROAD,
        position=10,
        written=94,
        steps=((94, Step.PUBLISH, "First scores of the new policy."),),
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="Billed in another country than the card's",
        description="The bank of the card is in one country, the billing address in another.",
        action=_A.SCORE,
        points=25,
        expression=_MISMATCH,
        position=20,
        written=94,
        steps=((94, Step.PUBLISH, "First scores of the new policy."),),
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="New customer at night",
        description="Somebody the merchant has never seen, between midnight and five in the merchant's time.",
        action=_A.SCORE,
        points=15,
        expression="customer.account_age_days == 0 && payment.hour < 5",
        position=30,
        written=93,
        steps=((92, Step.PUBLISH, "First scores of the new policy."),),
        second=True,
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="Goods go where nobody is billed",
        description="Shipping and billing countries differ, with a prepaid card.",
        action=_A.SCORE,
        points=20,
        expression='card.funding == "PREPAID" && shipping.country != "" && shipping.country != billing.country',
        position=40,
        written=80,
        steps=((79, Step.PUBLISH, "Freight forwarders: see the case of last month."),),
        second=True,
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="Card testing",
        description="Eight payments of one card within ten minutes, at whichever merchants.",
        action=_A.BLOCK,
        expression='velocity("card", "10m").count >= 8',
        position=20,
        written=35,
        steps=((34, Step.SHADOW, "Subscriptions that are charged in batches must not be hit: watch it first."),),
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name=RING_RULE,
        description="A device on which a second card was used within thirty days, at whichever merchants.",
        action=_A.BLOCK,
        expression='device.id != "" && velocity("device", "30d").distinct("card") >= 2',
        position=30,
        written=27,
        steps=((26, Step.SHADOW, "The ring of last month changed its cards and never its laptop."),),
        second=True,
    ),
    DemoRule(
        author=PLATFORM_SLUG,
        name="3-D Secure for large amounts at night",
        description="From 500 euro on between midnight and five.",
        action=_A.REQUEST_3DS,
        expression='payment.hour < 5 && payment.currency == "EUR" && payment.amount_minor >= 50000'
        ' && card.funding == "PREPAID"',
        written=90,
        steps=(
            (89, Step.PUBLISH, "Asked for by two merchants."),
            (57, Step.DISABLE, "Every third customer gave up at the challenge, and none of them was a fraud."),
        ),
    ),
    DemoRule(
        author="kaffeewerk",
        name="Cards from where we do not ship",
        description="Whoever pays with a card from elsewhere has to pass 3-D Secure.",
        action=_A.REQUEST_3DS,
        expression='card.country != "" && !in_list("served_countries", card.country)',
        written=48,
        steps=((48, Step.PUBLISH, "The espresso machine that went to nobody we know."),),
    ),
    DemoRule(
        author="kaffeewerk",
        name="Espresso machines on prepaid cards",
        description="From 600 euro on: call the customer before it ships.",
        action=_A.REVIEW,
        expression='card.funding == "PREPAID" && payment.currency == "EUR" && payment.amount_minor >= 60000',
        written=88,
        steps=((88, Step.PUBLISH, "Two of those came back as chargebacks in spring."),),
    ),
    DemoRule(
        author="kaffeewerk",
        name="First order over 500 euro",
        description="Is it worth a call?",
        action=_A.REVIEW,
        expression='customer.account_age_days == 0 && payment.currency == "EUR" && payment.amount_minor >= 50000',
        position=10,
        written=12,
        steps=((11, Step.SHADOW, "A fortnight in shadow, then we know how many calls that is."),),
    ),
    DemoRule(
        author="kaffeewerk",
        name="Wallets need no more questions",
        description="To be discussed: whoever pays with a wallet has proved it on the phone.",
        action=_A.ALLOW,
        expression='card.wallet in ["APPLE_PAY", "GOOGLE_PAY"]',
        written=3,
    ),
    DemoRule(
        author="harbour",
        name="Prepaid cards over 300 pounds",
        description="Furniture is heavy, and does not come back.",
        action=_A.REVIEW,
        expression='card.funding == "PREPAID" && payment.currency == "GBP" && payment.amount_minor >= 30000',
        written=86,
        steps=((85, Step.PUBLISH, "Agreed with Owen: he rings them up."),),
    ),
    DemoRule(
        author="harbour",
        name="Where no carrier goes",
        description="Nobody delivers a bench there.",
        action=_A.BLOCK,
        expression='in_list("no_delivery", shipping.country)',
        written=60,
        steps=((60, Step.PUBLISH, "Orders that can only be refunded."),),
    ),
    DemoRule(
        author="harbour",
        name="Ships elsewhere than it is billed",
        description="Half of what it takes for a review.",
        action=_A.SCORE,
        points=25,
        expression='shipping.country != "" && billing.country != "" && shipping.country != billing.country',
        written=60,
        steps=((59, Step.PUBLISH, "With the other score it makes fifty."),),
    ),
    DemoRule(
        author="harbour",
        name="Prepaid card",
        description="The other half.",
        action=_A.SCORE,
        points=25,
        expression='card.funding == "PREPAID"',
        position=10,
        written=60,
        steps=((59, Step.PUBLISH, "With the other score it makes fifty."),),
    ),
)
LISTS: tuple[DemoList, ...] = (
    DemoList(
        author="kaffeewerk",
        name="served_countries",
        kind=ListKind.COUNTRY,
        description="Where we ship, and where our guests' cards come from.",
        made=49,
    ),
    DemoList(
        author="harbour",
        name="no_delivery",
        kind=ListKind.COUNTRY,
        description="Islands without a carrier.",
        made=61,
    ),
)
_THROWN_AWAY = ("burnermail.example", "tenminutes.example", "trash-inbox.example")
_SERVED = (
    *("AT", "BE", "BR", "CH", "CZ", "DE", "DK", "ES", "FI", "FR"),
    *("GB", "IE", "IT", "LU", "NL", "NO", "PL", "PT", "SE", "US"),
)
ENTRIES: tuple[DemoEntries, ...] = (
    DemoEntries(
        author=PLATFORM_SLUG,
        list_name="blocked_domains",
        values=_THROWN_AWAY,
        reason="Addresses that are thrown away after ten minutes.",
        added=94,
    ),
    DemoEntries(
        author=PLATFORM_SLUG,
        list_name="blocked_bins",
        values=("601199",),
        reason="This BIN is being tried out number by number; its bank is told, and changes the cards.",
        added=5,
        expires_in=9,
    ),
    DemoEntries(
        author="kaffeewerk",
        list_name="served_countries",
        values=_SERVED,
        reason="As in the shop's settings.",
        added=49,
    ),
    DemoEntries(
        author="kaffeewerk",
        list_name="blocked_emails",
        values=("parcel.reships@example.net",),
        reason="A freight forwarder whose customers we never see again.",
        added=41,
    ),
    DemoEntries(
        author="kaffeewerk",
        list_name="allowed_emails",
        values=("cafe.bravo@example.org", "kantine.nord@example.org"),
        reason="Cafés that order every week.",
        added=70,
    ),
    DemoEntries(
        author="harbour",
        list_name="no_delivery",
        values=("AQ", "BV", "HM"),
        reason="The carrier's list of this year.",
        added=61,
    ),
)
POLICIES: Mapping[str, tuple[int, ScorePolicy, str]] = {
    PLATFORM_SLUG: (94, ScorePolicy(review_at=70, block_at=120), "Two oddities are looked at; four are enough."),
    "harbour": (59, ScorePolicy(review_at=50), "Both halves together."),
}
"""By author: how many days ago, which, and why. The points of all rules that act never make what is blocked."""
