"""The graph over a database of its own: what is asked of it, and what it did to the database meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adapters.postgres.database import FencedConnection
from api.execution.engine import Engine, OperationRequest
from api.execution.guard import Limits
from api.schema import schema
from app.approved_actions import (
    ActionTable,
    approved_acceptances,
    approved_adjustments,
    approved_bank_accounts,
    approved_fee_plans,
    approved_payout_policies,
    approved_publications,
    approved_refunds,
)
from domain.identity.actor import system_actor
from tests.api.replaying import answered_by_both, asked_once
from tests.builders.identity import a_staff_actor, an_actor
from tests.fakes.dispute_gateway import StandInDisputeGateway

if TYPE_CHECKING:
    from collections.abc import Generator

    import asyncpg
    import pytest

    from api.context import Context
    from app.assembly import Assembly
    from domain.disputes.ports import DisputePorts
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant

# To graphql-core a name may stand for any kind of type; a test knows which one it asks for.
CORE: Any = schema._schema
# A test may ask for more at once than a client.
_ENGINE = Engine(
    CORE, limits=Limits(cost=10**9, fields=10**6, tokens=10**6, aliases=10**4), introspection=True, suggestions=True
)
SYSTEM = system_actor("tests")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Two merchants and their owners, somebody of the staff, and the owner of the database who sees all of it.

    `disputes` answer to the stand-in `network`, not to the simulator: it takes what no simulated case is about.
    """

    assembly: Assembly
    disputes: DisputePorts
    network: StandInDisputeGateway
    database: asyncpg.Connection
    blue: Merchant
    red: Merchant
    owner: Actor
    rival: Actor
    staff: Actor = field(default_factory=a_staff_actor)

    async def answer(self, query: str, variables: Json | None = None, *, actor: Actor | None = None) -> Json:
        """The payload of the answer to the blue merchant's owner, or to somebody else, from both executors."""
        request = OperationRequest(query=query, variables=variables or {})
        answer = await answered_by_both(_ENGINE, request, lambda: self._context(actor or self.owner))
        return answer.payload()

    def _context(self, actor: Actor) -> Context:
        carried_out = {
            **approved_refunds(self.assembly.payments),
            **approved_acceptances(self.disputes),
            **approved_publications(self.assembly.fraud),
            **approved_bank_accounts(self.assembly.bank_accounts),
            **approved_fee_plans(self.assembly.merchants),
            **approved_adjustments(self.assembly.settlements),
            **approved_payout_policies(self.assembly.payouts),
        }
        approvals = replace(self.assembly.approvals, actions=ActionTable(carried_out))
        return replace(self.assembly.context(actor, "request-1"), disputes=self.disputes, approvals=approvals)

    async def run(self, query: str, variables: Json | None = None, *, actor: Actor | None = None) -> Json:
        """The data of an answer without errors."""
        payload = await self.answer(query, variables, actor=actor)
        assert "errors" not in payload, payload["errors"]
        return payload["data"]

    async def refused(self, query: str, variables: Json | None = None, *, actor: Actor | None = None) -> Json:
        """The first error of an answer that has no data."""
        payload = await self.answer(query, variables, actor=actor)
        assert payload.get("data") is None, payload
        return payload["errors"][0]

    async def change(self, mutation: str, actor: Actor | None = None, /, **given: Any) -> Json:
        """What a mutation answers with, in full; `given` is its input."""
        data = await self.run(document_of(mutation), {"input": given}, actor=actor)
        return data[mutation]

    async def value(self, statement: str, *arguments: Any) -> Any:
        """One value of the whole database."""
        return await self.database.fetchval(statement, *arguments)

    def gateway_deadline(self, *, seconds: int) -> None:
        """From now on, how long the gateway has to answer."""
        circuit: Any = self.assembly.payments.gateways.get("simulator")
        circuit._gateway._http._deadline_seconds = seconds

    async def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = await self.database.fetch(
            "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        union = " UNION ALL ".join(
            f"SELECT '{row['relname']}' AS name, count(*) AS n FROM {row['relname']}" for row in tables
        )
        return {row["name"]: row["n"] for row in await self.database.fetch(union)}


