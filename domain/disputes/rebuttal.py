"""The draft of a rebuttal letter: plain text that says no more than the facts it is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.category import DisputeCategory
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.template import Need
from domain.kernel.text import holds_card_number

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from domain.disputes.template import Template
    from domain.kernel.money import Money

_LAST4 = re.compile(r"[0-9]{4}")
_WITHHELD = "(withheld: it looks like a card number)"
_C = DisputeCategory
# The claim, and what the reader is asked to do with the enclosures. What those show is for them to say, not for us.
_PARAGRAPHS: dict[DisputeCategory, tuple[str, str]] = {
    _C.FRAUDULENT: (
        "The claim is that the cardholder did not take part in this payment.",
        "We ask you to weigh the claim against what is enclosed.",
    ),
    _C.UNRECOGNIZED: (
        "The claim is that the cardholder does not recognise this payment.",
        "We ask you to show the cardholder the particulars above and what is enclosed.",
    ),
    _C.DUPLICATE: (
        "The claim is that this payment repeats another one, or was made by other means as well.",
        "We ask you to compare the two by what is enclosed.",
    ),
    _C.PRODUCT_NOT_RECEIVED: (
        "The claim is that what was paid for did not arrive.",
        "We ask you to weigh the claim against what is enclosed.",
    ),
    _C.PRODUCT_UNACCEPTABLE: (
        "The claim is that what arrived is defective or not what was described.",
        "We ask you to weigh the claim against what is enclosed.",
    ),
    _C.SUBSCRIPTION_CANCELED: (
        "The claim is that a recurring payment was charged after it was canceled, or without consent.",
        "We ask you to weigh the claim, with its dates, against what is enclosed.",
    ),
    _C.CREDIT_NOT_PROCESSED: (
        "The claim is that a refund is due and has not come.",
        "We ask you to weigh the claim against what is enclosed.",
    ),
    _C.AUTHORIZATION: (
        "The claim is that this payment lacked a valid authorization.",
        "We ask you to compare what is enclosed with your own records.",
    ),
    _C.PROCESSING_ERROR: (
        "The claim is that this payment was submitted late or with wrong data.",
        "We ask you to compare what is enclosed with your own records.",
    ),
    _C.GENERAL: (
        "The claim is the one of the reason code above.",
        "We ask you to weigh it against what is enclosed.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuttalFacts:
    """What is known of a case; a fact that is None is left out of the letter.

    `amount` is what is disputed, `paid_on` the local date of the payment, `last4` the last digits of the card, and
    `staged` the evidence that will be enclosed.
    """

    merchant_name: str
    case_reference: str
    payment_reference: str
    amount: Money
    paid_on: date
    last4: str | None = None
    staged: Collection[EvidenceKind] = ()


def draft_rebuttal(template: Template, facts: RebuttalFacts) -> str:
    """A letter to the issuer for a person to go over; the same facts make the same letter.

    A text that looks like a card number is withheld, whatever it is.
    """
    reason = template.reason
    merchant = _line(facts.merchant_name)
    particulars = [
        ("Network", reason.network.label),
        ("Case", _line(facts.case_reference)),
        ("Reason code", _line(f"{reason.code} {reason.name}")),
        ("Payment", _line(facts.payment_reference)),
        ("Date of payment", facts.paid_on.isoformat()),
        ("Disputed amount", f"{facts.amount.plain} {facts.amount.currency.code}"),
    ]
    if facts.last4 is not None and _LAST4.fullmatch(facts.last4):
        particulars.append(("Card", f"ending in {facts.last4}"))
    parts = [
        f"Rebuttal of {merchant}",
        "\n".join(f"{name}: {value}" for name, value in particulars),
        "We contest this dispute and ask you to decide it in our favour.",
        *_argument(template, facts.staged),
        merchant,
    ]
    return "\n\n".join(parts) + "\n"


def _argument(template: Template, staged: Collection[EvidenceKind]) -> list[str]:
    """The claim, the request and the list of enclosures; nothing is asked by what is not there."""
    rank = {item.kind: place for place, item in enumerate(template.fields)}
    needs = {item.kind: item.need for item in template.fields}
    kinds = sorted(set(staged) - {EvidenceKind.REBUTTAL_LETTER}, key=lambda kind: (rank.get(kind, len(rank)), kind))
    claim, request = _PARAGRAPHS[template.reason.category]
    if not kinds:
        return [claim, "Enclosed: nothing yet."]
    asked = {Need.REQUIRED: " (required by the reason code)", Need.ONE_OF: " (asked for by the reason code)"}
    lines = (
        f"{place}. {kind.label}{asked.get(needs.get(kind, Need.HELPFUL), '')}" for place, kind in enumerate(kinds, 1)
    )
    return [f"{claim} {request}", "\n".join(["Enclosed:", *lines])]


def _line(text: str) -> str:
    """A fact on one line of its own, without what only looks like a line and without card numbers."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return _WITHHELD if holds_card_number(line) else line
