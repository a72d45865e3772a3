"""Earlier payments with the cards of disputed ones: what compelling evidence is found in."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from domain.disputes.card_history import CardHistory, disputed_on
from domain.disputes.compelling_evidence import LEAST_DAYS, MOST_DAYS, EarlierPayment, PaymentFacts
from domain.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.identity.actor import Scope

_MOST_CANDIDATES = 200
# Of those that are too recent or too old so many are told of as not counted.
_MOST_OTHERS = 50
_SPANS = (
    ("q.created_at >= one.earliest AND q.created_at < one.latest", _MOST_CANDIDATES),
    ("q.created_at >= one.latest", _MOST_OTHERS),
    ("q.created_at < one.earliest", _MOST_OTHERS),
)
_SAME_CARD = """(
    SELECT q.* FROM payments AS q
    WHERE q.merchant_id = own.merchant_id AND q.fingerprint = own.fingerprint AND {span}
      AND q.id <> own.id AND q.captured_minor > 0
    ORDER BY q.created_at DESC, q.id DESC LIMIT {most}
)"""
_HISTORIES = f"""
SELECT one.dispute_id, p.id AS payment_id, p.id = one.payment_id AS is_disputed_one, p.created_at, p.amount_minor,
       p.currency, p.fingerprint, o.ip_address, o.device_id, o.customer_account, o.shipping_address,
       EXISTS (SELECT FROM disputes AS d WHERE d.merchant_id = p.merchant_id AND d.payment_id = p.id) AS disputed,
       EXISTS (SELECT FROM early_fraud_warnings AS w
               WHERE w.merchant_id = p.merchant_id AND w.payment_id = p.id) AS fraud_reported
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
    AS one(merchant_id, dispute_id, payment_id, earliest, latest)
JOIN payments AS own ON own.merchant_id = one.merchant_id AND own.id = one.payment_id
CROSS JOIN LATERAL (
    SELECT own.* UNION ALL {" UNION ALL ".join(_SAME_CARD.format(span=span, most=most) for span, most in _SPANS)}
) AS p
LEFT JOIN payment_origins AS o ON o.merchant_id = p.merchant_id AND o.payment_id = p.id
"""  # noqa: S608 - constants


async def card_histories(database: Database, scope: Scope, disputes: Sequence[Dispute]) -> dict[UUID, CardHistory]:
    """What is known of the cards of disputed payments, by the disputes' ids; nothing of what is beyond the scope.

    Of the captured payments that are as old as the rule wants, the newest 200.
    """
    covered = [dispute for dispute in disputes if scope.covers(dispute.merchant_id)]
    days = [disputed_on(dispute) for dispute in covered]
    async with database.connection(scope) as connection:
        found = await connection.fetch(
            _HISTORIES,
            [dispute.merchant_id for dispute in covered],
            [dispute.id for dispute in covered],
            [dispute.payment_id for dispute in covered],
            [_midnight(day - timedelta(days=MOST_DAYS)) for day in days],
            [_midnight(day - timedelta(days=LEAST_DAYS - 1)) for day in days],
        )
    facts: dict[UUID, PaymentFacts] = {}
    earlier: defaultdict[UUID, list[EarlierPayment]] = defaultdict(list)
    for row in found:
        if row["is_disputed_one"]:
            facts[row["dispute_id"]] = _facts_of(row)
        else:
            payment = EarlierPayment(
                facts=_facts_of(row), disputed=row["disputed"], fraud_reported=row["fraud_reported"]
            )
            earlier[row["dispute_id"]].append(payment)
    return {id_: CardHistory(disputed=disputed, earlier=tuple(earlier[id_])) for id_, disputed in facts.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _facts_of(row: Record) -> PaymentFacts:
    return PaymentFacts(
        payment_id=row["payment_id"],
        created_at=row["created_at"],
        amount=Money(row["amount_minor"], currency_of(row["currency"])),
        fingerprint=row["fingerprint"],
        ip_address=row["ip_address"],
        device_id=row["device_id"],
        customer_account=row["customer_account"],
        shipping_address=row["shipping_address"],
    )
