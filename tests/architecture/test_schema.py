"""The schema keeps the contract that clients written by others rely on, describes all of itself, and is checked in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationDefinitionNode,
    UnionTypeDefinitionNode,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    print_ast,
    validate,
)
from graphql.execution.values import get_variable_values

from api.schema import schema, sdl
from domain.kernel.paging import DEFAULT_PAGE, MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLNamedType

# To graphql-core a name may stand for any kind of type; a test knows which one it asks for.
CORE: Any = schema._schema
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "web" / "portal" / "src" / "graphiql"
TYPES = [kind for kind in CORE.type_map.values() if not is_introspection_type(kind)]
# What others rely on: anything may stand beside it, nothing of it may change.
CONTRACT = """
interface Node { id: ID! }
interface UserError { code: ErrorCode!  message: String!  path: [String!] }
type InvalidInput implements UserError { code: ErrorCode!  message: String!  path: [String!] }
type NotFound implements UserError { code: ErrorCode!  message: String!  path: [String!] }
type PermissionDenied implements UserError { code: ErrorCode!  message: String!  path: [String!] }
type InvalidState implements UserError { code: ErrorCode!  message: String!  path: [String!] }
type AmountExceedsLimit implements UserError { code: ErrorCode!  message: String!  path: [String!]  limit: Money! }
type IdempotencyConflict implements UserError { code: ErrorCode!  message: String!  path: [String!] }
type IdempotencyInProgress implements UserError { code: ErrorCode!  message: String!  path: [String!] }
type Money { amount: Decimal!  minorUnits: BigInt!  currency: CurrencyCode! }
input MoneyInput { amount: Decimal!  currency: CurrencyCode! }
scalar DateTime
scalar CountryCode

type Query {
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  viewer: Viewer!
  merchant(id: ID!): Merchant
  merchants(
    filter: MerchantFilter, orderBy: MerchantOrder, first: Int, after: String, last: Int, before: String
  ): MerchantConnection!
  payment(id: ID!): Payment
  payments(
    filter: PaymentFilter, orderBy: PaymentOrder, first: Int, after: String, last: Int, before: String
  ): PaymentConnection!
  dispute(id: ID!): Dispute
  disputes(
    filter: DisputeFilter, orderBy: DisputeOrder, first: Int, after: String, last: Int, before: String
  ): DisputeConnection!
  fraudReview(id: ID!): FraudReview
  fraudReviews(
    filter: FraudReviewFilter, orderBy: FraudReviewOrder, first: Int, after: String, last: Int, before: String
  ): FraudReviewConnection!
  fraudRules(
    filter: FraudRuleFilter, first: Int, after: String, last: Int, before: String
  ): FraudRuleConnection!
  balances(merchantId: ID!, asOf: DateTime): [Balance!]!
  ledgerEntries(
    filter: LedgerEntryFilter, first: Int, after: String, last: Int, before: String
  ): LedgerEntryConnection!
  approvalRequests(
    filter: ApprovalRequestFilter, first: Int, after: String, last: Int, before: String
  ): ApprovalRequestConnection!
  auditLog(filter: AuditFilter, first: Int, after: String, last: Int, before: String): AuditRecordConnection!
}
type Balance { pending: Money!  available: Money!  reserved: Money! }
type PaymentConnection { edges: [PaymentEdge!]!  nodes: [Payment!]!  pageInfo: PageInfo! }
type PaymentEdge { cursor: String!  node: Payment! }
type MerchantConnection { edges: [MerchantEdge!]!  nodes: [Merchant!]!  pageInfo: PageInfo! }
type LedgerEntryConnection { edges: [LedgerEntryEdge!]!  nodes: [LedgerEntry!]!  pageInfo: PageInfo! }
type ApprovalRequestConnection {
  edges: [ApprovalRequestEdge!]!  nodes: [ApprovalRequest!]!  pageInfo: PageInfo!
}
type ApprovalRequest implements Node { id: ID! }
type AuditRecordConnection { edges: [AuditRecordEdge!]!  nodes: [AuditRecord!]!  pageInfo: PageInfo! }
type PaymentEventConnection { edges: [PaymentEventEdge!]!  nodes: [PaymentEvent!]!  pageInfo: PageInfo! }
type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }

