"""Ninety days of business, and what regulars bought before: who bought what, when, and how that went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from app.demo.seed.business_hours import moments
from app.demo.seed.history import History
from app.demo.seed.identifiers import Identifiers
from app.demo.seed.merchants import MERCHANTS, DemoMerchant, Trade
from app.demo.seed.odds import percent, pick
from app.demo.seed.past_screening import PastScreening
from app.demo.seed.plots import CHALLENGED, PLOTS, Plot, blocked, challenged, sold
from app.demo.seed.recent import occasions, test_card
from app.demo.seed.regulars import REGULARS, Regular
from app.demo.seed.returns import maybe_return
from app.demo.seed.review_plots import Look, ReviewDesk, usual
from app.demo.seed.reviewed_story import NotYet
from app.demo.seed.shoppers import Clientele
from app.demo.seed.story import Story
from app.demo.seed.story_record import Scene
from app.demo.seed.suspects import RING
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.screening import Arrival, ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from app.demo.seed.people import Cast
    from app.demo.seed.rule_story import InForce
    from domain.payments.method import PaymentMethod
    from domain.payments.origin import Origin
    from domain.payments.screening import Verdict

_SEED = 20_250
_FIRST_ORDER = 10_000
_HIGHEST_USUAL_RISK = 60
_CHANNELS = {"web": 62, "app": 30, "phone": 8}
_CAMPAIGN_PERCENT = 12
_CAMPAIGNS = ("newsletter", "spring-sale", "referral")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    at: datetime
    merchant: DemoMerchant
    plot: Plot
    capture_mode: CaptureMode | None = None
    token: str | None = None
    regular: Regular | None = None
    origin: Origin | None = None
    risk_score: int | None = None
    look: Look = usual


class _Shop:
    """One merchant over the ninety days."""

    def __init__(self, merchant: DemoMerchant, cast: Cast, dice: Random, identifiers: Identifiers) -> None:
        self.merchant = merchant
        self.dice = dice
        self.clientele = Clientele(merchant, dice, identifiers)
        self.orders = _FIRST_ORDER
        self.backend = cast.backend_of(merchant)
        self.operators = cast.workers_of(merchant)

    def order(self) -> str:
        """The next order's number."""
        self.orders += self.dice.randint(1, 3)
        return f"{self.merchant.prefix}-{self.orders}"

    def basket(self, currency: str) -> tuple[int, str]:
        """What somebody buys: the total in minor units, and the lines."""
        count = self.dice.randint(1, self.merchant.most_items)
        lines = [(1 + percent(self.dice, 12), item) for item in self.dice.sample(self.merchant.items, count)]
        total = sum(quantity * item.prices[currency] for quantity, item in lines)
        return total, ", ".join(f"{quantity} × {item.name}" if quantity > 1 else item.name for quantity, item in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What all payments have in common."""

    now: datetime
    simulator_url: str
    screening: PastScreening
    desk: ReviewDesk


def tell(
    cast: Cast, in_force: InForce, *, count: int, now: datetime, simulator_url: str, chapter: int
) -> Iterator[History]:
    """So many payments in the order of their making, handed over every `chapter` payments."""
    dice = Random(_SEED)  # noqa: S311 - the demo is to look the same each time
    identifiers = Identifiers(dice)
    shops = {merchant.slug: _Shop(merchant, cast, dice, identifiers) for merchant in MERCHANTS}
    visits = _visits(dice, count, now)
    stage = _Stage(now=now, simulator_url=simulator_url, screening=PastScreening(in_force), desk=ReviewDesk(cast))
    for first in range(0, len(visits), chapter):
        history = History(identifiers=identifiers)
        for visit in visits[first : first + chapter]:
            _tell_one(shops[visit.merchant.slug], visit, history, stage)
        yield history


def _visits(dice: Random, count: int, now: datetime) -> list[_Visit]:
    of_late = [
        _Visit(
            at=now - occasion.ago,
            merchant=occasion.merchant,
            plot=occasion.plot,
            capture_mode=occasion.capture_mode,
            token=occasion.token,
            look=occasion.look,
        )
        for occasion in occasions(dice)
    ]
    by_regulars = [
        _Visit(
            at=now - timedelta(days=days, seconds=dice.randrange(6 * 3600)),
            merchant=regular.merchant,
            plot=sold,
            regular=regular,
            origin=origin,
        )
        for regular in REGULARS
        for days, origin in regular.visits
    ]
    by_the_ring = [
        _Visit(
            at=now - suspect.ago,
            merchant=suspect.regular.merchant,
            plot=suspect.plot,
            regular=suspect.regular,
            origin=suspect.origin,
            risk_score=suspect.risk_score,
            look=suspect.look,
        )
        for suspect in RING
    ]
    visits = [*of_late, *by_regulars, *by_the_ring][:count]
    usual = count - len(visits)
    left = usual
    for merchant in MERCHANTS:
        # The last merchant takes what the rounding left over.
        share = left if merchant is MERCHANTS[-1] else usual * merchant.share // 100
        left -= share
        visits.extend(
            _Visit(at=at, merchant=merchant, plot=pick(dice, PLOTS[merchant.trade]))
            for at in moments(dice, share, now, merchant.utc_offset_hours)
        )
    return sorted(visits, key=lambda visit: visit.at)


def _tell_one(shop: _Shop, visit: _Visit, history: History, stage: _Stage) -> None:
    dice = shop.dice
    if visit.regular is None:
        shopper = shop.clientele.visit(visit.at, history.customers)
    else:
        shopper = shop.clientele.welcome(visit.regular, visit.at, history.customers)
    card = shopper.card
    risk_score = min(dice.randrange(_HIGHEST_USUAL_RISK), dice.randrange(_HIGHEST_USUAL_RISK))
    if visit.token is not None:
        card, risk_score = test_card(visit.token)
    risk_score = risk_score if visit.risk_score is None else visit.risk_score
    payment = _ordered(shop, visit, card, shopper.customer.id if shopper.customer else None, history.identifiers)
    scene = Scene(
        actor=shop.backend,
        operator=dice.choice(shop.operators),
        plan=shop.merchant.merchant.fee_plan,
        history=history,
        screening=stage.screening,
        dice=dice,
        now=stage.now,
        simulator_url=stage.simulator_url,
    )
    if visit.origin is not None:
        history.keep_origin(payment, visit.origin)
    arrival = Arrival(payment=payment, merchant=shop.merchant.merchant, customer=shopper.customer, origin=visit.origin)
    story = Story(arrival, card, risk_score, scene)
    story.reviewed_by = partial(visit.look, stage.desk)
    try:
        _plot(visit, story.verdict)(story)
        if visit.token is None and visit.capture_mode is None and visit.regular is None:
            maybe_return(story)
    except NotYet:
        pass
    story.end()


def _plot(visit: _Visit, verdict: Verdict) -> Plot:
    """How it goes, unless screening will have it otherwise."""
    if verdict.decision is ScreeningDecision.BLOCK:
        return blocked
    return challenged if verdict.request_3ds and visit.plot not in CHALLENGED else visit.plot


def _ordered(
    shop: _Shop, visit: _Visit, card: PaymentMethod, customer_id: UUID | None, identifiers: Identifiers
) -> Payment:
    merchant, dice = shop.merchant, shop.dice
    currency = pick(dice, merchant.currencies)
    amount_minor, description = shop.basket(currency)
    order = shop.order()
    metadata = {"order": order, "channel": pick(dice, _CHANNELS)}
    if percent(dice, _CAMPAIGN_PERCENT):
        metadata["campaign"] = dice.choice(_CAMPAIGNS)
    usual = CaptureMode.AUTOMATIC if merchant.trade is Trade.SELLS_AT_ONCE else CaptureMode.MANUAL
    return Payment(
        id=identifiers.new(visit.at),
        merchant_id=merchant.merchant.id,
        status=PaymentStatus.PROCESSING,
        capture_mode=visit.capture_mode or usual,
        currency=currency_of(currency),
        amount_minor=amount_minor,
        method=card,
        customer_id=customer_id,
        reference=order,
        description=description,
        metadata=metadata,
        gateway=merchant.merchant.gateway,
        return_url=f"https://{merchant.slug}.example.com/orders/{order}",
        created_at=visit.at,
        updated_at=visit.at,
    )
