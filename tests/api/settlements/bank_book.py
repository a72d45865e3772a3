"""Bank accounts of the graph's merchants: one on its way to being paid to, and many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from adapters.banks.number_vault import SecretNumberVault
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.party import party_of
from domain.kernel.ids import new_uuid, split_id
from domain.settlements.bank_account import COOLING_PERIOD, BankAccountStatus
from domain.settlements.sweep_bank_accounts import SweepBankAccounts, sweep_bank_accounts
from tests.api.graph import SYSTEM
from tests.builders.approvals import an_approval_request
from tests.builders.bank_accounts import a_bank_account, a_reveal
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.fakes.clock import SettableClock

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.settlements.bank_account import BankAccount
    from tests.api.graph import Graph, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class BankBook:
    """By the mutations alone, but for the clock."""

    graph: Graph

    async def asked(self, actor: Actor | None = None, **more: object) -> Json:
        """The request to pay to a German account in euros."""
        given = {
            "idempotencyKey": uuid4().hex,
            "currency": "EUR",
            "country": "DE",
            "holderName": "Blue Bicycle GmbH",
            "accountNumber": "DE89 3704 0044 0532 0130 00",
        }
        answer = await self.graph.change("addBankAccount", actor, **{**given, **more})
        assert answer["__typename"] == "ApprovalRequired", answer
        return answer["approvalRequest"]

    async def approved(self, actor: Actor | None = None, **more: object) -> str:
        """The id of an account that somebody else at the merchant has approved."""
        request = await self.asked(actor, **more)
        merchant = self.graph.red if actor is self.graph.rival else self.graph.blue
        answer = await self.graph.change("approveRequest", an_actor(merchant), approvalRequestId=request["id"])
        assert answer["approvalRequest"]["status"] == "SUCCEEDED", answer
        return request["bankAccount"]["id"]

    async def verified(self, actor: Actor | None = None, **more: object) -> str:
        """The same, verified: only the cooling period is left."""
        account = await self.approved(actor, **more)
        given = {"bankAccountId": account, "outcome": "VERIFIED", "note": "Called the bank"}
        answer = await self.graph.change("verifyBankAccount", self.graph.staff, **given)
        assert answer["bankAccount"]["status"] == "COOLING", answer
        return account

    async def sweep(self) -> int:
        """What the job does after three days."""
        ports = self.graph.assembly.bank_accounts
        later = SettableClock(ports.clock.now() + COOLING_PERIOD)
        return await sweep_bank_accounts(replace(ports, clock=later), SYSTEM, SweepBankAccounts())

    async def active(self, actor: Actor | None = None, **more: object) -> str:
        """An account that is paid to."""
        account = await self.verified(actor, **more)
        assert await self.sweep() == 1
        return account

    async def kept(self, account: str) -> BankAccount:
        """The account as it is."""
        _, account_id = split_id(account)
        async with self.graph.assembly.bank_accounts.units.begin(SYSTEM, "tests") as unit:
            return await unit.bank_accounts.get(account_id)


async def write_bank_accounts(graph: Graph, many: int) -> None:
    """So many former accounts of the blue merchant, each with the request for it and a reading of its number."""
    vault = graph.assembly.bank_accounts.vault
    assert isinstance(vault, SecretNumberVault)
    async with graph.assembly.bank_accounts.units.begin(SYSTEM, "tests") as unit:
        for _ in range(many):
            merchant_id = graph.blue.id
            account = a_bank_account(
                BankAccountStatus.REPLACED, vault=vault, id=new_uuid(MORNING), merchant_id=merchant_id
            )
            await unit.bank_accounts.add(account)
            await unit.bank_account_reveals.add(a_reveal(account, revealed_by=party_of(graph.staff)))
            request = an_approval_request(
                merchant_id=merchant_id,
                action=ApprovalAction.CHANGE_BANK_ACCOUNT,
                amount=None,
                subject_type="bank_account",
                subject_id=account.id,
                operation_id=account.operation_id,
                command={"change": "ADD"},
            )
            await unit.approvals.add(request)
        await unit.commit()
