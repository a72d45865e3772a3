"""The money that a gateway says it moved, against the operations that we have recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.postgres.verification.check import Check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.postgres.database import FencedConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEffect:
    """`effect` is authorized, captured, released, voided or refunded."""

    operation_id: UUID
    effect: str
    amount_minor: int
    currency: str


_EFFECTS = """
WITH effects AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])
        AS e (operation_id, effect, amount_minor, currency)
)
"""
_ONCE = Check(
    name="gateway-once",
    sentence="{operation_id} was executed {times} times at the gateway ({effect})",
    statement=f"""{_EFFECTS}
SELECT operation_id, effect, count(*) AS times FROM effects GROUP BY operation_id, effect HAVING count(*) > 1
""",  # noqa: S608 - constants
)
_KNOWN = Check(
    name="gateway-known",
    sentence="the gateway {effect} {amount_minor} {currency} for {operation_id}, of which there is no record here",
    statement=f"""{_EFFECTS}
SELECT e.* FROM effects AS e WHERE NOT EXISTS (SELECT FROM operations AS o WHERE o.id = e.operation_id)
""",  # noqa: S608 - constants
)
# Of an operation that is still open anything may be true. What a final capture releases is not its own amount.
_SAME = Check(
    name="gateway-same",
    sentence=(
        "the gateway {effect} {amount_minor} {currency} for {operation_id}, which is {type} {status}"
        " over {recorded_minor} {recorded_currency} here"
    ),
    statement=f"""{_EFFECTS}
SELECT e.*, o.type, o.status, o.amount_minor AS recorded_minor, o.currency AS recorded_currency
FROM effects AS e JOIN operations AS o ON o.id = e.operation_id
WHERE o.status = 'FAILED' OR o.currency <> e.currency OR (o.amount_minor <> e.amount_minor AND e.effect <> 'released')
   OR NOT CASE e.effect
        WHEN 'authorized' THEN o.type = 'AUTHORIZE'
        WHEN 'captured' THEN o.type = 'CAPTURE' OR (o.type = 'AUTHORIZE' AND o.capture)
        WHEN 'released' THEN o.type = 'CAPTURE' AND o.final
        WHEN 'voided' THEN o.type = 'VOID'
        WHEN 'refunded' THEN o.type = 'REFUND'
        ELSE false
    END
""",  # noqa: S608 - constants
)
# An authorization that only led to the customer's action has moved nothing, so authorizations count by payment.
_DONE = Check(
    name="gateway-done",
    sentence="{operation_id} of {payment_id} succeeded here, and the gateway never {effect} {amount_minor} {currency}",
    statement=f"""{_EFFECTS},
succeeded AS (
    SELECT merchant_id, id AS operation_id, payment_id, amount_minor, currency,
           CASE type WHEN 'CAPTURE' THEN 'captured' WHEN 'REFUND' THEN 'refunded' ELSE 'voided' END AS effect
    FROM operations WHERE gateway = $5 AND status = 'SUCCEEDED' AND type <> 'AUTHORIZE'
    UNION ALL
    SELECT o.merchant_id, o.id, o.payment_id, c.amount_minor, c.currency, 'captured'
    FROM operations AS o JOIN captures AS c ON (c.merchant_id, c.operation_id) = (o.merchant_id, o.id)
    WHERE o.gateway = $5 AND o.type = 'AUTHORIZE'
)
SELECT s.operation_id, s.payment_id, s.effect, s.amount_minor, s.currency FROM succeeded AS s
WHERE NOT EXISTS (SELECT FROM effects AS e WHERE (e.operation_id, e.effect) = (s.operation_id, s.effect))
UNION ALL
SELECT min(o.id::text)::uuid, p.id, 'authorized', p.authorized_minor, p.currency
FROM payments AS p
JOIN operations AS o ON (o.merchant_id, o.payment_id, o.type) = (p.merchant_id, p.id, 'AUTHORIZE')
LEFT JOIN effects AS e ON (e.operation_id, e.effect) = (o.id, 'authorized')
WHERE p.gateway = $5 AND p.authorized_minor > 0
GROUP BY p.merchant_id, p.id HAVING count(e.operation_id) = 0
""",  # noqa: S608 - constants
)


async def gateway_differences(
    connection: FencedConnection, gateway: str, before: Sequence[GatewayEffect], after: Sequence[GatewayEffect]
) -> list[str]:
    """Where the gateway's effects and our operations differ.

    `before` are the effects as of before the connection's snapshot was taken and `after` those of afterwards: what
    had happened before must be recorded in it, and what is recorded in it must have happened afterwards. So payments
    may go on while their books are verified.
    """
    earlier, later = _columns(before), _columns(after)
    return [
        *await _ONCE.violations(connection, *later),
        *await _KNOWN.violations(connection, *earlier),
        *await _SAME.violations(connection, *later),
        *await _DONE.violations(connection, *later, gateway),
    ]


def _columns(effects: Sequence[GatewayEffect]) -> tuple[list[UUID], list[str], list[int], list[str]]:
    return (
        [effect.operation_id for effect in effects],
        [effect.effect for effect in effects],
        [effect.amount_minor for effect in effects],
        [effect.currency for effect in effects],
    )
