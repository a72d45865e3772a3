"""Who sells in the demo: six merchants in five currencies, with what they agreed to pay us and what they sell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from app.demo.seed.identifiers import fixed_uuid
from domain.kernel.money import Money
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.merchant import Merchant, MerchantStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

GATEWAY = "simulator"


class Trade(StrEnum):
    """How a merchant takes its money."""

    SELLS_AT_ONCE = "SELLS_AT_ONCE"
    """Captures with the authorization."""
    SHIPS = "SHIPS"
    """Captures what it ships, parcel by parcel."""
    BOOKS = "BOOKS"
    """Captures once the booking is confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something for sale; prices in minor units by currency."""

    name: str
    prices: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMerchant:
    """A merchant and its business.

    `share` is its part of all payments in percent, `currencies` and `countries` (of its customers) are weighted, and
    `address` is where its server calls from.
    """

    slug: str
    merchant: Merchant
    trade: Trade
    share: int
    prefix: str
    utc_offset_hours: int
    currencies: Mapping[str, int]
    countries: Mapping[str, int]
    items: tuple[Item, ...]
    most_items: int
    address: str


def _merchant(slug: str, name: str, place: tuple[str, str], plan: FeePlan, day: tuple[int, int, int]) -> Merchant:
    """`place` is the country and the time zone; a merchant mostly sells in the first currency of its plan."""
    founded = datetime(*day, 9, 30, tzinfo=UTC)
    country, time_zone = place
    return Merchant(
        id=fixed_uuid(f"merchant {slug}", founded),
        name=name,
        country=country,
        currency=plan.rates[0].currency,
        status=MerchantStatus.ACTIVE,
        gateway=GATEWAY,
        fee_plan=plan,
        time_zone=time_zone,
        created_at=founded,
        updated_at=founded,
    )


def _plan(
    *rates: tuple[str, str, int, int], elsewhere: str, returned: bool = False, more: tuple[FeeRate, ...] = ()
) -> FeePlan:
    """Card rates by currency (percent and minor units) with the fee of a dispute, and a rate for other currencies.

    `more` are rates for some cards.
    """
    cards = (
        FeeRate(method="CARD", currency=currency, percentage=Decimal(percent), fixed_minor=fixed)
        for currency, percent, fixed, _ in rates
    )
    return FeePlan(
        rates=(*cards, *more, FeeRate(percentage=Decimal(elsewhere))),
        returns_fee_on_refund=returned,
        dispute_fees=tuple(Money(disputed, currency_of(currency)) for currency, _, _, disputed in rates),
    )


_PRICIER_CARDS = (
    FeeRate(method="CARD", currency="EUR", brand="AMEX", percentage=Decimal("2.4"), fixed_minor=25),
    FeeRate(
        method="CARD",
        currency="EUR",
        region="INTERNATIONAL",
        percentage=Decimal("2.9"),
        fixed_minor=25,
        minimum_minor=50,
        refund_fee_minor=15,
    ),
)


def _items(currencies: str, *lines: tuple[str | int, ...]) -> tuple[Item, ...]:
    codes = currencies.split()
    return tuple(Item(name=str(line[0]), prices=dict(zip(codes, map(int, line[1:]), strict=True))) for line in lines)


MERCHANTS: tuple[DemoMerchant, ...] = (
    DemoMerchant(
        slug="kaffeewerk",
        merchant=_merchant(
            "kaffeewerk",
            "Kaffeewerk Berlin GmbH",
            ("DE", "Europe/Berlin"),
            _plan(("EUR", "1.4", 25, 15_00), elsewhere="2.9", more=_PRICIER_CARDS),
            (2024, 3, 12),
        ),
        trade=Trade.SELLS_AT_ONCE,
        share=30,
        prefix="KW",
        utc_offset_hours=2,
        currencies={"EUR": 1},
        countries={"DE": 70, "AT": 14, "NL": 9, "FR": 7},
        items=_items(
            "EUR",
            ("House espresso, 1 kg", 2490),
            ("Filter roast Sidamo, 500 g", 1650),
            ("Decaf Huila, 250 g", 990),
            ("Cold brew, six bottles", 2340),
            ("Hand grinder", 8900),
            ("Paper filters, 100", 590),
            ("Espresso machine Uno", 54900),
        ),
        most_items=3,
        address="203.0.113.14",
    ),
    DemoMerchant(
        slug="northline",
        merchant=_merchant(
            "northline",
            "Northline Cycles Inc.",
            ("US", "America/Chicago"),
            _plan(("USD", "2.7", 30, 15_00), elsewhere="3.4", returned=True),
            (2024, 6, 3),
        ),
        trade=Trade.SHIPS,
        share=22,
        prefix="NLC",
        utc_offset_hours=-5,
        currencies={"USD": 1},
        countries={"US": 90, "CA": 10},
        items=_items(
            "USD",
            ("Gravel bike Ridge 3", 214900),
            ("Commuter bike Pier", 98900),
            ("Helmet Vent", 8950),
            ("Inner tubes, pair", 1899),
            ("LED light set", 4250),
            ("Chain lube", 1295),
            ("Pannier, 20 l", 7400),
        ),
        most_items=4,
        address="198.51.100.23",
    ),
    DemoMerchant(
        slug="hoshizora",
        merchant=_merchant(
            "hoshizora",
            "Hoshizora Books KK",
            ("JP", "Asia/Tokyo"),
            _plan(("JPY", "3.24", 0, 1_300), elsewhere="3.6"),
            (2024, 9, 20),
        ),
        trade=Trade.SELLS_AT_ONCE,
        share=18,
        prefix="HB",
        utc_offset_hours=9,
        currencies={"JPY": 1},
        countries={"JP": 96, "US": 4},
        items=_items(
            "JPY",
            ("Paperback", 880),
            ("Hardcover novel", 1980),
            ("Manga box, volumes 1 to 12", 6336),
            ("Picture book", 1540),
            ("Art book", 4950),
            ("Book cover, indigo", 1320),
        ),
        most_items=4,
        address="192.0.2.77",
    ),
    DemoMerchant(
        slug="harbour",
        merchant=_merchant(
            "harbour",
            "Harbour & Pine Ltd",
            ("GB", "Europe/London"),
            _plan(("GBP", "1.5", 20, 12_00), ("EUR", "2.1", 25, 15_00), elsewhere="2.9", returned=True),
            (2024, 11, 5),
        ),
        trade=Trade.SHIPS,
        share=13,
        prefix="HP",
        utc_offset_hours=1,
        currencies={"GBP": 85, "EUR": 15},
        countries={"GB": 84, "IE": 12, "FR": 4},
        items=_items(
            "GBP EUR",
            ("Teak bench", 32900, 38900),
            ("Outdoor cushion", 3450, 4090),
            ("Fire bowl, steel", 14900, 17500),
            ("Folding table", 18900, 22400),
            ("Lantern, brass", 5600, 6650),
            ("Planter, cedar", 7250, 8590),
        ),
        most_items=3,
        address="203.0.113.88",
    ),
    DemoMerchant(
        slug="alborada",
        merchant=_merchant(
            "alborada",
            "Viajes Alborada S.L.",
            ("ES", "Europe/Madrid"),
            _plan(("EUR", "1.9", 35, 20_00), ("USD", "2.8", 40, 25_00), elsewhere="3.2"),
            (2025, 1, 21),
        ),
        trade=Trade.BOOKS,
        share=10,
        prefix="VA",
        utc_offset_hours=2,
        currencies={"EUR": 82, "USD": 18},
        countries={"ES": 64, "PT": 12, "FR": 12, "US": 12},
        items=_items(
            "EUR USD",
            ("Weekend in Lisbon", 38900, 42500),
            ("Seville and Granada, five nights", 74500, 81900),
            ("Canary Islands, one week", 112000, 123500),
            ("Camino walking tour", 89000, 97900),
            ("Airport transfer", 4500, 4950),
        ),
        most_items=1,
        address="198.51.100.140",
    ),
    DemoMerchant(
        slug="alnoor",
        merchant=_merchant(
            "alnoor",
            "Al Noor Perfumes W.L.L.",
            ("KW", "Asia/Kuwait"),
            _plan(("KWD", "2.25", 100, 5_000), elsewhere="3.1"),
            (2025, 4, 8),
        ),
        trade=Trade.SELLS_AT_ONCE,
        share=7,
        prefix="AN",
        utc_offset_hours=3,
        currencies={"KWD": 1},
        countries={"KW": 88, "US": 6, "GB": 6},
        items=_items(
            "KWD",
            ("Oud oil, 12 ml", 18500),
            ("Rose attar, 6 ml", 9750),
            ("Amber eau de parfum", 24900),
            ("Incense burner", 12250),
            ("Bakhoor, 80 g", 6125),
        ),
        most_items=3,
        address="192.0.2.201",
    ),
)
