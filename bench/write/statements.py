"""The statements of a payment, as Paydesk sends them and the floor does: `agreement.py` compares the two."""

from __future__ import annotations

_TYPES = {
    "U": "UUID",
    "V": "VARCHAR",
    "B": "BIGINT",
    "I": "INTEGER",
    "S": "SMALLINT",
    "F": "BOOLEAN",
    "J": "JSONB",
    "T": "TIMESTAMP WITH TIME ZONE",
    "X": "BYTEA",
}


def _columns(text: str) -> list[tuple[str, str]]:
    """Names and types of `name:T name:T ...`."""
    pairs = (word.partition(":") for word in text.split())
    return [(name, _TYPES[kind]) for name, _, kind in pairs]


def _insert(table: str, text: str, more: str = "") -> str:
    columns = _columns(text)
    values = ", ".join(f"${number}::{kind}" for number, (_, kind) in enumerate(columns, 1))
    return f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) VALUES ({values}){more}"  # noqa: S608


def _select(table: str, text: str, more: str = "") -> str:
    names = ", ".join(f"{table}.{name}" for name in text.split())
    return f"SELECT {names} FROM {table} WHERE {table}.id = $1::UUID{more}"  # noqa: S608


def _update(table: str, text: str, keys: str) -> str:
    columns, found = _columns(text), _columns(keys)
    changes = ", ".join(f"{name}=${number}::{kind}" for number, (name, kind) in enumerate(columns, 1))
    conditions = " AND ".join(
        f"{table}.{name} = ${number}::{kind}" for number, (name, kind) in enumerate(found, len(columns) + 1)
    )
    return f"UPDATE {table} SET {changes} WHERE {conditions}"  # noqa: S608


_PAYMENT = (
    "merchant_id id status capture_mode currency currency_exponent amount_minor amount_scaled authorized_minor"
    " captured_minor refunded_minor disputed_minor double_loss_minor capture_pending_minor refund_pending_minor"
    " final_capture_pending void_pending unknown_operations fee_minor returned_fee_minor refund_fee_minor method_type"
    " method_token brand last4 bin method_country expiry_month expiry_year funding wallet fingerprint"
    " customer_id reference description metadata"
    " gateway gateway_reference decline_code decline_message next_action_url return_url risk_score created_at"
    " updated_at authorized_at captured_at authorization_expires_at next_action_expires_at version"
)
MERCHANT = _select(
    "merchants",
    "id name country currency status gateway fee_rates returns_fee_on_refund dispute_fees fee_plan_since"
    " next_fee_plans time_zone created_at updated_at version",
)
KEY = _insert(
    "idempotency_keys",
    "merchant_id:U mutation:V key:V input_hash:X payment_id:U operation_id:U claimed_at:T",
    " ON CONFLICT DO NOTHING",
)
CUSTOMER = _insert(
    "customers", "merchant_id:U id:U email:V email_key:V name:V country:V created_at:T", " ON CONFLICT DO NOTHING"
)
PAYMENT = _insert(
    "payments",
    "merchant_id:U id:U status:V capture_mode:V currency:V currency_exponent:S amount_minor:B authorized_minor:B"
    " captured_minor:B refunded_minor:B disputed_minor:B double_loss_minor:B capture_pending_minor:B"
    " refund_pending_minor:B final_capture_pending:F void_pending:F unknown_operations:I fee_minor:B"
    " returned_fee_minor:B refund_fee_minor:B method_type:V method_token:V brand:V last4:V bin:V method_country:V"
    " expiry_month:S expiry_year:S funding:V wallet:V"
    " fingerprint:V customer_id:U reference:V description:V metadata:J gateway:V gateway_reference:V decline_code:V"
    " decline_message:V next_action_url:V return_url:V risk_score:S created_at:T updated_at:T authorized_at:T"
    " captured_at:T authorization_expires_at:T next_action_expires_at:T version:B",
)
EVENT = _insert(
    "events",
    "merchant_id:U id:U subject_type:V subject_id:U sequence:B name:V occurred_at:T actor_kind:V actor_id:U"
    " actor_name:V data:J",
)
OPERATION = _insert(
    "operations",
    "merchant_id:U id:U payment_id:U type:V status:V gateway:V amount_minor:B currency:V capture:F final:F confirms:F"
    " request_3ds:F gateway_reference:V response_code:V requested_at:T accepted_at:T completed_at:T checks:I"
    " next_check_at:T",
)
AUDIT = _insert(
    "audit_records",
    "id:U merchant_id:U actor_kind:V actor_id:U actor_name:V action:V subject_type:V subject_id:U occurred_at:T"
    " address:V data:J",
)
FIND_OPERATION = _select(
    "operations",
    "merchant_id id payment_id type status gateway amount_minor currency capture final confirms request_3ds"
    " gateway_reference response_code requested_at accepted_at completed_at checks next_check_at",
)
LOCK_PAYMENT = _select("payments", _PAYMENT, " FOR UPDATE")
CAPTURE = _insert(
    "captures",
    "merchant_id:U id:U payment_id:U operation_id:U status:V amount_minor:B currency:V final:F fee_minor:B"
    " created_at:T",
)
ENTRY = _insert(
    "ledger_entries",
    "merchant_id:U id:U kind:V payment_id:U operation_id:U dispute_id:U settlement_id:U payout_id:U posted_at:T",
)
POSTINGS = (
    "INSERT INTO ledger_postings (merchant_id, entry_id, position, account, currency, amount_minor, posted_at)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::bigint[],"
    " $7::timestamptz[])"
)
CONCLUDE_OPERATION = _update(
    "operations",
    "status:V gateway_reference:V response_code:V accepted_at:T completed_at:T checks:I next_check_at:T",
    "merchant_id:U id:U",
)
CHANGE_PAYMENT = _update(
    "payments",
    "status:V authorized_minor:B captured_minor:B refunded_minor:B disputed_minor:B double_loss_minor:B"
    " capture_pending_minor:B refund_pending_minor:B final_capture_pending:F void_pending:F unknown_operations:I"
    " fee_minor:B returned_fee_minor:B refund_fee_minor:B method_type:V method_token:V brand:V last4:V bin:V"
    " method_country:V expiry_month:S"
    " expiry_year:S funding:V wallet:V fingerprint:V gateway_reference:V decline_code:V decline_message:V"
    " next_action_url:V risk_score:S updated_at:T authorized_at:T captured_at:T authorization_expires_at:T"
    " next_action_expires_at:T version:B",
    "merchant_id:U id:U version:B",
)
FIND_PAYMENT = _select("payments", _PAYMENT)
