"""One payment as rules see it, and the lists that there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.cel.language import CelLanguage
from domain.fraud.expression import Facts
from domain.fraud.list_kind import STANDARD_LISTS, ListKind
from domain.fraud.velocity import Dimension, VelocityFigures, VelocityQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.fraud.expression import Failure
    from domain.fraud.variables import FactValue

LANGUAGE = CelLanguage()
LISTS: Mapping[str, ListKind] = {
    **{name: kind for name, (kind, _) in STANDARD_LISTS.items()},
    "trusted_customers": ListKind.CUSTOMER,
}
VALUES: Mapping[str, FactValue] = {
    "payment.amount_minor": 12_050,
    "payment.currency": "EUR",
    "payment.method": "CARD",
    "payment.capture_mode": "AUTOMATIC",
    "payment.merchant": "mer_01h455vb4pex5vsknk084sn02q",
    "payment.merchant_country": "DE",
    "payment.hour": 13,
    "payment.weekday": 2,
    "card.brand": "VISA",
    "card.bin": "424242",
    "card.country": "DE",
    "card.funding": "CREDIT",
    "card.wallet": "",
    "card.fingerprint": "fp_1",
    "customer.id": "cus_01h455vb4pex5vsknk084sn02q",
    "customer.email": "mary@example.com",
    "customer.domain": "example.com",
    "customer.country": "GB",
    "customer.account_age_days": 60,
    "customer.first_seen": datetime(2026, 1, 1, 23, 30, tzinfo=UTC),
    "ip.address": "203.0.113.7",
    "device.id": "device-1",
    "billing.country": "DE",
    "shipping.country": "FR",
}
DAY_BY_CARD = VelocityQuery(
    dimension=Dimension.CARD, window=timedelta(hours=24), distinct=frozenset({Dimension.EMAIL, Dimension.IP})
)
HOUR_BY_IP = VelocityQuery(dimension=Dimension.IP, window=timedelta(hours=1))
VELOCITIES: Mapping[VelocityQuery, VelocityFigures] = {
    HOUR_BY_IP: VelocityFigures(count=7, sum_minor=70_000),
    DAY_BY_CARD: VelocityFigures(count=3, sum_minor=30_000, distinct={Dimension.EMAIL: 2, Dimension.IP: 1}),
}
LISTED = frozenset({("blocked_emails", "mary@example.com"), ("blocked_ips", "203.0.113.7")})


def facts(
    velocities: Mapping[VelocityQuery, VelocityFigures] = VELOCITIES,
    listed: frozenset[tuple[str, str]] = LISTED,
    **values: FactValue,
) -> Facts:
    """The payment, but for some values: `facts(payment__hour=3)`."""
    others = {name.replace("__", "."): value for name, value in values.items()}
    return Facts(values={**VALUES, **others}, velocities=velocities, listed=listed)


def results(*expressions: str, of: Facts | None = None) -> Sequence[bool | Failure]:
    """What checked expressions are of the payment."""
    for expression in expressions:
        LANGUAGE.check(expression, LISTS)
    return LANGUAGE.compile(expressions).evaluate(of or facts())


def result(expression: str, of: Facts | None = None) -> bool | Failure:
    """The same of one."""
    return results(expression, of=of)[0]
