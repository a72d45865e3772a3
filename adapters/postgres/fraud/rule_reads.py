"""The read side of rules, their versions and the sets that are in force."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.fraud import rows
from adapters.postgres.keyset import slice_of
from domain.fraud.rule_set import RuleSet
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.fraud.filter import RuleFilter
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice

# What a rule does: by its version that acts, else by the one that is tried out, else by the newest.
_OF_ACTION = """
EXISTS (SELECT FROM fraud_rule_versions AS v
        WHERE v.merchant_id = fraud_rules.merchant_id AND v.rule_id = fraud_rules.id
          AND v.number = coalesce(fraud_rules.published, fraud_rules.shadow, fraud_rules.latest)
          AND v.action = ANY ({}::text[]))
"""
_VERSIONS = """
SELECT v.* FROM unnest($1::uuid[], $2::uuid[]) AS r (merchant_id, id)
JOIN fraud_rule_versions AS v ON v.merchant_id = r.merchant_id AND v.rule_id = r.id
ORDER BY v.number DESC
"""
_IN_FORCE = """
SELECT s.* FROM unnest($1::uuid[]) AS author (id)
CROSS JOIN LATERAL (
    SELECT * FROM fraud_rule_sets WHERE merchant_id = author.id ORDER BY revision DESC LIMIT 1
) AS s
"""


class RuleReads:
    """Satisfies `api.fraud.reads.RuleReads`. The fence shows everybody the platform's; the scope does not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self, scope: Scope, wanted: RuleFilter, request: PageRequest) -> Slice[FraudRule]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        merchants = None if wanted.merchant_ids is None else list(wanted.merchant_ids)
        conditions.add("merchant_id = ANY ({}::uuid[])", merchants)
        if wanted.platform is not None:
            conditions.add("merchant_id = {}::uuid" if wanted.platform else "merchant_id <> {}::uuid", PLATFORM)
        conditions.any_of("status", wanted.status)
        if wanted.action is not None:
            conditions.add(_OF_ACTION, [action.value for action in wanted.action])
        page = newest_first("fraud_rules", conditions, request)
        async with self._database.connection(scope) as connection:
            return slice_of(await connection.fetch(page, *conditions.arguments), request, rows.rule_of)

    async def rules_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, FraudRule]:
        """Those within the scope."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch("SELECT * FROM fraud_rules WHERE id = ANY ($1::uuid[])", list(ids))
        return {row["id"]: rows.rule_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def versions_of(self, scope: Scope, rules: Sequence[FraudRule]) -> list[list[RuleVersion]]:
        """All versions of each rule, newest first; of a rule beyond the scope there are none."""
        own = {rule.id: rule.merchant_id for rule in rules if scope.covers(rule.merchant_id)}
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_VERSIONS, list(own.values()), list(own))
        versions: defaultdict[UUID, list[RuleVersion]] = defaultdict(list)
        for row in found:
            versions[row["rule_id"]].append(rows.version_of(row))
        return [versions.get(rule.id, []) for rule in rules]

    async def rule_sets(self, scope: Scope, merchant_ids: Collection[UUID]) -> Mapping[UUID, RuleSet]:
        """What is in force, by author; the empty set for whoever has none. Authors beyond the scope are left out."""
        authors = [author for author in dict.fromkeys(merchant_ids) if scope.covers(author)]
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_IN_FORCE, authors)
        sets = {author: RuleSet(merchant_id=author) for author in authors}
        return sets | {row["merchant_id"]: rows.rule_set_of(row) for row in found}
