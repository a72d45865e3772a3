"""The graph: every context's fields, put together."""

from __future__ import annotations

import strawberry
from graphql import GraphQLInputObjectType, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from api.approvals.mutations import ApprovalMutations
from api.approvals.queries import ApprovalQueries
from api.audit.events import Event
from api.audit.queries import AuditQueries
from api.audit.types import AuditRecord
from api.disputes.files import FileMutations
from api.disputes.mutations import DisputeMutations
from api.disputes.queries import DisputeQueries
from api.fraud.list_mutations import FraudListMutations
from api.fraud.queries import FraudQueries
from api.fraud.review_mutations import FraudReviewMutations
from api.fraud.rule_mutations import FraudRuleMutations
from api.identity.mutations import IdentityMutations
from api.identity.queries import IdentityQueries
from api.identity.types import ApiClient, User
from api.ledger.queries import LedgerQueries
from api.ledger.types import LedgerEntry
from api.merchants.mutations import MerchantMutations
from api.merchants.queries import MerchantQueries
from api.nodes import NodeQueries
from api.payments.children import Operation
from api.payments.mutations import PaymentMutations
from api.payments.queries import PaymentQueries
from api.reconciliation.mutations import ReconciliationMutations
from api.reconciliation.queries import ReconciliationQueries
from api.scalars import SCALARS
from api.settlements.bank_account_mutations import BankAccountMutations
from api.settlements.bank_account_queries import BankAccountQueries
from api.settlements.file_queries import PaymentFileMutations, PaymentFileQueries
from api.settlements.mutations import SettlementMutations
from api.settlements.payout_mutations import PayoutMutations
from api.settlements.payout_queries import PayoutQueries
from api.settlements.queries import SettlementQueries


@strawberry.type(description="All that can be read.")
class Query(
    NodeQueries,
    IdentityQueries,
    MerchantQueries,
    PaymentQueries,
    DisputeQueries,
    FraudQueries,
    BankAccountQueries,
    SettlementQueries,
    PayoutQueries,
    PaymentFileQueries,
    ReconciliationQueries,
    ApprovalQueries,
    LedgerQueries,
    AuditQueries,
):
    """Every context's queries."""


@strawberry.type(description="All that can be done. Each answers with its payload, or with an error that says why not.")
class Mutation(
    PaymentMutations,
    DisputeMutations,
    FileMutations,
    FraudReviewMutations,
    FraudRuleMutations,
    FraudListMutations,
    BankAccountMutations,
    SettlementMutations,
    PayoutMutations,
    PaymentFileMutations,
    ReconciliationMutations,
    ApprovalMutations,
    MerchantMutations,
    IdentityMutations,
):
    """Every context's mutations."""


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    # Types that only `node` reaches.
    types=[AuditRecord, Event, LedgerEntry, Operation, User, ApiClient],
    config=StrawberryConfig(scalar_map=SCALARS),
)

# Strawberry checks @oneOf by itself, but tells graphql-core nothing of it: neither SDL nor introspection would show it.
for _named in schema._schema.type_map.values():  # noqa: SLF001 - the graphql-core schema
    if isinstance(_named, GraphQLInputObjectType):
        _named.is_one_of = _named.extensions["strawberry-definition"].is_one_of


def sdl() -> str:
    """The schema as text, sorted, so that two of them can be compared."""
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"  # noqa: SLF001 - the graphql-core schema
