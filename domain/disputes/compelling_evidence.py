"""Visa Compelling Evidence 3.0: earlier payments that show who made a payment which is disputed as fraud.

In force since 15 April 2023 (Visa Core Rules and Visa Product and Service Rules, section 11.7, Dispute Condition 10.4):
with two undisputed payments of the same card, 120 to 365 days before the dispute, that share two elements with the
disputed one, at least one of them the IP address or the device, the issuer bears the loss.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from domain.disputes.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from domain.disputes.reason_codes.reason_code import ReasonCode
    from domain.kernel.money import Money

LEAST_DAYS = 120
MOST_DAYS = 365
"""The age of the earlier payments in days before the dispute's date, both ends included."""
WANTED_PAYMENTS = 2
WANTED_ELEMENTS = 2
_CODE = "10.4"
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class MatchingElement(StrEnum):
    """What two payments may have in common besides the card."""

    IP_ADDRESS = "IP_ADDRESS"
    DEVICE_ID = "DEVICE_ID"
    CUSTOMER_ACCOUNT = "CUSTOMER_ACCOUNT"
    SHIPPING_ADDRESS = "SHIPPING_ADDRESS"


_TELLING = frozenset({MatchingElement.IP_ADDRESS, MatchingElement.DEVICE_ID})


class Lack(StrEnum):
    """Why the rule does not apply."""

    NOT_VISA_10_4 = "NOT_VISA_10_4"
    NO_CARD_FINGERPRINT = "NO_CARD_FINGERPRINT"
    TOO_FEW_OLD_PAYMENTS = "TOO_FEW_OLD_PAYMENTS"
    OLD_PAYMENTS_TOO_RECENT = "OLD_PAYMENTS_TOO_RECENT"
    OLD_PAYMENTS_TOO_OLD = "OLD_PAYMENTS_TOO_OLD"
    OLD_PAYMENT_DISPUTED = "OLD_PAYMENT_DISPUTED"
    OLD_PAYMENT_FRAUD_REPORTED = "OLD_PAYMENT_FRAUD_REPORTED"
    TOO_FEW_MATCHING_ELEMENTS = "TOO_FEW_MATCHING_ELEMENTS"
    NO_IP_OR_DEVICE = "NO_IP_OR_DEVICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What the rule looks at; `fingerprint` is the same for the same card. An element that is unknown is None.

    `ip_address` and `device_id` are the customer's at the payment, `customer_account` is what they logged in with, and
    `shipping_address` is the whole address in one text.
    """

    payment_id: UUID
    created_at: datetime
    amount: Money
    fingerprint: str | None = None
    ip_address: str | None = None
    device_id: str | None = None
    customer_account: str | None = None
    shipping_address: str | None = None

    def elements(self) -> frozenset[tuple[MatchingElement, str]]:
        """The elements that are known, in the form in which they are compared.

        Of an IP address that is its canonical form (IPv4 mapped into IPv6 is IPv4; loopback and unspecified addresses
        are nobody's); device ids count as they are; accounts and addresses count without regard to case, Unicode
        compatibility (NFKC) and, of addresses, punctuation.
        """
        normal = {
            MatchingElement.IP_ADDRESS: _ip_address(self.ip_address or ""),
            MatchingElement.DEVICE_ID: (self.device_id or "").strip(),
            MatchingElement.CUSTOMER_ACCOUNT: _folded(self.customer_account or "").strip(),
            MatchingElement.SHIPPING_ADDRESS: _BETWEEN_WORDS.sub(" ", _folded(self.shipping_address or "")).strip(),
        }
        return frozenset((element, value) for element, value in normal.items() if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPayment:
    """A captured payment of the same merchant, and whether it was disputed or reported as fraud (TC40)."""

    facts: PaymentFacts
    disputed: bool
    fraud_reported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is missing, as a code and as a sentence."""

    lack: Lack
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompellingEvidence:
    """The answer: either a pair of payments, the newer first, with what matches in all three, or what is missing."""

    eligible: bool
    payments: tuple[PaymentFacts, ...] = ()
    elements: tuple[MatchingElement, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    facts: PaymentFacts
    matches: frozenset[MatchingElement]


def is_for(reason: ReasonCode) -> bool:
    """Whether the rule is for disputes of this reason code."""
    return reason.network is Network.VISA and reason.code == _CODE


def compelling_evidence(
    reason: ReasonCode, disputed: PaymentFacts, earlier: Iterable[EarlierPayment], disputed_on: date
) -> CompellingEvidence:
    """Whether the rule applies, by the dispute's date and the payments' dates, all in UTC (Visa dates by Greenwich).

    Payments of other cards among the earlier ones are passed over. Of several pairs the one with the most matching
    elements is proposed, then the newest.
    """
    if not is_for(reason):
        return _refused(Lack.NOT_VISA_10_4, f"The rule is for Visa {_CODE} only; this is {reason.label}.")
    if not disputed.fingerprint:
        return _refused(Lack.NO_CARD_FINGERPRINT, "The disputed payment has no card fingerprint to find others by.")
    same_card = [
        payment
        for payment in earlier
        if payment.facts.fingerprint == disputed.fingerprint and payment.facts.payment_id != disputed.payment_id
    ]
    lacks = {payment.facts.payment_id: _lack(payment, disputed_on) for payment in same_card}
    known = disputed.elements()
    candidates = [
        _Candidate(facts=payment.facts, matches=frozenset(name for name, _ in known & payment.facts.elements()))
        for payment in same_card
        if lacks[payment.facts.payment_id] is None
    ]
    if len(candidates) < WANTED_PAYMENTS:
        return CompellingEvidence(eligible=False, missing=_too_few(len(candidates), list(lacks.values())))
    first, second = _best_pair(candidates)
    elements = first.matches & second.matches
    missing = _missing_elements(elements)
    if missing:
        return CompellingEvidence(eligible=False, missing=missing)
    return CompellingEvidence(
        eligible=True,
        payments=(first.facts, second.facts),
        elements=tuple(element for element in MatchingElement if element in elements),
    )


def _lack(payment: EarlierPayment, disputed_on: date) -> Lack | None:
    age = (disputed_on - payment.facts.created_at.astimezone(UTC).date()).days
    if age < LEAST_DAYS:
        return Lack.OLD_PAYMENTS_TOO_RECENT
    if age > MOST_DAYS:
        return Lack.OLD_PAYMENTS_TOO_OLD
    if payment.disputed:
        return Lack.OLD_PAYMENT_DISPUTED
    return Lack.OLD_PAYMENT_FRAUD_REPORTED if payment.fraud_reported else None


def _best_pair(candidates: list[_Candidate]) -> tuple[_Candidate, _Candidate]:
    """The pair to propose. Of those that match in the same elements only the two newest can be in it."""
    newest = sorted(candidates, key=lambda one: (one.facts.created_at, one.facts.payment_id), reverse=True)
    shortlist: list[_Candidate] = []
    for candidate in newest:
        if sum(other.matches == candidate.matches for other in shortlist) < WANTED_PAYMENTS:
            shortlist.append(candidate)
    # The first of the best: pairs come in the order of the newer payment, then of the older.
    return max(combinations(shortlist, WANTED_PAYMENTS), key=_worth)


def _worth(pair: tuple[_Candidate, ...]) -> tuple[bool, int]:
    elements = pair[0].matches & pair[1].matches
    return not _missing_elements(elements), len(elements)


def _missing_elements(elements: frozenset[MatchingElement]) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    if len(elements) < WANTED_ELEMENTS:
        found = ", ".join(element for element in MatchingElement if element in elements) or "none"
        message = f"Two elements have to match in all three payments; of the best pair: {found}."
        missing.append(Missing(lack=Lack.TOO_FEW_MATCHING_ELEMENTS, message=message))
    if not elements & _TELLING:
        message = "The IP address or the device has to match in all three payments; neither does."
        missing.append(Missing(lack=Lack.NO_IP_OR_DEVICE, message=message))
    return tuple(missing)


def _too_few(found: int, lacks: list[Lack | None]) -> tuple[Missing, ...]:
    messages = {
        Lack.OLD_PAYMENTS_TOO_RECENT: f"less than {LEAST_DAYS} days before the dispute",
        Lack.OLD_PAYMENTS_TOO_OLD: f"more than {MOST_DAYS} days before the dispute",
        Lack.OLD_PAYMENT_DISPUTED: "disputed themselves",
        Lack.OLD_PAYMENT_FRAUD_REPORTED: "reported as fraud",
    }
    first = f"Two earlier payments of the same card are needed, {LEAST_DAYS} to {MOST_DAYS} days old; {found} found."
    counted = [
        Missing(lack=lack, message=f"Not counted, because they are {why}: {lacks.count(lack)}.")
        for lack, why in messages.items()
        if lack in lacks
    ]
    return (Missing(lack=Lack.TOO_FEW_OLD_PAYMENTS, message=first), *counted)


def _refused(lack: Lack, message: str) -> CompellingEvidence:
    return CompellingEvidence(eligible=False, missing=(Missing(lack=lack, message=message),))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _ip_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return "" if address.is_loopback or address.is_unspecified else address.compressed
