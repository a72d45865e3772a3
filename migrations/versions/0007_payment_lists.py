"""Lists of payments stay as fast however many there are: indexes in the lists' order, metadata among the words."""

from __future__ import annotations

from alembic import op

from migrations.fences import fence

revision = "0007_payment_lists"
down_revision = "0006_payments"
branch_labels = None
depends_on = None

# Lists and indexes over all merchants say where nulls would stand, though there are none, and those of one value say it
# otherwise. So a merchant's list, which says nothing, never goes by their indexes, past all that others have.
_OF_ALL = "created_at DESC NULLS LAST, id DESC NULLS LAST"
_OF_VALUE = "created_at DESC, id DESC NULLS LAST"
# What a list is filtered by, before its order. Those that few payments have are partial, and cost the others nothing.
_INDEXES = {
    "ix_payments_merchant_currency": "(merchant_id, currency, created_at, id)",
    "ix_payments_merchant_method": "(merchant_id, method_type, created_at, id)",
    "ix_payments_merchant_brand": "(merchant_id, brand, created_at, id) WHERE brand IS NOT NULL",
    "ix_payments_merchant_gateway": "(merchant_id, gateway, created_at, id)",
    "ix_payments_merchant_decline": "(merchant_id, decline_code, created_at, id) WHERE decline_code IS NOT NULL",
    "ix_payments_merchant_captured": "(merchant_id, captured_at) WHERE captured_at IS NOT NULL",
    "ix_payments_refunded": "(merchant_id, created_at, id) WHERE refunded_minor + refund_pending_minor > 0",
    "ix_payments_disputed": "(merchant_id, created_at, id) WHERE disputed_minor > 0",
    "ix_payments_status": f"(status, {_OF_VALUE})",
    "ix_payments_gateway": f"(gateway, {_OF_VALUE})",
    "ix_payments_all_unknown": f"({_OF_VALUE}) WHERE unknown_operations > 0",
}
# The same names for more. Amounts, scores and moments outside of a span are passed over without a look at the table;
# a reference that many payments share has its order; the order of all merchants is none of a merchant's.
_CHANGED = {
    "ix_payments_merchant_created": (
        "(merchant_id, created_at, id)",
        "(merchant_id, created_at, id, captured_at, amount_scaled, risk_score)",
    ),
    "ix_payments_created": ("(created_at, id)", f"({_OF_ALL})"),
    "ix_payments_amount": ("(amount_scaled, id)", "(amount_scaled DESC NULLS LAST, id DESC NULLS LAST)"),
    "ix_payments_reference": ("(reference)", f"(reference, {_OF_VALUE})"),
}

# Row-level security as before, in words that PostgreSQL guesses better: of the condition as it stands it expects that
# one row in twenty passes, and so it gathers and sorts what it would better read in order. Of IS NOT NULL on whatever
# it cannot look into, it expects that all rows pass, and behind a merchant's index they do.
_POLICY = """
ALTER POLICY merchant_fence ON {table} USING (
    CASE WHEN (SELECT current_setting('paydesk.merchants', true)) = '*' OR merchant_id = ANY (
        (SELECT string_to_array(nullif(current_setting('paydesk.merchants', true), '*'), ','))::uuid[]
    ) THEN true END IS NOT NULL
)
"""
_FORMER_POLICY = """
ALTER POLICY merchant_fence ON {table} USING (
    (SELECT current_setting('paydesk.merchants', true)) = '*'
    OR merchant_id = ANY (
        (SELECT string_to_array(nullif(current_setting('paydesk.merchants', true), '*'), ','))::uuid[]
    )
)
"""
_FENCED = ("customers", "payments", "operations", "captures", "refunds", "customer_words")

# Words by the moment of their payment, so that a common one has the newest first.
_WORDS = """
CREATE TABLE payment_words (
    merchant_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    payment_id uuid NOT NULL
)
"""
_FORMER_WORDS = """
CREATE TABLE payment_words (
    merchant_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    payment_id uuid NOT NULL
)
"""
# A pair of metadata is a word as well. No word of a text begins so, and the digest is short whatever the pair is.
_SPLIT = """
SELECT p.merchant_id, w.word, p.created_at, p.id
FROM {source} AS p, regexp_split_to_table(lower(p.reference), '[^[:alnum:]]+') AS w (word)
WHERE w.word <> ''
UNION
SELECT p.merchant_id, '=' || md5(pair.key || chr(31) || pair.value), p.created_at, p.id
FROM {source} AS p, jsonb_each_text(p.metadata) AS pair
"""
_FORMER_SPLIT = """
SELECT DISTINCT p.merchant_id, w.word, p.id
FROM {source} AS p, regexp_split_to_table(lower(p.reference), '[^[:alnum:]]+') AS w (word)
WHERE w.word <> ''
"""
_KEEP = """
CREATE OR REPLACE FUNCTION keep_payment_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payment_words ({columns}) {split};
    RETURN NULL;
END $$
"""
_COLUMNS = "merchant_id, word, created_at, payment_id"
_FORMER_COLUMNS = "merchant_id, word, payment_id"


def upgrade() -> None:
    """Make the indexes, and the words anew."""
    for name, definition in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON payments {definition}")
    for name, (_, changed) in _CHANGED.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON payments {changed}")
    # With the merchant, whom row-level security asks for, staff need not look at the table.
    by_word = "(word, created_at DESC NULLS LAST, payment_id DESC NULLS LAST) INCLUDE (merchant_id)"
    _make_words(_WORDS, _SPLIT, _COLUMNS, by_word)
    for table in (*_FENCED, "payment_words"):
        op.execute(_POLICY.format(table=table))


def downgrade() -> None:
    """Back to what was."""
    for table in _FENCED:
        op.execute(_FORMER_POLICY.format(table=table))
    _make_words(_FORMER_WORDS, _FORMER_SPLIT, _FORMER_COLUMNS, "(word, payment_id)")
    for name, (former, _) in _CHANGED.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON payments {former}")
    for name in _INDEXES:
        op.execute(f"DROP INDEX {name}")


def _make_words(table: str, split: str, columns: str, index: str) -> None:
    """Payments know all of it, so the table is written again, which is faster than to change each of its rows."""
    # Nobody adds a payment between the copy and the new trigger function.
    op.execute("LOCK TABLE payments IN SHARE ROW EXCLUSIVE MODE")
    op.execute("DROP TABLE payment_words")
    op.execute(table)
    op.execute(_KEEP.format(columns=columns, split=split.format(source="inserted")))
    op.execute(f"INSERT INTO payment_words ({columns}) {split.format(source='payments')}")
    op.execute(f"ALTER TABLE payment_words ADD CONSTRAINT pk_payment_words PRIMARY KEY ({columns})")
    op.execute(f"CREATE INDEX ix_payment_words_word ON payment_words {index}")
    fence("payment_words", grants="SELECT, INSERT")
