"""Payment files against the payouts that they hold."""

from __future__ import annotations

from adapters.postgres.verification.check import Check

_SUMS_AGREE = Check(
    name="payment-file-sum",
    sentence=(
        "{payment_file_id} says {payout_count} payouts and {control_sum_minor} {currency}; it holds {payouts} payouts"
        " and {sum_minor} {currencies}"
    ),
    statement="""
SELECT f.id AS payment_file_id, f.payout_count, f.control_sum_minor, f.currency, coalesce(p.payouts, 0) AS payouts,
       coalesce(p.sum_minor, 0) AS sum_minor, coalesce(p.currencies, 'of nothing') AS currencies
FROM payment_files AS f LEFT JOIN (
    SELECT payment_file_id, count(*) AS payouts, sum(amount_minor) AS sum_minor,
           string_agg(DISTINCT currency, ', ') AS currencies
    FROM payouts WHERE payment_file_id IS NOT NULL GROUP BY 1
) AS p ON p.payment_file_id = f.id
WHERE (f.payout_count, f.control_sum_minor, f.currency) IS DISTINCT FROM (p.payouts, p.sum_minor, p.currencies)
""",
)
_STATES_AGREE = Check(
    name="payment-file-state",
    sentence="{payment_file_id} is {file_status}, and its {payout_id} is {payout_status}",
    # Between a file that failed and its payouts stands the job that fails them.
    statement="""
SELECT f.id AS payment_file_id, f.status AS file_status, p.id AS payout_id, p.status AS payout_status
FROM payment_files AS f JOIN payouts AS p ON p.payment_file_id = f.id
WHERE p.status <> ALL (CASE f.status
    WHEN 'PREPARED' THEN ARRAY['APPROVED']
    WHEN 'DELIVERED' THEN ARRAY['IN_TRANSIT', 'PAID', 'RETURNED', 'FAILED']
    ELSE ARRAY['APPROVED', 'FAILED'] END)
""",
)
_SENT_ONCE = Check(
    name="payment-file-once",
    sentence="{payout_id} was delivered to a bank {times} times, in {files}",
    statement="""
SELECT payout_id, count(*) AS times, string_agg(payment_file_id::text, ', ') AS files
FROM payout_attempts WHERE outcome = 'DELIVERED' GROUP BY merchant_id, payout_id HAVING count(*) > 1
""",
)

PAYMENT_FILE_CHECKS = (_SUMS_AGREE, _STATES_AGREE, _SENT_ONCE)