PAYMENT = """
fragment P on Payment {
  id status captureMode reference hasUnknownOutcome declineCode declineMessage riskScore
  amount { ...M } amountAuthorized { ...M } amountCapturable { ...M } amountCaptured { ...M }
  amountRefunded { ...M } amountRefundable { ...M } amountDisputed { ...M }
  nextAction { ... on RedirectAction { url } }
  availableActions { action allowed reason requiresApproval maxAmount { ...M } }
}
"""
MONEY = "fragment M on Money { amount minorUnits currency }"
APPROVAL_REQUEST = """
fragment A on ApprovalRequest {
  id action status role refundReason requestedBy requestedById decidedBy decidedById reason failure
  requestedAt decidedAt finishedAt amount { ...M } payment { id } availableActions { action allowed reason }
}
"""
DISPUTE = """
fragment D on Dispute {
  id stage status category caseReference respondBy responsePending doubleLoss assigneeId closedAt
  amount { ...M } amountWithdrawn { ...M } fee { ...M } doubleLossAmount { ...M }
  evidence { ...E } responses { kind stage status responseCode sha256 requestedBy }
  availableActions { action allowed reason requiresApproval }
}
fragment E on DisputeEvidence {
  stage status sha256 submittedAt submittedBy texts { kind text } files { id kind status }
  completeness { score missing { kind need } }
}
"""
SETTLEMENT = """
fragment S on Settlement {
  id number status currency cutOff settlesOn lineCount closedAt net { ...M }
  totals { captures { ...M } refunds { ...M } fees { ...M } disputes { ...M } disputeFees { ...M }
    disputeReversals { ...M } reserveHeld { ...M } reserveReleased { ...M } adjustments { ...M } carriedIn { ...M }
    carriedOut { ...M } }
  availableActions { action allowed reason }
}
"""
SETTLEMENT_ACCOUNT = """
fragment C on SettlementAccount {
  currency hold { reason heldBy } carriedOver { ...M }
  schedule { frequency weekday dayOfMonth delayDays cutOffTime calendar minimumPayout { ...M } automaticPayouts
    reservePercent reserveDays }
  nextSettlement { number cutOff settlesOn } availableActions { action allowed reason requiresApproval }
}
"""
FRAUD_REVIEW = """
fragment V on FraudReview {
  id status assigneeId assigneeName snoozedUntil escalationReason declineReason outcome decidedBy decidedAt
  amount { ...M } availableActions { action allowed reason }
}
"""
FRAUD_RULE = """
fragment R on FraudRule {
  id name description status position ofPlatform latestVersion { number action points expression reason author }
  publishedVersion { number } shadowVersion { number }
}
"""
BANK_ACCOUNT = """
fragment B on BankAccount {
  id status verification maskedNumber holderName usableFrom endedReason
  availableActions { action allowed reason requiresApproval }
}
"""
_CHANGED = "approvalRequest { ...A bankAccountChange removalReason bankAccount { ...B } }"
PAYOUT = """
fragment O on Payout {
  id status amount { ...M } requestedBy approvedBy approvedByPolicy policyLimit { ...M } decisionReason holdReason
  bankAccount { id } settlements { number } availableActions { action allowed reason }
}
"""
_FRAGMENTS = {
    "...O": PAYOUT,
    "...B": BANK_ACCOUNT,
    "...P": PAYMENT,
    "...A": APPROVAL_REQUEST,
    "...D": DISPUTE,
    "...S": SETTLEMENT,
    "...C": SETTLEMENT_ACCOUNT,
    "...V": FRAUD_REVIEW,
    "...R": FRAUD_RULE,
}
_REVIEWED = "review { ...V } payment { ...P } replayed"
_ROWS = "rows { value outcome message entry { id value reason expiresAt } }"
_ERRORS = "... on UserError { code message path } ... on AmountExceedsLimit { limit { ...M } }"
_SHOWN = {
    "createPayment": "... on CreatePaymentPayload { replayed payment { ...P } }",
    "confirmPayment": "... on ConfirmPaymentPayload { replayed payment { ...P } }",
    "capturePayment": "... on CapturePaymentPayload { replayed payment { ...P } "
    "capture { id status final amount { ...M } fee { ...M } } }",
    "voidPayment": "... on VoidPaymentPayload { replayed payment { ...P } }",
    "refundPayment": "... on RefundPaymentPayload { replayed payment { ...P } "
    "refund { id status reason failureCode amount { ...M } } } ... on ApprovalRequired { approvalRequest { ...A } }",
    "acceptDispute": "... on AcceptDisputePayload { replayed dispute { ...D } }"
    " ... on ApprovalRequired { approvalRequest { ...A dispute { id } } }",
    "stageDisputeEvidence": "... on StageDisputeEvidencePayload { dispute { ...D } }",
    "submitDisputeEvidence": "... on SubmitDisputeEvidencePayload { replayed dispute { ...D } }"
    " ... on FileRefused { reason }",
    "assignDispute": "... on AssignDisputePayload { dispute { ...D } }",
    "addDisputeNote": "... on AddDisputeNotePayload { note { id text audience author authorRealm dispute { id } } }",
    "setDisputePolicy": "... on SetDisputePolicyPayload { policies { categories acceptUpTo { ...M } } }",
    "preventDispute": "... on PreventDisputePayload { replayed refund { id status reason amount { ...M } }"
    " earlyFraudWarning { id status refund { id } availableActions { action allowed reason requiresApproval } } }"
    " ... on ApprovalRequired { approvalRequest { ...A } }",
    "recordDisputeNotice": "... on RecordDisputeNoticePayload { dispute { ...D notices { source noticeId } } }",
    "createEvidenceUpload": "... on CreateEvidenceUploadPayload { file { id status } upload { url method } }",
    "completeEvidenceUpload": "... on CompleteEvidenceUploadPayload { file { id status } }",
    "removeEvidenceFile": "... on RemoveEvidenceFilePayload { file { id status } }",
    "claimNextFraudReview": "... on ClaimNextFraudReviewPayload { review { ...V } }",
    "claimFraudReview": "... on ClaimFraudReviewPayload { review { ...V } }",
    "releaseFraudReview": "... on ReleaseFraudReviewPayload { review { ...V } }",
    "assignFraudReview": "... on AssignFraudReviewPayload { review { ...V } }",
    "escalateFraudReview": "... on EscalateFraudReviewPayload { review { ...V } }",
    "snoozeFraudReview": "... on SnoozeFraudReviewPayload { review { ...V } }",
    "addFraudReviewNote": "... on AddFraudReviewNotePayload { note { id text audience author authorRealm mentions review { id } } }",
    "approveFraudReview": f"... on ApproveFraudReviewPayload {{ {_REVIEWED} }}",
    "declineFraudReview": f"... on DeclineFraudReviewPayload {{ {_REVIEWED} }}",
    "decideFraudReviews": "... on DecideFraudReviewsPayload { rows { reviewId replayed review { ...V } payment { ...P }"
    " error { __typename code message path } } }",
    "reopenFraudReview": "... on ReopenFraudReviewPayload { review { ...V } }",
    "recordFraudReviewOutcome": "... on RecordFraudReviewOutcomePayload { review { ...V } }",
    "createFraudRule": "... on CreateFraudRulePayload { rule { ...R } } ... on RuleExpressionInvalid { line column }",
    "updateFraudRule": "... on UpdateFraudRulePayload { rule { ...R } } ... on RuleExpressionInvalid { line column }",
    "shadowFraudRule": "... on ShadowFraudRulePayload { rule { ...R } }",
    "publishFraudRule": "... on PublishFraudRulePayload { rule { ...R } }"
    " ... on ApprovalRequired { approvalRequest { id action status fraudRule { id } } }",
    "disableFraudRule": "... on DisableFraudRulePayload { rule { ...R } }",
    "setScorePolicy": "... on SetScorePolicyPayload { thresholds { reviewAt blockAt } }",
    "backtestFraudRule": "... on BacktestFraudRulePayload { backtest { id status since until rules { name version } } }",
    "cancelBacktest": "... on CancelBacktestPayload { backtest { id status } }",
    "createFraudList": "... on CreateFraudListPayload { list { name kind effect standard entryCount } }",
    "addListEntries": f"... on AddListEntriesPayload {{ {_ROWS} }}",
    "removeListEntries": f"... on RemoveListEntriesPayload {{ {_ROWS} }}",
    "addBankAccount": "... on AddBankAccountPayload { replayed bankAccount { ...B } }"
    f" ... on ApprovalRequired {{ {_CHANGED} }}",
    "removeBankAccount": "... on RemoveBankAccountPayload { replayed bankAccount { ...B } }"
    f" ... on ApprovalRequired {{ {_CHANGED} }}",
    "verifyBankAccount": "... on VerifyBankAccountPayload { bankAccount { ...B } }",
    "revealBankAccount": "... on RevealBankAccountPayload { accountNumber bankAccount { ...B } }",
    "retryPaymentFile": "... on RetryPaymentFilePayload { paymentFile { id status nextTryAt } }",
    "closeSettlement": "... on CloseSettlementPayload { replayed settlement { ...S } }",
    "adjustSettlement": "... on AdjustSettlementPayload { replayed adjustment { id reason amount { ...M } } }"
    " ... on ApprovalRequired { approvalRequest { ...A adjustmentReason adjustmentAmount { ...M } adjustment { id } } }",
    "setSettlementSchedule": "... on SetSettlementSchedulePayload { account { ...C } }",
    "holdSettlements": "... on HoldSettlementsPayload { account { ...C } }",
    "releaseSettlements": "... on ReleaseSettlementsPayload { account { ...C } }",
    "createMerchant": "... on CreateMerchantPayload { merchant { id } }",
    "changeFeePlan": "... on ApprovalRequired { approvalRequest { ...A feePlanChange { summary } } }",
    "createPayout": "... on CreatePayoutPayload { replayed payout { ...O } }",
    "approvePayout": "... on ApprovePayoutPayload { payout { ...O } }",
    "rejectPayout": "... on RejectPayoutPayload { payout { ...O } }",
    "cancelPayout": "... on CancelPayoutPayload { payout { ...O } }",
    "holdPayout": "... on HoldPayoutPayload { payout { ...O } }",
    "releasePayout": "... on ReleasePayoutPayload { payout { ...O } }",
    "setPayoutPolicy": "... on ApprovalRequired { approvalRequest { ...A payoutLimit { ...M } payoutLimitReason } }",
    "approveRequest": "... on ApproveRequestPayload { approvalRequest { ...A } }",
    "rejectRequest": "... on RejectRequestPayload { approvalRequest { ...A } }",
    "cancelRequest": "... on CancelRequestPayload { approvalRequest { ...A } }",
    "setApprovalPolicy": "... on SetApprovalPolicyPayload { policy { action role threshold { ...M } } }",
}


