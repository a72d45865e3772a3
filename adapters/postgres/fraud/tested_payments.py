"""The statement that reads payments of the past with just what the rules of a backtest ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.velocity import MOST_COUNTED, Dimension
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.expression import Needs
    from domain.fraud.velocity import VelocityQuery

_CUSTOMER = "LEFT JOIN customers c ON c.merchant_id = p.merchant_id AND c.id = p.customer_id"
_ORIGIN = "LEFT JOIN payment_origins o ON o.merchant_id = p.merchant_id AND o.payment_id = p.id"
_MERCHANT = "JOIN merchants m ON m.id = p.merchant_id"
_TRACE = "LEFT JOIN fraud_traces t ON t.merchant_id = p.merchant_id AND t.payment_id = p.id"
# As `domain.fraud.facts` makes them of an arrival. Ids are written out by whoever reads the row.
_VARIABLES: dict[str, tuple[str, str]] = {
    "payment.amount_minor": ("p.amount_minor", ""),
    "payment.currency": ("p.currency", ""),
    "payment.method": ("p.method_type", ""),
    "payment.capture_mode": ("p.capture_mode", ""),
    "payment.merchant": ("p.merchant_id", ""),
    "payment.merchant_country": ("m.country", _MERCHANT),
    "payment.hour": ("extract(hour FROM p.created_at AT TIME ZONE m.time_zone)::int", _MERCHANT),
    "payment.weekday": ("extract(isodow FROM p.created_at AT TIME ZONE m.time_zone)::int", _MERCHANT),
    "card.brand": ("coalesce(p.brand, '')", ""),
    "card.bin": ("coalesce(p.bin, '')", ""),
    "card.country": ("coalesce(p.method_country, '')", ""),
    "card.funding": ("coalesce(p.funding, '')", ""),
    "card.wallet": ("coalesce(p.wallet, '')", ""),
    "card.fingerprint": ("coalesce(p.fingerprint, '')", ""),
    "customer.id": ("p.customer_id", ""),
    "customer.email": ("coalesce(c.email_key, '')", _CUSTOMER),
    "customer.domain": ("coalesce(substring(c.email_key FROM '[^@]*$'), '')", _CUSTOMER),
    "customer.country": ("coalesce(c.country, '')", _CUSTOMER),
    "customer.account_age_days": (
        "greatest(coalesce(floor(extract(epoch FROM p.created_at - c.created_at) / 86400)::int, 0), 0)",
        _CUSTOMER,
    ),
    "customer.first_seen": ("coalesce(c.created_at, p.created_at)", _CUSTOMER),
    "ip.address": ("coalesce(o.ip_address, '')", _ORIGIN),
    "device.id": ("coalesce(o.device_id, '')", _ORIGIN),
    "billing.country": ("coalesce(o.billing_country, '')", _ORIGIN),
    "shipping.country": ("coalesce(o.shipping_country, '')", _ORIGIN),
    "gateway.score": ("p.risk_score", ""),
}
_KNOWN = (
    "p.id AS payment_id",
    "p.merchant_id",
    "p.created_at",
    "p.amount_minor",
    "p.currency",
    (
        "p.disputed_minor > 0 OR EXISTS (SELECT FROM disputes d WHERE d.merchant_id = p.merchant_id"
        " AND d.payment_id = p.id AND d.stage <> 'INQUIRY') AS charged_back"
    ),
    "s.decision AS decided",
    "coalesce(r.outcome = 'CONFIRMED_FRAUD', false) AS held_as_fraud",
    (
        "coalesce(r.outcome IN ('FALSE_POSITIVE', 'LEGITIMATE')"
        " OR r.outcome IS NULL AND r.status = 'APPROVED', false) AS cleared"
    ),
)
_BESIDE = """
LEFT JOIN fraud_screenings s ON s.merchant_id = p.merchant_id AND s.payment_id = p.id
LEFT JOIN fraud_reviews r ON r.merchant_id = p.merchant_id AND r.payment_id = p.id
"""
_COUNT = "SELECT count(*) FROM payments p WHERE {whose}p.created_at >= $1 AND p.created_at < $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedStatement:
    """`variables` stand next to each other from the column `first_variable` on, counted from 0.

    `queries` are in the order of the columns `q0_count`, `q0_sum` and so on.
    """

    __test__ = False

    text: str
    first_variable: int
    variables: tuple[str, ...]
    queries: tuple[VelocityQuery, ...]


def count_statement(author: UUID) -> str:
    """How many payments there are from $1 until before $2; of one merchant when it is $3."""
    return _COUNT.format(whose="" if author == PLATFORM else "p.merchant_id = $3 AND ")


def tested_statement(author: UUID, needs: Needs) -> TestedStatement:
    """Payments from $1 until before $2, behind the cursor ($3, $4), $5 at most; of one merchant when it is $6."""
    variables = tuple(name for name in _VARIABLES if name in needs.variables)
    queries = tuple(sorted(needs.velocities, key=lambda query: (query.dimension, query.window)))
    platform = author == PLATFORM
    columns = [f"{_VARIABLES[name][0]} AS v{number}" for number, name in enumerate(variables)]
    joins = dict.fromkeys(_VARIABLES[name][1] for name in variables)
    if queries:
        joins[_TRACE] = None
    laterals: list[str] = []
    for number, query in enumerate(queries):
        lateral, made = _counted(number, query, platform=platform)
        laterals.append(lateral)
        columns += made
    # The order of the index over all merchants: see `in_order` in the keyset module.
    nulls = " NULLS FIRST" if platform else ""
    whose = "" if platform else "p.merchant_id = $6 AND "
    page = (
        f"SELECT * FROM payments p WHERE {whose}p.created_at >= $1 AND p.created_at < $2"  # noqa: S608 - our own texts
        " AND (p.created_at, p.id) > ($3, $4)"
        f" ORDER BY p.created_at{nulls}, p.id{nulls} LIMIT $5"
    )
    text = (
        f"SELECT {', '.join((*_KNOWN, *columns))} FROM ({page}) AS p "  # noqa: S608 - as above
        f"{_BESIDE}{' '.join(join for join in joins if join)} {' '.join(laterals)} ORDER BY p.created_at, p.id"
    )
    return TestedStatement(text=text, first_variable=len(_KNOWN), variables=variables, queries=queries)


def _counted(number: int, query: VelocityQuery, *, platform: bool) -> tuple[str, list[str]]:
    """The sub-select that counts a window as of a payment, and its columns."""
    name = f"q{number}"
    seconds = int(query.window.total_seconds())
    start = f"t.at - interval '{seconds} seconds'"
    if query.dimension is Dimension.MERCHANT:
        grain = "hour" if seconds > 24 * 60 * 60 else "minute"
        start = f"date_trunc('{grain}', {start})"
        same = "x.merchant_id = t.merchant_id"
    else:
        column = query.dimension.value
        same = f"x.{column} = t.{column}" + ("" if platform else " AND x.merchant_id = t.merchant_id")
    distinct = sorted(query.distinct)
    figures = [
        "count(*) AS count",
        "coalesce(sum(y.amount_minor) FILTER (WHERE y.currency = p.currency), 0)::bigint AS sum",
        *(f"count(DISTINCT y.{_column(one)}) AS of_{one.value}" for one in distinct),
    ]
    lateral = (
        f"LEFT JOIN LATERAL (SELECT {', '.join(figures)} FROM ("  # noqa: S608 - our own texts
        f"SELECT x.* FROM fraud_traces x WHERE {same} AND x.at >= {start} AND x.at <= t.at"
        f" AND (x.at, x.payment_id) < (t.at, t.payment_id) ORDER BY x.at DESC LIMIT {MOST_COUNTED}"
        f") AS y) AS {name} ON true"
    )
    made = [f"coalesce({name}.count, 0) AS {name}_count", f"coalesce({name}.sum, 0) AS {name}_sum"]
    return lateral, made + [f"coalesce({name}.of_{one.value}, 0) AS {name}_{one.value}" for one in distinct]


def _column(dimension: Dimension) -> str:
    return "merchant_id" if dimension is Dimension.MERCHANT else dimension.value
