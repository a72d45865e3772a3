"""The sales that somebody may complain about, kept in mind while the past is told."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.demo.seed.regulars import REGULARS
from app.demo.seed.suspects import TOKENS
from domain.disputes.network import Network, network_of
from domain.payments.method import CardBrand
from domain.payments.payment import PaymentStatus

if TYPE_CHECKING:
    from datetime import date, datetime
    from random import Random
    from uuid import UUID

    from app.demo.seed.history import History, Row
    from app.simulator.payment import Payment

_TOKENS = TOKENS | {regular.card.token for regular in REGULARS}
# Some of each day are enough, however many there are.
_MOST_A_DAY = 6
_AMONG = 12
_LEAST_AGE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A captured payment in which nothing is under way: wholly given back, or not at all.

    `order` is the merchant's own number, `items` what was bought, and `settled_at` when something last happened.
    """

    payment_id: UUID
    merchant_id: UUID
    reference: str
    network: Network
    currency: str
    captured_minor: int
    refunded: bool
    token: str
    last4: str | None
    order: str
    items: str
    paid_at: datetime
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sale is looked for: the last thing that happened to it lies two days before a moment, at least."""

    merchant_id: UUID
    network: Network
    before: datetime
    currency: str | None = None
    least_minor: int = 0
    most_minor: int | None = None
    refunded: bool = False
    token: str | None = None

    def fits(self, sale: Sale) -> bool:
        """Whether it is such a one."""
        return (
            (sale.token == self.token if self.token else sale.token not in _TOKENS)
            and self.currency in {None, sale.currency}
            and self.least_minor <= sale.captured_minor
            and (self.most_minor is None or sale.captured_minor <= self.most_minor)
        )


class Sales:
    """Gives each of them away once."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._kept: defaultdict[tuple[UUID, Network, bool], list[Sale]] = defaultdict(list)
        self._per_day: Counter[tuple[UUID, Network, bool, date]] = Counter()
        self._at_gateway: dict[str, Payment] = {}
        self._given: set[UUID] = set()
        self._sorted = False

    def note(self, history: History) -> None:
        """What a chapter of the past adds."""
        fresh = {sale.reference for row in history.payments if (sale := self._keep(row))}
        for entry in history.journal:
            payment: Payment | None = entry.get("payment")
            if payment is not None and payment.reference in fresh:
                self._at_gateway[payment.reference] = payment
        self._sorted = False

    def give(self, wanted: Wanted) -> Sale | None:
        """One of the latest that fit; nothing when none is left."""
        if not self._sorted:
            for sales in self._kept.values():
                sales.sort(key=lambda sale: (sale.settled_at, sale.payment_id))
            self._sorted = True
        sales = self._kept[wanted.merchant_id, wanted.network, wanted.refunded]
        end = bisect_right(sales, wanted.before - _LEAST_AGE, key=lambda sale: sale.settled_at)
        fitting = [sale for sale in sales[:end] if sale.payment_id not in self._given and wanted.fits(sale)]
        if not fitting:
            return None
        sale = self._dice.choice(fitting[-_AMONG:]) if wanted.token is None else fitting[-1]
        self._given.add(sale.payment_id)
        return sale

    def at_gateway(self, sale: Sale) -> Payment:
        """The same sale as the gateway knows it."""
        return self._at_gateway[sale.reference]

    def _keep(self, row: Row) -> Sale | None:
        sale = _sale(row)
        if sale is None:
            return None
        key = (sale.merchant_id, sale.network, sale.refunded)
        day = (*key, sale.settled_at.date())
        if sale.token not in _TOKENS:
            if self._per_day[day] >= _MOST_A_DAY:
                return None
            self._per_day[day] += 1
        self._kept[key].append(sale)
        return sale


def _sale(row: dict[str, Any]) -> Sale | None:
    busy = row["capture_pending_minor"] or row["refund_pending_minor"] or row["unknown_operations"]
    if row["status"] != PaymentStatus.CAPTURED or busy or row["brand"] is None:
        return None
    if row["refunded_minor"] not in {0, row["captured_minor"]}:
        return None
    return Sale(
        payment_id=row["id"],
        merchant_id=row["merchant_id"],
        reference=row["gateway_reference"],
        network=network_of(CardBrand(row["brand"])),
        currency=row["currency"],
        captured_minor=row["captured_minor"],
        refunded=row["refunded_minor"] > 0,
        token=row["method_token"],
        last4=row["last4"],
        order=row["reference"],
        items=row["description"],
        paid_at=row["created_at"],
        settled_at=row["updated_at"],
    )
