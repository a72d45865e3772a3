"""Settlements: every posting to `pending` in one line or still open, and lines that sum to what became available."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

# Written once more, so that it says something about the closings' own.
_KIND = """
    CASE WHEN e.kind IN ('CAPTURE', 'REFUND', 'REFUND_RETURNED') AND p.position >= 2 THEN 'FEE'
         WHEN e.kind = 'DISPUTE' AND p.position >= 2 THEN 'DISPUTE_FEE'
         WHEN e.kind = 'REFUND_RETURNED' THEN 'REFUND'
         ELSE e.kind END
"""
_LINES_SUM = Check(
    name="settlement-lines",
    sentence=(
        "{settlement_id} says {line_count} lines that sum to {sums} and a net of {net_minor};"
        " its lines are {lines} and sum to {found}"
    ),
    statement="""
WITH lines AS (
    SELECT merchant_id, settlement_id, kind, sign(amount_minor) AS side, sum(amount_minor) AS minor, count(*) AS lines,
           bool_and(kind <> 'CARRIED_OVER' OR (position, sign(amount_minor)) IN ((-1, 1), (-2, -1))) AS carried_well
    FROM settlement_lines GROUP BY 1, 2, 3, 4
), found AS (
    SELECT merchant_id, settlement_id, sum(lines) AS lines, bool_and(carried_well) AS carried_well, ARRAY[
        coalesce(sum(minor) FILTER (WHERE kind = 'CAPTURE'), 0), coalesce(sum(minor) FILTER (WHERE kind = 'REFUND'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'FEE'), 0), coalesce(sum(minor) FILTER (WHERE kind = 'DISPUTE'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'DISPUTE_FEE'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'DISPUTE_REVERSAL'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'RESERVE_HOLD'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'RESERVE_RELEASE'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'ADJUSTMENT'), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'CARRIED_OVER' AND side < 0), 0),
        coalesce(sum(minor) FILTER (WHERE kind = 'CARRIED_OVER' AND side > 0), 0)]::numeric[] AS sums,
        sum(minor) AS net
    FROM lines GROUP BY 1, 2
), said AS (
    SELECT merchant_id, id AS settlement_id, line_count, net_minor, ARRAY[
        captures_minor, refunds_minor, fees_minor, disputes_minor, dispute_fees_minor, dispute_reversals_minor,
        reserve_held_minor, reserve_released_minor, adjustments_minor, carried_in_minor, carried_out_minor
    ]::numeric[] AS sums FROM settlements
)
SELECT coalesce(s.settlement_id, f.settlement_id) AS settlement_id, coalesce(s.line_count, 0) AS line_count,
       coalesce(s.net_minor, 0) AS net_minor, array_to_string(s.sums, ' ') AS sums, coalesce(f.lines, 0) AS lines,
       coalesce(array_to_string(f.sums, ' '), 'nothing') AS found
FROM said AS s FULL JOIN found AS f ON (f.merchant_id, f.settlement_id) = (s.merchant_id, s.settlement_id)
WHERE s.settlement_id IS NULL OR s.line_count <> coalesce(f.lines, 0) OR s.net_minor <> coalesce(f.net, 0)
   OR s.sums <> coalesce(f.sums, array_fill(0::numeric, ARRAY[11])) OR NOT coalesce(f.carried_well, true)
""",
)
_LINES_ARE_POSTINGS = Check(
    name="settlement-posting",
    sentence="line {position} of {entry_id} in {settlement_id} says {said}, and the ledger {posted}",
    statement=f"""
SELECT l.settlement_id, l.entry_id, l.position,
       format('%s %s %s', l.kind, l.amount_minor, l.currency) AS said,
       coalesce(format('%s on %s, %s %s', p.kind, p.account, -p.amount_minor, p.currency), 'nothing') AS posted
FROM settlement_lines AS l
LEFT JOIN settlements AS s ON (s.merchant_id, s.id) = (l.merchant_id, l.settlement_id)
LEFT JOIN (
    SELECT p.*, e.payment_id, e.dispute_id, e.kind AS entry_kind, e.settlement_id, {_KIND} AS kind
    FROM ledger_postings AS p JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
    WHERE p.account = 'pending'
) AS p ON (p.merchant_id, p.entry_id, p.position) = (l.merchant_id, l.entry_id, l.position)
WHERE CASE WHEN l.kind = 'CARRIED_OVER' THEN
    (l.entry_id, l.currency) IS DISTINCT FROM (s.id, s.currency) OR l.position NOT IN (-1, -2)
ELSE
    (l.kind, l.amount_minor, l.currency, l.posted_at)
        IS DISTINCT FROM (p.kind, -p.amount_minor, p.currency, p.posted_at)
    OR (l.payment_id, l.dispute_id) IS DISTINCT FROM (p.payment_id, p.dispute_id)
    OR l.currency IS DISTINCT FROM s.currency
    OR (l.kind = 'RESERVE_HOLD' AND p.settlement_id IS DISTINCT FROM l.settlement_id)
    OR (l.kind <> 'RESERVE_HOLD' AND l.posted_at > s.cut_off)
END
""",  # noqa: S608 - ours
)
# Open is what no closing has looked past: it will be in a line of one to come.
_POSTINGS_ARE_LINES = Check(
    name="settlement-once",
    sentence="posting {position} of {entry_id}, {kind} of {minor} {currency} to pending, is in no line, nor still open",
    statement="""
