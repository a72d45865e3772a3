"""The test tokens: which card each stands for, and how the gateway behaves for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Behaviour(StrEnum):
    """What an authorization of a token does."""

    APPROVE = "approve"
    DECLINE = "decline"
    CHALLENGE = "challenge"
    """Approves after the customer passed 3-D Secure."""
    ANSWER_LATE = "answer_late"
    """Approves at once, and says so only after every reasonable deadline."""
    LOSE_ANSWER = "lose_answer"
    """Approves, then cuts the connection."""
    GATEWAY_ERROR = "gateway_error"
    """Moves nothing and says so with a 5xx."""
    FAIL_REFUNDS = "fail_refunds"
    """Approves; refunds are taken on, and fail a little later."""
    DISPUTE = "dispute"
    """Approves; the cardholder disputes soon after the money is taken."""
    INQUIRE = "inquire"
    """Approves; the issuer asks about it soon after."""
    WARN = "warn"
    """Approves; the issuer calls it fraud soon after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCard:
    """The card behind a token. `response_code` is the issuer's, ISO 8583 field 39; `risk_score` is 0 to 100."""

    token: str
    brand: str
    bin: str
    last4: str
    country: str
    funding: str
    expiry_month: int
    expiry_year: int
    risk_score: int
    wallet: str | None = None
    behaviour: Behaviour = Behaviour.APPROVE
    response_code: str = "00"
    decline_code: str | None = None
    message: str = "Approved."

    @property
    def payment_method(self) -> dict[str, str | int | None]:
        """The card as the gateway tells it: the same token always has the same fingerprint."""
        return {
            "brand": self.brand,
            "last4": self.last4,
            "bin": self.bin,
            "country": self.country,
            "expiry_month": self.expiry_month,
            "expiry_year": self.expiry_year,
            "funding": self.funding,
            "wallet": self.wallet,
            "fingerprint": sha256(self.token.encode()).hexdigest()[:16],
        }


def _visa(  # noqa: PLR0913 - one keyword per column of the table below
    token: str,
    last4: str,
    risk_score: int,
    *,
    behaviour: Behaviour = Behaviour.APPROVE,
    country: str = "DE",
    funding: str = "debit",
    expiry: tuple[int, int] = (12, 2032),
    refusal: tuple[str, str, str] | None = None,
) -> TestCard:
    response_code, decline_code, message = refusal or ("00", None, "Approved.")
    return TestCard(
        token=token,
        brand="visa",
        bin="424242",
        last4=last4,
        country=country,
        funding=funding,
        expiry_month=expiry[0],
        expiry_year=expiry[1],
        risk_score=risk_score,
        behaviour=Behaviour.DECLINE if refusal else behaviour,
        response_code=response_code,
        decline_code=decline_code,
        message=message,
    )


_CARDS = (
    _visa("tok_visa", "4242", 7, funding="credit"),
    TestCard(
        token="tok_mastercard",  # noqa: S106 - a test token is no secret
        brand="mastercard",
        bin="555555",
        last4="4444",
        country="NL",
        funding="debit",
        expiry_month=9,
        expiry_year=2031,
        risk_score=11,
    ),
    TestCard(
        token="tok_amex",  # noqa: S106 - a test token is no secret
        brand="amex",
        bin="378282",
        last4="0005",
        country="US",
        funding="credit",
        expiry_month=4,
        expiry_year=2033,
        risk_score=14,
        wallet="apple_pay",
    ),
    _visa(
        "tok_insufficient_funds",
        "9995",
        18,
        refusal=("51", "insufficient_funds", "The account has too little money."),
    ),
    _visa("tok_stolen_card", "9979", 64, refusal=("43", "stolen_card", "The card was reported stolen.")),
    _visa("tok_expired_card", "0069", 16, expiry=(11, 2024), refusal=("54", "expired_card", "The card has expired.")),
    _visa(
        "tok_do_not_honor", "0119", 22, refusal=("05", "do_not_honor", "The issuer refused without giving a reason.")
    ),
    _visa("tok_3ds_required", "3155", 24, country="FR", behaviour=Behaviour.CHALLENGE),
    _visa("tok_timeout", "0127", 9, country="AT", behaviour=Behaviour.ANSWER_LATE),
    _visa("tok_lost_response", "0135", 8, country="BE", behaviour=Behaviour.LOSE_ANSWER),
    _visa("tok_gateway_error", "0143", 10, country="ES", behaviour=Behaviour.GATEWAY_ERROR),
    _visa("tok_disputed", "0259", 33, country="GB", funding="credit", behaviour=Behaviour.DISPUTE),
    _visa("tok_early_fraud_warning", "5423", 41, country="PL", funding="credit", behaviour=Behaviour.WARN),
    TestCard(
        token="tok_inquiry",  # noqa: S106 - a test token is no secret
        brand="amex",
        bin="378282",
        last4="1976",
        country="US",
        funding="credit",
        expiry_month=7,
        expiry_year=2032,
        risk_score=19,
        behaviour=Behaviour.INQUIRE,
    ),
    TestCard(
        token="tok_discover",  # noqa: S106 - a test token is no secret
        brand="discover",
        bin="601111",
        last4="1117",
        country="US",
        funding="credit",
        expiry_month=10,
        expiry_year=2031,
        risk_score=13,
    ),
    _visa("tok_refund_fails", "5126", 12, country="IT", behaviour=Behaviour.FAIL_REFUNDS),
    _visa("tok_high_risk", "4954", 87, country="BR", funding="prepaid"),
)
CARDS: dict[str, TestCard] = {card.token: card for card in _CARDS}
