"""The statements that make up a history; every value follows from the payment's number, by way of a hash."""

from __future__ import annotations

from datetime import timedelta

SPAN = timedelta(days=180)
"""All sizes of a history cover the same time: a larger one is a busier one."""

RECENT = 1500
"""Of the newest so many some are still open: what is unclear gets cleared up, and does not grow with the history."""


def _share(seed: int) -> str:
    """A number from 0 up to 1 that belongs to the payment `n`, another for each seed."""
    return f"((hashint8extended(n, {seed}) & 1048575)::float8 / 1048576)"


def _uuid7(moment: str, seed: str) -> str:
    """A UUIDv7 (RFC 9562) of a moment."""
    milliseconds = f"(extract(epoch FROM {moment}) * 1000)::bigint"
    return (
        f"(lpad(to_hex({milliseconds}), 12, '0') || '7' || substr(md5({seed}), 1, 3) || 'a' "
        f"|| substr(md5({seed}), 5, 15))::uuid"
    )


# Every slot once in a thousand, in an order that does not put a merchant's payments next to each other.
_SLOT = "(n * 387 % 1000)"

FREE_INDEXES = """
SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid::regclass::text = ANY ($1::text[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
  AND c.relname <> 'ix_payments_id' -- by which the load itself finds the payments of a chunk
ORDER BY c.relname
"""

DEFINITIONS = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
"""

MERCHANTS = """
INSERT INTO merchants (id, name, country, currency, status, gateway, fee_rates, returns_fee_on_refund,
                       dispute_fees, next_fee_plans, time_zone, created_at, updated_at, version)
SELECT id, 'Merchant ' || number, 'DE', (ARRAY['EUR', 'USD', 'GBP', 'EUR'])[1 + number % 4], 'ACTIVE',
       (ARRAY['northbank', 'payline', 'simulator'])[1 + number % 3], '[]', false, '{}', '[]', 'UTC', $2, $2, 1
FROM unnest($1::uuid[]) WITH ORDINALITY AS m (id, number)
"""

CUSTOMERS = f"""
INSERT INTO customers (merchant_id, id, email, email_key, name, country, created_at)
SELECT merchant_id, {_uuid7("$3::timestamptz", "'customer' || n")}, email, email, 'Customer ' || n, 'DE', $3
FROM (
    SELECT n, s.merchant_id,
           'buyer' || n || (ARRAY['@example.com', '@example.org', '@mail.example.net'])[1 + n % 3] AS email
    FROM generate_series($1::bigint, $2::bigint - 1) AS n JOIN slots AS s ON s.slot = n % 1000
) AS drawn
"""  # noqa: S608 - constants of this module

_DRAWN = f"""
SELECT n, s.merchant_id, m.currency AS home, m.gateway AS main_gateway,
       $4::timestamptz + (n + {_share(1)}) * (interval '{SPAN.days} days' / $3::bigint::float8) AS created_at,
       CASE WHEN n >= $3::bigint - {RECENT} AND {_share(2)} < 0.2 THEN 1 ELSE 0 END AS unknown_operations,
       {_share(3)} AS status_share, {_share(4)} AS currency_share, {_share(5)} AS amount_share,
       {_share(6)} AS method_share, {_share(7)} AS brand_share, {_share(8)} AS card_share,
       {_share(9)} AS reference_share, {_share(10)} AS metadata_share, {_share(11)} AS gateway_share,
       {_share(12)} AS decline_share, {_share(13)} AS risk_share, {_share(14)} AS refund_share,
       {_share(15)} AS manual_share, {_share(16)} AS customer_share, {_share(17)} AS delay_share,
       {_share(18)} AS reference_again_share, {_share(19)} AS shop_share