type Viewer {
  user: User  client: ApiClient  realm: Realm!  memberships: [Membership!]!  permissions: [Permission!]!
}
enum Realm { STAFF MERCHANT }
type Payment implements Node {
  id: ID!  merchant: Merchant!  status: PaymentStatus!  captureMode: CaptureMode!
  amount: Money!  amountAuthorized: Money!  amountCapturable: Money!  amountCaptured: Money!  amountRefunded: Money!
  amountRefundable: Money!  amountDisputed: Money!
  method: PaymentMethod!  customer: Customer  reference: String  description: String  metadata: [Metadata!]!
  gateway: String  declineCode: DeclineCode  declineMessage: String  nextAction: NextAction
  riskScore: Int  screening: Screening  fraudReview: FraudReview
  captures: [Capture!]!  refunds: [Refund!]!  disputes: [Dispute!]!  operations: [Operation!]!
  ledgerEntries: [LedgerEntry!]!
  timeline(first: Int, after: String): PaymentEventConnection!
  availableActions: [AvailableAction!]!
  createdAt: DateTime!  updatedAt: DateTime!  authorizedAt: DateTime  capturedAt: DateTime
  authorizationExpiresAt: DateTime
}
type Dispute implements Node { id: ID! }
type DisputeConnection { edges: [DisputeEdge!]!  nodes: [Dispute!]!  pageInfo: PageInfo! }
type DisputeEvent implements Node { id: ID! }
enum PaymentStatus {
  PROCESSING REQUIRES_ACTION IN_REVIEW AUTHORIZED PARTIALLY_CAPTURED CAPTURED VOIDED DECLINED FAILED CANCELED EXPIRED
}
type AvailableAction {
  action: PaymentAction!  allowed: Boolean!  reason: String  maxAmount: Money  requiresApproval: Boolean!
}
type PaymentMethod {
  type: PaymentMethodType!  brand: CardBrand  last4: String  expiryMonth: Int  expiryYear: Int  bin: String
  country: CountryCode  funding: CardFunding  wallet: Wallet  fingerprint: String
}
enum PaymentMethodType { CARD SEPA_TRANSFER PIX CASH_VOUCHER }
type Customer implements Node {
  id: ID!  merchant: Merchant!  email: String  name: String  country: CountryCode
  payments(first: Int, after: String): PaymentConnection!  createdAt: DateTime!
}
type Capture implements Node { id: ID!  status: OperationStatus!  amount: Money!  final: Boolean!  createdAt: DateTime! }
type Refund implements Node {
  id: ID!  payment: Payment!  status: RefundStatus!  amount: Money!  reason: RefundReason!  failureCode: String
  createdAt: DateTime!
}
enum RefundReason { CUSTOMER_REQUEST DUPLICATE FRAUDULENT PRODUCT_NOT_RECEIVED DISPUTE_PREVENTION OTHER }
type Operation implements Node {
  id: ID!  type: OperationType!  status: OperationStatus!  gateway: String!  gatewayReference: String  amount: Money!
  responseCode: String  requestedAt: DateTime!  completedAt: DateTime
}
enum OperationStatus { PENDING SUCCEEDED FAILED UNKNOWN }
union NextAction = RedirectAction | BankTransferAction | PixAction | VoucherAction
type RedirectAction { url: String! }
enum CaptureMode { AUTOMATIC MANUAL }
enum PaymentOrder { CREATED_AT_DESC CREATED_AT_ASC AMOUNT_DESC AMOUNT_ASC }
enum DeclineCode {
  INSUFFICIENT_FUNDS STOLEN_CARD LOST_CARD EXPIRED_CARD DO_NOT_HONOR INVALID_CARD LIMIT_EXCEEDED AUTHENTICATION_FAILED
  FRAUD_SUSPECTED GATEWAY_ERROR
}
input PaymentFilter {
  merchantIds: [ID!]  status: [PaymentStatus!]  currency: [CurrencyCode!]  amount: DecimalRange
  createdAt: DateTimeRange  capturedAt: DateTimeRange  method: [PaymentMethodType!]  brand: [CardBrand!]  last4: String
  customerEmail: String  reference: String  gateway: [String!]  declineCode: [DeclineCode!]  riskScore: IntRange
  hasDispute: Boolean  hasRefund: Boolean  hasUnknownOutcome: Boolean  metadata: [MetadataInput!]  text: String
}
input DecimalRange { gte: Decimal  gt: Decimal  lte: Decimal  lt: Decimal }
input DateTimeRange { gte: DateTime  gt: DateTime  lte: DateTime  lt: DateTime }
input IntRange { gte: Int  gt: Int  lte: Int  lt: Int }
input CreatePaymentInput {
  idempotencyKey: String!  merchantId: ID  amount: MoneyInput!  captureMode: CaptureMode = AUTOMATIC
  paymentMethod: PaymentMethodInput!  customer: CustomerInput  reference: String  description: String
  metadata: [MetadataInput!]  returnUrl: String
}
input PaymentMethodInput { token: String  pix: PixInput  sepa: SepaTransferInput  voucher: VoucherInput }
input ConfirmPaymentInput { idempotencyKey: String!  paymentId: ID! }
input CapturePaymentInput { idempotencyKey: String!  paymentId: ID!  amount: MoneyInput  final: Boolean = true }
input VoidPaymentInput { idempotencyKey: String!  paymentId: ID!  reason: String }
input RefundPaymentInput {
  idempotencyKey: String!  paymentId: ID!  amount: MoneyInput  reason: RefundReason = CUSTOMER_REQUEST
}
type Mutation {
  createPayment(input: CreatePaymentInput!): CreatePaymentResult!
  confirmPayment(input: ConfirmPaymentInput!): ConfirmPaymentResult!
  capturePayment(input: CapturePaymentInput!): CapturePaymentResult!
  voidPayment(input: VoidPaymentInput!): VoidPaymentResult!
  refundPayment(input: RefundPaymentInput!): RefundPaymentResult!
  acceptDispute(input: AcceptDisputeInput!): AcceptDisputeResult!
  stageDisputeEvidence(input: StageDisputeEvidenceInput!): StageDisputeEvidenceResult!
  submitDisputeEvidence(input: SubmitDisputeEvidenceInput!): SubmitDisputeEvidenceResult!
  createEvidenceUpload(input: CreateEvidenceUploadInput!): CreateEvidenceUploadResult!
  claimNextFraudReview(input: ClaimNextFraudReviewInput!): ClaimNextFraudReviewResult!
  claimFraudReview(input: ClaimFraudReviewInput!): ClaimFraudReviewResult!
  releaseFraudReview(input: ReleaseFraudReviewInput!): ReleaseFraudReviewResult!
  approveFraudReview(input: ApproveFraudReviewInput!): ApproveFraudReviewResult!
  declineFraudReview(input: DeclineFraudReviewInput!): DeclineFraudReviewResult!
  escalateFraudReview(input: EscalateFraudReviewInput!): EscalateFraudReviewResult!
  snoozeFraudReview(input: SnoozeFraudReviewInput!): SnoozeFraudReviewResult!
  addFraudReviewNote(input: AddFraudReviewNoteInput!): AddFraudReviewNoteResult!
  createFraudRule(input: CreateFraudRuleInput!): CreateFraudRuleResult!
  updateFraudRule(input: UpdateFraudRuleInput!): UpdateFraudRuleResult!
  backtestFraudRule(input: BacktestFraudRuleInput!): BacktestFraudRuleResult!
  publishFraudRule(input: PublishFraudRuleInput!): PublishFraudRuleResult!
  disableFraudRule(input: DisableFraudRuleInput!): DisableFraudRuleResult!
  addListEntries(input: AddListEntriesInput!): AddListEntriesResult!
  removeListEntries(input: RemoveListEntriesInput!): RemoveListEntriesResult!
  approveRequest(input: ApproveRequestInput!): ApproveRequestResult!
  rejectRequest(input: RejectRequestInput!): RejectRequestResult!
  cancelRequest(input: CancelRequestInput!): CancelRequestResult!
  createApiClient(input: CreateApiClientInput!): CreateApiClientResult!
  disableApiClient(input: DisableApiClientInput!): DisableApiClientResult!
  inviteUser(input: InviteUserInput!): InviteUserResult!
  createMerchant(input: CreateMerchantInput!): CreateMerchantResult!
  updateMerchant(input: UpdateMerchantInput!): UpdateMerchantResult!
  suspendMerchant(input: SuspendMerchantInput!): SuspendMerchantResult!
}
union CreatePaymentResult =
  CreatePaymentPayload | InvalidInput | NotFound | PermissionDenied | InvalidState | IdempotencyConflict
  | IdempotencyInProgress
