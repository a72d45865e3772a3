"""Range partitions by the time inside UUIDv7 ids, a quarter each."""

from __future__ import annotations

from alembic import op

_FLOOR = """
CREATE FUNCTION uuid_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    -- The smallest UUIDv7 (RFC 9562) of a millisecond.
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$
"""

# Triggers for statements do not pass on to partitions, and a wrong program may name a partition.
_GUARD = """
CREATE FUNCTION guard_partition(parent text, child text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', child);
    IF parent = 'ledger_postings' THEN
        EXECUTE format('CREATE TRIGGER check_postings AFTER INSERT ON %I REFERENCING NEW TABLE AS inserted'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION check_postings()', child);
    END IF;
END $$
"""

_ENSURE = """
CREATE FUNCTION ensure_partitions(parent text, since timestamptz, until timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    quarter timestamptz := date_trunc('quarter', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    following timestamptz;
    child text;
    made integer := 0;
BEGIN
    IF parent NOT IN ('events', 'audit_records', 'ledger_entries', 'ledger_postings', 'settlement_lines',
                      'bank_entries') THEN
        RAISE EXCEPTION 'no partitioned table %', parent;
    END IF;
    WHILE quarter < until LOOP
        following := (quarter AT TIME ZONE 'UTC' + interval '3 months') AT TIME ZONE 'UTC';
        child := format('%s_%s', parent, to_char(quarter AT TIME ZONE 'UTC', 'YYYY"q"Q'));
        IF to_regclass(child) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           child, parent, uuid_floor(quarter), uuid_floor(following));
            PERFORM guard_partition(parent, child);
            made := made + 1;
        END IF;
        quarter := following;
    END LOOP;
    RETURN made;
END $$
"""

FUNCTIONS = (_FLOOR, _GUARD, _ENSURE)


def partition(table: str) -> None:
    """Partitions from half a year back to half a year ahead, and one for whatever lies outside."""
    op.execute(f"SELECT ensure_partitions('{table}', now() - interval '6 months', now() + interval '6 months')")
    op.execute(f"CREATE TABLE {table}_other PARTITION OF {table} DEFAULT")
    op.execute(f"SELECT guard_partition('{table}', '{table}_other')")