FROM generate_series($1::bigint, $2::bigint - 1) AS n
JOIN slots AS s ON s.slot = {_SLOT}
JOIN merchants AS m ON m.id = s.merchant_id
"""  # noqa: S608 - as above

_DECIDED = f"""
SELECT *,
    CASE WHEN unknown_operations > 0 THEN 'AUTHORIZED'
         WHEN status_share < 0.77 THEN 'CAPTURED' WHEN status_share < 0.80 THEN 'PARTIALLY_CAPTURED'
         WHEN status_share < 0.84 THEN 'AUTHORIZED' WHEN status_share < 0.93 THEN 'DECLINED'
         WHEN status_share < 0.94 THEN 'FAILED' WHEN status_share < 0.96 THEN 'VOIDED'
         WHEN status_share < 0.97 THEN 'CANCELED' WHEN status_share < 0.98 THEN 'EXPIRED'
         WHEN n < $3::bigint - {RECENT} THEN 'CAPTURED'
         WHEN status_share < 0.987 THEN 'PROCESSING' WHEN status_share < 0.994 THEN 'REQUIRES_ACTION'
         ELSE 'IN_REVIEW' END AS status,
    CASE WHEN currency_share < 0.83 THEN home WHEN currency_share < 0.89 THEN 'USD'
         WHEN currency_share < 0.93 THEN 'GBP' WHEN currency_share < 0.97 THEN 'JPY' ELSE 'SEK' END AS currency,
    (500 + 100000 * power(amount_share, 3))::bigint AS amount_minor,
    CASE WHEN method_share < 0.88 THEN 'CARD' WHEN method_share < 0.93 THEN 'SEPA_TRANSFER'
         WHEN method_share < 0.97 THEN 'PIX' ELSE 'CASH_VOUCHER' END AS method_type,
    CASE WHEN brand_share < 0.5 THEN 'VISA' WHEN brand_share < 0.85 THEN 'MASTERCARD'
         WHEN brand_share < 0.95 THEN 'AMEX' ELSE 'DISCOVER' END AS card_brand,
    CASE WHEN card_share < 0.03 THEN '4242'
         ELSE lpad((card_share * 10000)::int % 10000 || '', 4, '0') END AS card_last4,
    CASE WHEN manual_share < 0.2 THEN interval '5 days' * delay_share
         ELSE interval '3 seconds' * delay_share END AS capture_delay
FROM ({_DRAWN}) AS drawn
"""  # noqa: S608 - as above

PAYMENTS = f"""
INSERT INTO payments (
    merchant_id, id, status, capture_mode, currency, currency_exponent, amount_minor, authorized_minor, captured_minor,
    refunded_minor, disputed_minor, double_loss_minor, capture_pending_minor, refund_pending_minor,
    final_capture_pending, void_pending, unknown_operations, fee_minor, returned_fee_minor, refund_fee_minor,
    method_type, method_token, brand, last4, bin, method_country,
    expiry_month, expiry_year, funding, fingerprint, customer_id, reference, description, metadata, gateway,
    gateway_reference, decline_code, decline_message, risk_score, created_at, updated_at, authorized_at, captured_at,
    authorization_expires_at, next_action_expires_at, version)
SELECT
    merchant_id, {_uuid7("created_at", "'payment' || n")}, status,
    CASE WHEN manual_share < 0.2 THEN 'MANUAL' ELSE 'AUTOMATIC' END, currency,
    CASE currency WHEN 'JPY' THEN 0 ELSE 2 END, amount_minor,
    CASE WHEN held THEN amount_minor ELSE 0 END, captured_minor,
    CASE WHEN refund_share < 0.06 THEN captured_minor / 2 ELSE 0 END,
    CASE WHEN refund_share > 0.98 THEN captured_minor ELSE 0 END,
    0, 0, 0, false, false, unknown_operations, captured_minor / 50, 0, 0, method_type,
    CASE method_type WHEN 'CARD' THEN 'tok_' || md5('card' || n) END,
    CASE method_type WHEN 'CARD' THEN card_brand END, CASE method_type WHEN 'CARD' THEN card_last4 END,
    CASE method_type WHEN 'CARD' THEN '424242' END, CASE method_type WHEN 'CARD' THEN 'DE' END,
    CASE method_type WHEN 'CARD' THEN 12 END, CASE method_type WHEN 'CARD' THEN 2030 END,
    CASE method_type WHEN 'CARD' THEN 'CREDIT' END, CASE method_type WHEN 'CARD' THEN md5('card' || card_last4) END,
    CASE WHEN customer_share < 0.8 THEN {_uuid7("$4::timestamptz", "'customer' || customer")} END,
    CASE WHEN reference_share < 0.75 THEN 'ORDER-2026-' || lpad(n::text, 8, '0')
         WHEN reference_share < 0.85 THEN 'sub ' || (reference_again_share * 3)::int END,
    'Order no. ' || n,
    CASE WHEN metadata_share < 0.5
         THEN jsonb_build_object('shop', 'shop-' || (10 * shop_share * shop_share)::int, 'order', lpad(n::text, 8, '0'))
         ELSE '{{}}' END,
    CASE WHEN gateway_share < 0.9 THEN main_gateway ELSE 'fallback' END, 'gw_' || md5('gateway' || n),
    CASE WHEN status = 'FAILED' THEN 'GATEWAY_ERROR' WHEN status <> 'DECLINED' THEN NULL
         WHEN decline_share < 0.5 THEN 'INSUFFICIENT_FUNDS' WHEN decline_share < 0.8 THEN 'DO_NOT_HONOR'
         WHEN decline_share < 0.95 THEN 'EXPIRED_CARD' ELSE 'STOLEN_CARD' END,
    CASE WHEN status IN ('DECLINED', 'FAILED') THEN 'Refused.' END,
    (100 * risk_share * risk_share)::int, created_at, created_at + capture_delay,
    CASE WHEN held THEN created_at + interval '1 second' END,
    CASE WHEN captured_minor > 0 THEN created_at + capture_delay END,
    CASE WHEN held THEN created_at + interval '7 days' END,
    CASE WHEN status = 'REQUIRES_ACTION' THEN created_at + interval '1 hour' END,
    3
