"""Who buys: customers who come back, with their cards."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.demo.seed.odds import percent, pick
from domain.payments.customer import Customer
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType, Wallet

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from app.demo.seed.identifiers import Identifiers
    from app.demo.seed.merchants import DemoMerchant
    from app.demo.seed.regulars import Regular

_FIRST_NAMES = {
    "DE": "Anna Lukas Mia Felix Greta Paul Jörg Sabine Emil Hannah Moritz Clara Oskar Frieda Jürgen Nele",
    "ES": "Lucía Mateo Carmen Pablo Elena Javier Inés Álvaro Marta Diego Nuria Hugo Paula Sergio",
    "FR": "Camille Hugo Chloé Louis Manon Théo Inès Jules Élodie Antoine Margaux Luc",
    "GB": "Olivia Jack Amelia Harry Isla George Freya Arthur Poppy Rhys Eilidh Callum Grace Noah",
    "JP": "Haruto Yui Sota Hina Ren Aoi Yuto Sakura Kaito Mei Takumi Rin Daiki Nanami",
    "KW": "Fatima Yousef Mariam Abdullah Noura Khalid Dana Fahad Sara Bader Hessa Nasser",
    "US": "Emma Liam Ava Mason Sofia Ethan Maya Logan Chloe Marcus Zoe Andre Priya Tyler",
}
_LAST_NAMES = {
    "DE": "Schneider Fischer Weber Wagner Becker Schulz Hoffmann Koch Richter Klein Wolf Krüger Vogel Lange",
    "ES": "García Fernández Ruiz Moreno Navarro Romero Torres Castro Ortega Vidal Ramos Soler",
    "FR": "Martin Bernard Dubois Moreau Laurent Girard Roux Fournier Lefèvre Mercier Blanc",
    "GB": "Smith Taylor Wilson Evans Thomas Walker Hughes Murray Campbell Bennett Foster Doyle Kelly",
    "JP": "Sato Suzuki Takahashi Tanaka Ito Watanabe Yamamoto Nakamura Kobayashi Kato Yoshida Mori",
    "KW": "Al-Mutairi Al-Rashidi Al-Enezi Al-Ajmi Al-Fadhli Al-Kandari Al-Shammari Behbehani Al-Hajri",
    "US": "Johnson Miller Davis Nguyen Garcia Brown Rivera Patel Anderson Lee Thompson Carter Brooks",
}
_SPOKEN_AS = {"AT": "DE", "NL": "DE", "PT": "ES", "IE": "GB", "CA": "US"}
_BRANDS = {CardBrand.VISA: 52, CardBrand.MASTERCARD: 36, CardBrand.AMEX: 9, CardBrand.DISCOVER: 3}
_BINS = {
    CardBrand.VISA: ("400915", "426684", "450875", "491661"),
    CardBrand.MASTERCARD: ("510322", "530127", "545617", "222174"),
    CardBrand.AMEX: ("371449", "379212"),
    CardBrand.DISCOVER: ("601120", "644912"),
}
_FUNDINGS = {CardFunding.DEBIT: 50, CardFunding.CREDIT: 44, CardFunding.PREPAID: 6}
_WALLETS: dict[Wallet | None, int] = {None: 74, Wallet.APPLE_PAY: 16, Wallet.GOOGLE_PAY: 10}
_NEW_PERCENT = 24
_GUEST_PERCENT = 3
_OTHER_CARD_PERCENT = 6
_ISSUED_ABROAD_PERCENT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """Somebody with a card; a guest is no customer."""

    customer: Customer | None
    card: PaymentMethod


class Clientele:
    """One merchant's shoppers."""

    def __init__(self, merchant: DemoMerchant, dice: Random, identifiers: Identifiers) -> None:
        self._merchant = merchant
        self._dice = dice
        self._identifiers = identifiers
        self._known: list[Shopper] = []
        self._regulars: dict[str, Shopper] = {}
        self._emails: set[str] = set()

    def visit(self, at: datetime, newcomers: list[Customer]) -> Shopper:
        """Who comes in at the moment: mostly somebody who has been here before, else one more of the newcomers."""
        dice = self._dice
        if percent(dice, _GUEST_PERCENT):
            return Shopper(customer=None, card=self._card(self._country(), at))
        if not self._known or percent(dice, _NEW_PERCENT):
            country = self._country()
            customer = self._newcomer(country, at)
            newcomers.append(customer)
            self._known.append(Shopper(customer=customer, card=self._card(country, at)))
            return self._known[-1]
        place = dice.randrange(len(self._known))
        shopper = self._known[place]
        if percent(dice, _OTHER_CARD_PERCENT):
            shopper = self._known[place] = replace(shopper, card=self._card(shopper.card.country or "US", at))
        return shopper

    def welcome(self, regular: Regular, at: datetime, newcomers: list[Customer]) -> Shopper:
        """A regular, who is a newcomer the first time."""
        if regular.email not in self._regulars:
            customer = Customer(
                id=self._identifiers.new(at),
                merchant_id=self._merchant.merchant.id,
                email=regular.email,
                name=regular.name,
                country=regular.card.country,
                created_at=at,
            )
            newcomers.append(customer)
            self._emails.add(regular.email)
            self._regulars[regular.email] = Shopper(customer=customer, card=regular.card)
        return self._regulars[regular.email]

    def _country(self) -> str:
        return pick(self._dice, self._merchant.countries)

    def _newcomer(self, country: str, at: datetime) -> Customer:
        names = _SPOKEN_AS.get(country, country)
        first = self._dice.choice(_FIRST_NAMES[names].split())
        last = self._dice.choice(_LAST_NAMES[names].split())
        return Customer(
            id=self._identifiers.new(at),
            merchant_id=self._merchant.merchant.id,
            email=self._email(first, last),
            name=f"{first} {last}",
            country=country,
            created_at=at,
        )

    def _email(self, first: str, last: str) -> str:
        local = unicodedata.normalize("NFKD", f"{first}.{last}".lower()).encode("ascii", "ignore").decode()
        domain = self._dice.choice(("example.com", "example.org"))
        email, number = f"{local}@{domain}", 1
        while email in self._emails:
            number += 1
            email = f"{local}{number}@{domain}"
        self._emails.add(email)
        return email

    def _card(self, country: str, at: datetime) -> PaymentMethod:
        dice = self._dice
        brand = pick(dice, _BRANDS)
        abroad = percent(dice, _ISSUED_ABROAD_PERCENT)
        return PaymentMethod(
            type=PaymentMethodType.CARD,
            token=f"tok_{self._identifiers.word(20)}",
            brand=brand,
            last4=f"{dice.randrange(10_000):04}",
            bin=dice.choice(_BINS[brand]),
            country=self._country() if abroad else country,
            expiry_month=dice.randint(1, 12),
            expiry_year=at.year + dice.randint(1, 4),
            funding=pick(dice, _FUNDINGS),
            wallet=pick(dice, _WALLETS),
            fingerprint=self._identifiers.word(16),
        )
