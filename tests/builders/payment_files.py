"""House accounts, orders and files for banks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.kernel.ids import new_uuid
from domain.settlements.account_number import AccountScheme
from domain.settlements.house_account import HouseAccount
from domain.settlements.payment_file import PaymentFile, new_file_id, new_payment_file
from domain.settlements.payment_order import FileHead, PaymentOrder
from domain.settlements.schedule import BankCalendar
from tests.builders.moments import MORNING
from tests.builders.money import EUR, eur

if TYPE_CHECKING:
    from datetime import datetime

IBAN_OF_OURS = "DE89370400440532013000"
IBAN_OF_MERCHANT = "NL91ABNA0417164300"
CBU = "2850590940090418135201"
EURO_ACCOUNT = HouseAccount(
    name="eur-main", holder="Paydesk GmbH", number=IBAN_OF_OURS, bic="COBADEFFXXX", currencies=("EUR",)
)
PESO_ACCOUNT = HouseAccount(
    name="ars-main",
    holder="Paydesk Argentina S.A.",
    scheme=AccountScheme.CBU,
    number="0110599520000001235579",
    currencies=("ARS",),
    calendar=BankCalendar.ARGENTINA,
)
DOLLAR_ACCOUNT = HouseAccount(
    name="usd-main",
    holder="Paydesk Inc.",
    scheme=AccountScheme.US_ACH,
    number="000123456789",
    routing="021000021",
    currencies=("USD",),
    calendar=BankCalendar.UNITED_STATES,
)


def a_head(account: HouseAccount = EURO_ACCOUNT, **values: Any) -> FileHead:
    """What a file says beside its orders."""
    given: dict[str, Any] = {
        "message_id": "PYF01KJQ5T2ZSEHE8CJ0R6R9HXM5V",
        "created_at": MORNING,
        "account": account,
        "currency": EUR,
        "execution_on": date(2026, 3, 3),
    }
    return FileHead(**{**given, **values})


def an_order(**values: Any) -> PaymentOrder:
    """Forty euros to a merchant in the Netherlands."""
    payout_id = new_uuid(MORNING)
    given: dict[str, Any] = {
        "payout_id": payout_id,
        "end_to_end_id": payout_id.hex.upper(),
        "amount": eur(40),
        "holder": "Bakkerij Jansen B.V.",
        "scheme": AccountScheme.IBAN,
        "number": IBAN_OF_MERCHANT,
        "bic": "ABNANL2A",
    }
    return PaymentOrder(**{**given, **values})


def a_payment_file(
    *, content: bytes = b"<Document/>", at: datetime = MORNING, amounts_minor: list[int] | None = None, **values: Any
) -> PaymentFile:
    """A file that waits for its delivery."""
    file_id, message_id = new_file_id(at)
    head = a_head(message_id=message_id, created_at=at)
    file = new_payment_file(
        file_id=values.pop("file_id", file_id), head=head, amounts_minor=amounts_minor or [40_00], content=content
    )
    return replace(file, **values)