FROM (
    SELECT *, status IN ('CAPTURED', 'PARTIALLY_CAPTURED', 'AUTHORIZED', 'VOIDED', 'EXPIRED', 'IN_REVIEW') AS held,
        CASE status WHEN 'CAPTURED' THEN amount_minor WHEN 'PARTIALLY_CAPTURED' THEN amount_minor / 2 ELSE 0 END
            AS captured_minor,
        -- One of the merchant's customers: those whose number has the slot as its last three digits.
        (hashint8extended(n, 20) & 1048575) % ($3::bigint / 5000) * 1000 + {_SLOT} AS customer
    FROM ({_DECIDED}) AS decided
) AS made
"""  # noqa: S608 - as above

_OF_PAYMENTS = "FROM payments AS p WHERE p.id >= $1 AND p.id < $2"


def _child(kind: str) -> str:
    return f"(substr(p.id::text, 1, 19) || substr(md5(p.id::text || '{kind}'), 1, 4) || '-' || substr(md5(p.id::text || '{kind}'), 5, 12))::uuid"  # noqa: E501 - one expression


def _operation(kind: str, amount: str, condition: str) -> str:
    return f"""
INSERT INTO operations (merchant_id, id, payment_id, type, status, gateway, amount_minor, currency, capture, final,
                        confirms, request_3ds, requested_at, completed_at, checks, next_check_at)
SELECT p.merchant_id, {_child(kind)}, p.id, '{kind}', 'SUCCEEDED', p.gateway, {amount}, p.currency,
       '{kind}' = 'AUTHORIZE' AND p.capture_mode = 'AUTOMATIC', true, false, false, p.created_at, p.updated_at, 0, NULL
{_OF_PAYMENTS} AND {condition}
"""


CHILDREN = (
    _operation("AUTHORIZE", "p.amount_minor", "true"),
    _operation("CAPTURE", "p.captured_minor", "p.captured_minor > 0 AND p.capture_mode = 'MANUAL'"),
    _operation("REFUND", "p.refunded_minor", "p.refunded_minor > 0"),
    f"""
INSERT INTO captures (merchant_id, id, payment_id, operation_id, status, amount_minor, currency, final, fee_minor,
                      created_at)
SELECT p.merchant_id, {_child("capture")}, p.id,
       CASE p.capture_mode WHEN 'MANUAL' THEN {_child("CAPTURE")} ELSE {_child("AUTHORIZE")} END,
       'SUCCEEDED', p.captured_minor, p.currency, true, p.fee_minor, p.captured_at
{_OF_PAYMENTS} AND p.captured_minor > 0
""",
    f"""
INSERT INTO refunds (merchant_id, id, payment_id, operation_id, status, amount_minor, currency, reason,
                     returned_fee_minor, fee_minor, created_at)
SELECT p.merchant_id, {_child("refund")}, p.id, {_child("REFUND")}, 'SUCCEEDED', p.refunded_minor, p.currency,
       'CUSTOMER_REQUEST', 0, 0, p.updated_at
{_OF_PAYMENTS} AND p.refunded_minor > 0
""",
)