union CapturePaymentResult = CapturePaymentPayload | AmountExceedsLimit
input AcceptDisputeInput { idempotencyKey: String!  disputeId: ID! }
input SubmitDisputeEvidenceInput { idempotencyKey: String!  disputeId: ID! }
union AcceptDisputeResult = AcceptDisputePayload | ApprovalRequired
type AcceptDisputePayload { dispute: Dispute!  replayed: Boolean! }
type SubmitDisputeEvidencePayload { dispute: Dispute!  replayed: Boolean! }
input ApproveFraudReviewInput { idempotencyKey: String!  reviewId: ID! }
input DeclineFraudReviewInput { idempotencyKey: String!  reviewId: ID!  reason: FraudDeclineReason! }
type ApproveFraudReviewPayload { review: FraudReview!  payment: Payment!  replayed: Boolean! }
type DeclineFraudReviewPayload { review: FraudReview!  payment: Payment!  replayed: Boolean! }
union PublishFraudRuleResult = PublishFraudRulePayload | RuleExpressionInvalid | ApprovalRequired
type RuleExpressionInvalid implements UserError { line: Int!  column: Int! }
union ClaimNextFraudReviewResult = ClaimNextFraudReviewPayload | NothingToReview
type FraudReview implements Node {
  id: ID!  status: FraudReviewStatus!  amount: Money!  payment: Payment!  merchant: Merchant!  screening: Screening
}
enum FraudReviewStatus { OPEN ASSIGNED ESCALATED APPROVED DECLINED }
type FraudRule implements Node { id: ID!  name: String!  status: FraudRuleStatus! }
type Screening { decision: ScreeningDecision! }
enum ScreeningDecision { ALLOW REQUEST_3DS REVIEW BLOCK }
union RefundPaymentResult = RefundPaymentPayload | AmountExceedsLimit | ApprovalRequired
type ApprovalRequired { approvalRequest: ApprovalRequest! }
type CreatePaymentPayload { payment: Payment!  replayed: Boolean! }
type ConfirmPaymentPayload { payment: Payment!  replayed: Boolean! }
type CapturePaymentPayload { capture: Capture!  payment: Payment!  replayed: Boolean! }
type VoidPaymentPayload { payment: Payment!  replayed: Boolean! }
type RefundPaymentPayload { refund: Refund!  payment: Payment!  replayed: Boolean! }
"""


def definitions(text: str) -> dict[str, Any]:
    """The types of a schema by name."""
    return {getattr(node, "name").value: node for node in parse(text).definitions if getattr(node, "name", None)}  # noqa: B009


DEFINITIONS = definitions(CONTRACT)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_contract_is_kept(name: str) -> None:
    expected = set(members_of(DEFINITIONS[name]))
    actual = set(members(CORE.type_map[name]))
    assert expected - actual == set()


def members_of(definition: DefinitionNode) -> Iterator[str]:
    """Every promise of a definition, as a line of its own."""
    if isinstance(definition, UnionTypeDefinitionNode):
        yield from (member.name.value for member in definition.types or ())
    elif isinstance(definition, EnumTypeDefinitionNode):
        yield from (value.name.value for value in definition.values or ())
    for interface in getattr(definition, "interfaces", None) or ():
        yield f"implements {interface.name.value}"
    for field in getattr(definition, "fields", None) or ():
        yield f"{field.name.value}: {print_ast(field.type)}"
        if getattr(field, "default_value", None) is not None:
            yield f"{field.name.value} = {print_ast(field.default_value)}"
        for argument in getattr(field, "arguments", None) or ():
            yield f"{field.name.value}({argument.name.value}: {print_ast(argument.type)})"


def members(kind: GraphQLNamedType) -> Iterator[str]:
    """The same of a type of the schema."""
    if isinstance(kind, GraphQLUnionType):
        yield from (member.name for member in kind.types)
    elif isinstance(kind, GraphQLEnumType):
        yield from kind.values
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        yield from (f"implements {interface.name}" for interface in kind.interfaces)
        for name, field in kind.fields.items():
            yield f"{name}: {field.type}"
            yield from (f"{name}({argument}: {given.type})" for argument, given in field.args.items())
    if isinstance(kind, GraphQLInputObjectType):
        yield from members_of(definitions(sdl())[kind.name])


def test_everything_has_a_description() -> None:
    bare = [where for where, description in described() if not (description or "").strip()]
    assert bare == []


def test_descriptions_are_sentences() -> None:
    unfinished = [where for where, description in described() if not (description or "").strip().endswith(".")]
    assert unfinished == []


def described() -> Iterator[tuple[str, str | None]]:
    """Every type, field, argument, enum value and input field with its description."""
    for kind in TYPES:
        if is_specified_scalar_type(kind):
            continue
        yield kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())
        for name, field in getattr(kind, "fields", {}).items():
            yield f"{kind.name}.{name}", field.description
            for argument, given in getattr(field, "args", {}).items():
                yield f"{kind.name}.{name}({argument})", given.description


def test_nothing_is_a_float() -> None:
    assert "Float" not in CORE.type_map


def test_the_schema_is_checked_in() -> None:
    assert (ROOT / "schema.graphql").read_text("utf-8") == sdl(), "run `paydesk schema > schema.graphql`"


def test_every_mutation_takes_one_input_and_answers_with_a_union() -> None:
    for name, field in CORE.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        assert {argument: str(given.type) for argument, given in field.args.items()} == {"input": f"{title}Input!"}
        assert str(field.type) == f"{title}Result!"
        union = field.type.of_type
        payloads = [member.name for member in union.types if not member.interfaces]
        # To ask for approval instead is no error, and nothing has been done yet; some never do anything else.
        assert [payload for payload in payloads if payload != "ApprovalRequired"] in ([f"{title}Payload"], [])
        assert payloads
        assert all([i.name for i in member.interfaces] == ["UserError"] for member in union.types if member.interfaces)


def test_what_moves_money_needs_a_key() -> None:
    moving = [name for name in CORE.mutation_type.fields if name.endswith("Payment")]
    assert len(moving) == 5
    for name in (*moving, "approveFraudReview", "declineFraudReview", "decideFraudReviews"):
        given = CORE.mutation_type.fields[name].args["input"].type.of_type
        assert str(given.fields["idempotencyKey"].type) == "String!"
        payload = CORE.type_map[f"{name[0].upper()}{name[1:]}Payload"].fields
        # Of many at once, each says it of itself.
        told = get_named_type(payload["rows"].type).fields if "rows" in payload else payload
        assert "replayed" in told


def test_pages_are_as_large_as_promised() -> None:
    assert (DEFAULT_PAGE, MAX_PAGE) == (25, 100)


@pytest.mark.parametrize("file", sorted(EXAMPLES.rglob("*.graphql")), ids=lambda file: file.stem)
def test_the_examples_are_valid(file: Path) -> None:
    document = parse(file.read_text("utf-8"))
    assert validate(CORE, document) == []
    variables = file.with_suffix(".json")
    if variables.exists():
        operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        given = json.loads(variables.read_text("utf-8"))
        assert not isinstance(get_variable_values(CORE, operation.variable_definitions or (), given), list)
