"""A small ring: one laptop, four cards and five names at five merchants. What it took first was charged back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed import review_plots
from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.plots import authenticated, not_authenticated, sold
from app.demo.seed.regulars import Regular
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType
from domain.payments.origin import Origin

if TYPE_CHECKING:
    from app.demo.seed.plots import Plot
    from app.demo.seed.review_plots import Look

_BY_SLUG = {merchant.slug: merchant for merchant in MERCHANTS}
_LAPTOP = "web-7d1e09c4b2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Somebody who comes once: how long ago, how it goes, and how it is looked at if it is held."""

    regular: Regular
    origin: Origin
    ago: timedelta
    plot: Plot = sold
    look: Look = review_plots.usual
    risk_score: int = 44


def _card(brand: CardBrand, place: str, bin_: str, last4: str, funding: CardFunding, fingerprint: str) -> PaymentMethod:
    return PaymentMethod(
        type=PaymentMethodType.CARD,
        brand=brand,
        last4=last4,
        bin=bin_,
        country=place,
        expiry_month=3,
        expiry_year=2030,
        funding=funding,
        fingerprint=fingerprint,
    )


_CREDIT, _PREPAID = CardFunding.CREDIT, CardFunding.PREPAID
_STOLEN = _card(CardBrand.VISA, "RO", "426684", "0341", _CREDIT, "rgxqtwnvkhpzbcds")
_GIFT = _card(CardBrand.MASTERCARD, "MT", "530127", "7720", _PREPAID, "vzkdhnqmwtprxcgb")
_SECOND_GIFT = _card(CardBrand.VISA, "CY", "400915", "2286", _PREPAID, "qwpgtzxmkdrnvbhc")
_LATEST = _card(CardBrand.MASTERCARD, "LT", "545617", "6093", _PREPAID, "bnkxrwtzgqvdhmpc")


def _suspect(  # noqa: PLR0913 - one for each column of the table below
    slug: str,
    who: tuple[str, str],
    card: PaymentMethod,
    days: int,
    hours: int = 0,
    *,
    billed: str,
    shipped: str,
    plot: Plot = sold,
    look: Look = review_plots.usual,
) -> Suspect:
    name, email = who
    method = replace(card, token=f"tok_{card.fingerprint}_{slug}_{days}")
    return Suspect(
        regular=Regular(merchant=_BY_SLUG[slug], name=name, email=email, card=method, visits=()),
        origin=Origin(
            ip_address=f"198.18.7.{20 + days % 3}",
            device_id=_LAPTOP,
            shipping_address="Unit 7, Dockside Parcels",
            billing_country=billed,
            shipping_country=shipped,
        ),
        ago=timedelta(days=days, hours=hours, minutes=11),
        plot=plot,
        look=look,
    )


_KIM = ("Kim Tarrant", "kim.tarrant@example.org")
_KIM_AGAIN = ("Kimberley Tarant", "k.tarant@example.org")
_JO = ("Jo Marsden", "jo.marsden77@example.org")
_SASHA = ("Sasha Pell", "sasha.pell@example.org")
_ROBIN = ("Robin Ames", "robin.ames@example.org")
TAKEN_IN_BERLIN = _suspect("kaffeewerk", _KIM, _STOLEN, 62, billed="RO", shipped="DE")
TAKEN_IN_CHICAGO = _suspect("northline", _KIM, _STOLEN, 61, billed="RO", shipped="US")
TAKEN_IN_LONDON = _suspect("harbour", _KIM_AGAIN, _STOLEN, 60, billed="RO", shipped="RO")
TRUSTED_IN_MADRID = _suspect("alborada", _JO, _GIFT, 58, billed="ES", shipped="PT", look=review_plots.trusted)
RING: tuple[Suspect, ...] = (
    TAKEN_IN_BERLIN,
    TAKEN_IN_CHICAGO,
    TAKEN_IN_LONDON,
    TRUSTED_IN_MADRID,
    _suspect(
        "kaffeewerk",
        _JO,
        _GIFT,
        46,
        billed="DE",
        shipped="NL",
        plot=authenticated,
        look=review_plots.seen_through,
    ),
    _suspect("northline", _JO, _GIFT, 45, billed="US", shipped="US"),
    _suspect("harbour", _SASHA, _GIFT, 45, -2, billed="GB", shipped="GB"),
    _suspect("kaffeewerk", _KIM, _STOLEN, 43, billed="RO", shipped="DE", plot=not_authenticated),
    _suspect("northline", _SASHA, _SECOND_GIFT, 31, billed="US", shipped="CA", look=review_plots.turned_down),
    _suspect("hoshizora", _ROBIN, _LATEST, 1, 20, billed="JP", shipped="US", look=review_plots.pushed),
    _suspect("harbour", _ROBIN, _LATEST, 0, 21, billed="GB", shipped="IE", look=review_plots.discussed),
)
TOKENS = frozenset(suspect.regular.card.token for suspect in RING)