SELECT p.entry_id, p.position, e.kind, -p.amount_minor AS minor, p.currency
FROM ledger_postings AS p
JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id) AND e.kind <> 'SETTLEMENT'
LEFT JOIN settlement_lines AS l ON (l.merchant_id, l.entry_id, l.position) = (p.merchant_id, p.entry_id, p.position)
LEFT JOIN settlement_accounts AS a ON (a.merchant_id, a.currency) = (p.merchant_id, p.currency)
WHERE p.account = 'pending' AND l.entry_id IS NULL AND (p.xid < a.open_from OR e.kind = 'RESERVE_HOLD')
""",
)
_ENTRIES_AGREE = Check(
    name="settlement-entry",
    sentence="{settlement_id} made {net_minor} {currency} available; its entry {entry_id} says {posted}",
    statement="""
WITH posted AS (
    SELECT e.merchant_id, e.id, e.settlement_id, min(p.currency) AS currency, count(*) AS postings,
           -sum(p.amount_minor) FILTER (WHERE p.account = 'available') AS available,
           sum(p.amount_minor) FILTER (WHERE p.account = 'pending') AS pending
    FROM ledger_entries AS e JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
    WHERE e.kind = 'SETTLEMENT' GROUP BY 1, 2, 3
)
SELECT coalesce(s.id, p.settlement_id) AS settlement_id, coalesce(s.net_minor, 0) AS net_minor,
       coalesce(s.currency, p.currency) AS currency, coalesce(s.entry_id, p.id) AS entry_id,
       coalesce(p.available::text, 'nothing') AS posted
FROM (SELECT * FROM settlements WHERE net_minor > 0) AS s
FULL JOIN posted AS p ON (p.merchant_id, p.id) = (s.merchant_id, s.entry_id)
WHERE (s.id, s.currency, s.net_minor::numeric, s.net_minor::numeric, 2::bigint)
      IS DISTINCT FROM (p.settlement_id, p.currency, p.available, p.pending, p.postings)
""",
)
_CHAIN = Check(
    name="settlement-chain",
    sentence=(
        "settlement {number} of {merchant_id} in {currency} is {status}, carries in {carried_in_minor} and begins at"
        " {period_start}; the one before is {former_status}, carried out {former_carried_minor} and ended at"
        " {former_end}"
    ),
    statement="""
SELECT * FROM (
    SELECT merchant_id, currency, number, status, carried_in_minor, period_start, cut_off,
           lag(number) OVER chain AS former_number, lag(status) OVER chain AS former_status,
           lag(carried_out_minor) OVER chain AS former_carried_minor, lag(cut_off) OVER chain AS former_end
    FROM settlements WINDOW chain AS (PARTITION BY merchant_id, currency ORDER BY number)
) AS s
WHERE number <> coalesce(former_number, 0) + 1 OR period_start IS DISTINCT FROM former_end OR cut_off <= former_end
   OR (former_number IS NOT NULL AND former_end IS NULL) OR (status <> 'OPEN' AND former_status = 'OPEN')
   OR carried_in_minor <> CASE WHEN status = 'OPEN' THEN 0 ELSE -coalesce(former_carried_minor, 0) END
""",
)
_ACCOUNTS_FOLLOW = Check(
    name="settlement-account",
    sentence=(
        "the {currency} account of {merchant_id} comes to settlement {next_number}, is open until {open_until}, was cut"
        " off at {last_cut_off} and carries {carried_minor}; its settlements say {number}, {open_end}, {closed_end},"
        " {carried}"
    ),
    statement="""
SELECT a.merchant_id, a.currency, a.next_number, a.open_until, a.last_cut_off, a.carried_minor,
       newest.number, newest.cut_off AS open_end, closed.cut_off AS closed_end,
       -coalesce(closed.carried_out_minor, 0) AS carried
FROM settlement_accounts AS a
LEFT JOIN LATERAL (
    SELECT * FROM settlements WHERE (merchant_id, currency) = (a.merchant_id, a.currency) ORDER BY number DESC LIMIT 1
) AS newest ON true
LEFT JOIN LATERAL (
    SELECT * FROM settlements
    WHERE (merchant_id, currency) = (a.merchant_id, a.currency) AND status <> 'OPEN' ORDER BY number DESC LIMIT 1
) AS closed ON true
WHERE newest.status IS DISTINCT FROM 'OPEN' OR a.next_number <> newest.number + 1
   OR (a.open_until, a.last_cut_off) IS DISTINCT FROM (newest.cut_off, closed.cut_off)
   OR a.carried_minor <> -coalesce(closed.carried_out_minor, 0)
""",
)
_EVENTS_FOLLOW = Check(
    name="settlement-events",
    sentence="{settlement_id} is {status} at version {version} and has {events} events, the last of which is {name}",
    statement="""
SELECT coalesce(s.id, e.subject_id) AS settlement_id, coalesce(s.status, 'missing') AS status,
       coalesce(s.version, 0) AS version, coalesce(e.events, 0) AS events, coalesce(e.name, 'none') AS name
FROM settlements AS s
FULL JOIN (
    SELECT merchant_id, subject_id, count(*) AS events, count(DISTINCT sequence) AS numbers, max(sequence) AS last,
           (array_agg(name ORDER BY sequence DESC))[1] AS name
    FROM events WHERE subject_type = 'settlement' GROUP BY 1, 2
) AS e ON (e.merchant_id, e.subject_id) = (s.merchant_id, s.id)
WHERE s.id IS NULL OR (s.version, s.version, s.version) IS DISTINCT FROM (e.events, e.numbers, e.last)
   OR s.status <> CASE e.name WHEN 'settlement.closed' THEN 'CLOSED' WHEN 'settlement.paid_out' THEN 'PAID_OUT'
                  ELSE 'OPEN' END
""",
)

SETTLEMENT_CHECKS = (
    _LINES_SUM,
    _LINES_ARE_POSTINGS,
    _POSTINGS_ARE_LINES,
    _ENTRIES_AGREE,
    _CHAIN,
    _ACCOUNTS_FOLLOW,
    _EVENTS_FOLLOW,
)