def document_of(mutation: str) -> str:
    """A document that runs one mutation and asks for all that matters of its answer."""
    shown = _SHOWN.get(mutation, "")
    errors = _ERRORS if "AmountExceedsLimit" in _members(mutation) else "... on UserError { code message path }"
    fragments = "".join(text for name, text in _FRAGMENTS.items() if name in shown)
    fragments += MONEY if "...M" in shown + errors + fragments else ""
    given = str(CORE.mutation_type.fields[mutation].args["input"].type)
    return f"mutation($input: {given}) {{ {mutation}(input: $input) {{ __typename {shown} {errors} }} }} {fragments}"


def _members(mutation: str) -> set[str]:
    return {member.name for member in CORE.mutation_type.fields[mutation].type.of_type.types}


async def two_merchants(assembly: Assembly, database: Any, blue: Merchant, red: Merchant) -> Graph:
    """The graph with these merchants, and nothing else."""
    async with assembly.payments.units.begin(SYSTEM, "tests") as unit:
        for merchant in (blue, red):
            await unit.merchants.add(merchant)
        await unit.commit()
    network = StandInDisputeGateway()
    disputes = replace(assembly.disputes, gateways=network)
    return Graph(
        assembly=assembly,
        disputes=disputes,
        network=network,
        database=database,
        blue=blue,
        red=red,
        owner=an_actor(blue),
        rival=an_actor(red),
    )


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Generator[list[str]]:
    """The statements that run meanwhile; moving the fence of a connection is none of a query's own."""
    seen: list[str] = []
    with asked_once(), monkeypatch.context() as patch:
        for name in ("fetch", "fetchrow", "fetchval", "execute", "executemany"):
            original = getattr(FencedConnection, name)

            async def counted(self: Any, sql: str, *args: Any, original: Any = original, **options: Any) -> Any:
                if "set_config" not in sql:
                    seen.append(sql)
                return await original(self, sql, *args, **options)

            patch.setattr(FencedConnection, name, counted)
        yield seen
