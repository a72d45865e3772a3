"""What was answered to networks: evidence as it was when it was submitted, with its files, and nothing unapproved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.disputes.rows import evidence_of
from adapters.postgres.verification.check import MOST_VIOLATIONS, QUERY_SECONDS, Check, listed
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from adapters.postgres.database import FencedConnection

_ANSWERS_CARRY_EVIDENCE = Check(
    name="evidence-answer",
    sentence="the evidence of {dispute_id} for {stage} is {status}, its hash {sha256}; {answers} answers carried it",
    statement="""
SELECT coalesce(e.dispute_id, r.dispute_id) AS dispute_id, coalesce(e.stage, r.stage) AS stage,
       coalesce(e.status, 'missing') AS status, e.sha256, coalesce(r.answers, 0) AS answers
FROM dispute_evidence AS e FULL JOIN (
    SELECT merchant_id, dispute_id, stage, min(sha256) AS sha256, count(*) AS answers FROM dispute_responses
    WHERE kind = 'COUNTER' AND status = 'SUCCEEDED' GROUP BY 1, 2, 3
) AS r ON (r.merchant_id, r.dispute_id, r.stage) = (e.merchant_id, e.dispute_id, e.stage)
WHERE (coalesce(r.answers, 0), r.sha256)
      IS DISTINCT FROM (CASE WHEN e.status = 'SUBMITTED' THEN 1 ELSE 0 END::bigint, e.sha256)
""",
)
_FILES_EXIST = Check(
    name="evidence-file",
    sentence="the evidence of {dispute_id} for {stage} lists {name!r}, which is {file}",
    statement="""
SELECT e.dispute_id, e.stage, l ->> 'name' AS name,
       CASE WHEN f.id IS NULL THEN 'missing' WHEN f.status <> 'STORED' THEN f.status ELSE 'another file' END AS file
FROM dispute_evidence AS e CROSS JOIN LATERAL jsonb_array_elements(e.files) AS l
LEFT JOIN evidence_files AS f ON (f.merchant_id, f.id) = (e.merchant_id, (l ->> 'id')::uuid)
WHERE e.status = 'SUBMITTED'
  AND ('STORED', e.dispute_id, e.stage, l ->> 'kind', l ->> 'name', l ->> 'content_type', l ->> 'sha256',
       (l ->> 'size_bytes')::bigint)
      IS DISTINCT FROM (f.status, f.dispute_id, f.stage, f.kind, f.name, f.content_type, f.sha256, f.size_bytes)
""",
)
_ACCEPTED_AS_APPROVED = Check(
    name="approval-acceptance",
    sentence="{request_id} is {status}, decided by {decided_by_name}, and the acceptance of {dispute_id} is {answer}",
    statement="""
SELECT a.id AS request_id, a.status, coalesce(a.decided_by_name, 'nobody') AS decided_by_name,
       a.subject_id AS dispute_id, coalesce(r.kind || ' ' || r.status, 'missing') AS answer
FROM approval_requests AS a
LEFT JOIN dispute_responses AS r ON (r.merchant_id, r.id) = (a.merchant_id, a.operation_id)
WHERE a.action = 'ACCEPT_DISPUTE' AND NOT CASE
    WHEN r.id IS NOT NULL AND (r.dispute_id, r.kind) <> (a.subject_id, 'ACCEPT') THEN false
    WHEN a.status = 'SUCCEEDED' THEN coalesce(r.status = 'SUCCEEDED', false)
    WHEN a.status = 'FAILED' THEN coalesce(r.status = 'FAILED', true)
    ELSE a.status = 'APPROVED' OR r.id IS NULL
END
""",
)
EVIDENCE_CHECKS = (_ANSWERS_CARRY_EVIDENCE, _FILES_EXIST, _ACCEPTED_AS_APPROVED)

HASH_CHECK = "evidence-hash"
_SUBMITTED = "SELECT * FROM dispute_evidence WHERE status = 'SUBMITTED' ORDER BY merchant_id, dispute_id, stage"
_AT_ONCE = 50


async def evidence_violations(connection: FencedConnection) -> list[str]:
    """Submitted evidence whose texts and files are not those of its hash; call it in a transaction."""
    found: list[str] = []
    async for row in connection.cursor(_SUBMITTED, prefetch=_AT_ONCE, timeout=QUERY_SECONDS):
        evidence = evidence_of(row)
        if evidence.content_sha256 != evidence.sha256:
            name = format_id(Prefix.DISPUTE, evidence.dispute_id)
            found.append(f"the evidence of {name} for {evidence.stage} was altered after it was submitted")
        if len(found) > MOST_VIOLATIONS:
            break
    return listed(HASH_CHECK, found)
