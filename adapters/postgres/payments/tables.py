"""The tables of payments; checks, fences and grants are in the migration."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.keyset import Whose, in_order
from adapters.postgres.metadata import metadata
from adapters.postgres.types import flag, minor, moment, tenant_key, text, uuid


def _newest(whose: Whose, key: str = "created_at", row_id: str = "id") -> tuple[sa.ColumnElement[Any], ...]:
    """The end of an index over all merchants."""
    return in_order(sa.column(key), sa.column(row_id), downward=True, whose=whose)


def _words(parent: str, *order: sa.Column[Any]) -> sa.Table:
    """What the parents can be found by, a row a word, in the order of the columns that stand before the parent."""
    table, own = f"{parent}_words", f"{parent}_id"
    key = ("word", *(column.name for column in order), own)
    over_all = sa.Index(f"ix_{table}_word", *key)
    if order:
        over_all = sa.Index(
            f"ix_{table}_word", "word", *_newest(Whose.ALL, row_id=own), postgresql_include=["merchant_id"]
        )
    return sa.Table(
        table,
        metadata,
        uuid("merchant_id"),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        *order,
        uuid(own),
        sa.PrimaryKeyConstraint("merchant_id", *key, name=f"pk_{table}"),
        over_all,
    )


def _some(name: str, which: str, *columns: str | sa.ColumnElement[Any]) -> sa.Index:
    """An index of those rows alone."""
    return sa.Index(name, *columns, postgresql_where=sa.text(which))


def _of_merchant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=f"fk_{table}_merchant_id")


def _of_parent(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["merchant_id", column], [f"{parent}.merchant_id", f"{parent}.id"], name=f"fk_{table}_{column}"
    )


customers = sa.Table(
    "customers",
    metadata,
    *tenant_key("customers"),
    text("email", nullable=True),
    text("email_key", nullable=True),
    text("name", nullable=True),
    text("country", nullable=True),
    moment("created_at"),
    _of_merchant("customers"),
    sa.UniqueConstraint("merchant_id", "email_key", name="uq_customers_email"),
    sa.Index("ix_customers_id", "id"),
    sa.Index("ix_customers_email_key", "email_key"),
)

payments = sa.Table(
    "payments",
    metadata,
    *tenant_key("payments"),
    text("status"),
    text("capture_mode"),
    text("currency"),
    sa.Column("currency_exponent", sa.SmallInteger, nullable=False),
    minor("amount_minor"),
    sa.Column(
        "amount_scaled",
        sa.BigInteger,
        sa.Computed("amount_minor * (10 ^ (4 - currency_exponent))::bigint", persisted=True),
    ),
    minor("authorized_minor"),
    minor("captured_minor"),
    minor("refunded_minor"),
    minor("disputed_minor"),
    minor("double_loss_minor"),
    minor("capture_pending_minor"),
    minor("refund_pending_minor"),
    flag("final_capture_pending"),
    flag("void_pending"),
    sa.Column("unknown_operations", sa.Integer, nullable=False),
    minor("fee_minor"),
    minor("returned_fee_minor"),
    minor("refund_fee_minor"),
    text("method_type"),
    text("method_token", nullable=True),
    text("brand", nullable=True),
    text("last4", nullable=True),
    text("bin", nullable=True),
    text("method_country", nullable=True),
    sa.Column("expiry_month", sa.SmallInteger),
    sa.Column("expiry_year", sa.SmallInteger),
    text("funding", nullable=True),
    text("wallet", nullable=True),
    text("fingerprint", nullable=True),
    uuid("customer_id", nullable=True),
    text("reference", nullable=True),
    text("description", nullable=True),
    sa.Column("metadata", JSONB, nullable=False, key="metadata_"),
    text("gateway"),
    text("gateway_reference", nullable=True),
    text("decline_code", nullable=True),
    text("decline_message", nullable=True),
    text("next_action_url", nullable=True),
    text("return_url", nullable=True),
    sa.Column("risk_score", sa.SmallInteger),
    moment("created_at"),
    moment("updated_at"),
    moment("authorized_at", nullable=True),
    moment("captured_at", nullable=True),
    moment("authorization_expires_at", nullable=True),
    moment("next_action_expires_at", nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    _of_merchant("payments"),
    _of_parent("payments", "customer_id", "customers"),
    sa.Index("ix_payments_id", "id"),
    sa.Index("ix_payments_created", *_newest(Whose.ALL)),
    # What stands behind the order is passed over without a look at the table.
    sa.Index(
        "ix_payments_merchant_created", "merchant_id", "created_at", "id", "captured_at", "amount_scaled", "risk_score"
    ),
    sa.Index("ix_payments_merchant_status", "merchant_id", "status", "created_at", "id"),
    sa.Index("ix_payments_merchant_amount", "merchant_id", "amount_scaled", "id"),
    sa.Index("ix_payments_amount", *_newest(Whose.ALL, "amount_scaled")),
    sa.Index("ix_payments_merchant_reference", "merchant_id", "reference", "created_at", "id"),
    sa.Index("ix_payments_reference", "reference", *_newest(Whose.A_VALUES)),
    sa.Index("ix_payments_merchant_last4", "merchant_id", "last4", "created_at", "id"),
    _some(
        *("ix_payments_merchant_fingerprint", "fingerprint IS NOT NULL"),
        *("merchant_id", "fingerprint", "created_at", "id"),
    ),
    _some("ix_payments_gateway_reference", "gateway_reference IS NOT NULL", "gateway_reference", "gateway"),
    sa.Index("ix_payments_customer", "merchant_id", "customer_id", "created_at", "id"),
    sa.Index("ix_payments_status", "status", *_newest(Whose.A_VALUES)),
    sa.Index("ix_payments_gateway", "gateway", *_newest(Whose.A_VALUES)),
    sa.Index("ix_payments_merchant_currency", "merchant_id", "currency", "created_at", "id"),
    sa.Index("ix_payments_merchant_method", "merchant_id", "method_type", "created_at", "id"),
    sa.Index("ix_payments_merchant_gateway", "merchant_id", "gateway", "created_at", "id"),
    _some("ix_payments_merchant_brand", "brand IS NOT NULL", "merchant_id", "brand", "created_at", "id"),
    _some(
        *("ix_payments_merchant_decline", "decline_code IS NOT NULL"),
        *("merchant_id", "decline_code", "created_at", "id"),
    ),
    _some("ix_payments_merchant_captured", "captured_at IS NOT NULL", "merchant_id", "captured_at"),
    _some("ix_payments_refunded", "refunded_minor + refund_pending_minor > 0", "merchant_id", "created_at", "id"),
    _some("ix_payments_disputed", "disputed_minor > 0", "merchant_id", "created_at", "id"),
    _some("ix_payments_unknown", "unknown_operations > 0", "merchant_id", "created_at", "id"),
    _some("ix_payments_all_unknown", "unknown_operations > 0", *_newest(Whose.A_VALUES)),
    sa.Index(
        "ix_payments_authorization_expires",
        "authorization_expires_at",
        postgresql_where=sa.text("status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'IN_REVIEW')"),
    ),
    sa.Index(
        "ix_payments_action_expires",
        "next_action_expires_at",
        postgresql_where=sa.text("status = 'REQUIRES_ACTION'"),
    ),
)

operations = sa.Table(
    "operations",
    metadata,
    *tenant_key("operations"),
    uuid("payment_id"),
    text("type"),
    text("status"),
    text("gateway"),
    minor("amount_minor"),
    text("currency"),
    flag("capture"),
    flag("final"),
    flag("confirms"),
    flag("request_3ds"),
    text("gateway_reference", nullable=True),
    text("response_code", nullable=True),
    moment("requested_at"),
    moment("accepted_at", nullable=True),
    moment("completed_at", nullable=True),
    sa.Column("checks", sa.Integer, nullable=False),
    moment("next_check_at", nullable=True),
    _of_parent("operations", "payment_id", "payments"),
    sa.Index("ix_operations_id", "id"),
    sa.Index("ix_operations_payment", "merchant_id", "payment_id", "id"),
    sa.Index("ix_operations_next_check", "next_check_at", postgresql_where=sa.text("next_check_at IS NOT NULL")),
)

captures = sa.Table(
    "captures",
    metadata,
    *tenant_key("captures"),
    uuid("payment_id"),
    uuid("operation_id"),
    text("status"),
    minor("amount_minor"),
    text("currency"),
    flag("final"),
    minor("fee_minor"),
    moment("created_at"),
    _of_parent("captures", "payment_id", "payments"),
    _of_parent("captures", "operation_id", "operations"),
    sa.UniqueConstraint("merchant_id", "operation_id", name="uq_captures_operation"),
    sa.Index("ix_captures_id", "id"),
    sa.Index("ix_captures_payment", "merchant_id", "payment_id", "id"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    *tenant_key("refunds"),
    uuid("payment_id"),
    uuid("operation_id"),
    text("status"),
    minor("amount_minor"),
    text("currency"),
    text("reason"),
    text("failure_code", nullable=True),
    minor("returned_fee_minor"),
    minor("fee_minor"),
    moment("created_at"),
    _of_parent("refunds", "payment_id", "payments"),
    _of_parent("refunds", "operation_id", "operations"),
    sa.UniqueConstraint("merchant_id", "operation_id", name="uq_refunds_operation"),
    sa.Index("ix_refunds_id", "id"),
    sa.Index("ix_refunds_payment", "merchant_id", "payment_id", "id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    uuid("merchant_id"),
    text("mutation"),
    text("key"),
    sa.Column("input_hash", sa.LargeBinary, nullable=False),
    uuid("payment_id"),
    uuid("operation_id"),
    moment("claimed_at"),
    sa.PrimaryKeyConstraint("merchant_id", "mutation", "key", name="pk_idempotency_keys"),
)

payment_origins = sa.Table(
    "payment_origins",
    metadata,
    uuid("merchant_id"),
    uuid("payment_id"),
    text("ip_address", nullable=True),
    text("device_id", nullable=True),
    text("customer_account", nullable=True),
    text("shipping_address", nullable=True),
    text("billing_country", nullable=True),
    text("shipping_country", nullable=True),
    sa.PrimaryKeyConstraint("merchant_id", "payment_id", name="pk_payment_origins"),
    _of_parent("payment_origins", "payment_id", "payments"),
)

payment_words = _words("payment", moment("created_at"))
customer_words = _words("customer")
