"""A merchant's account at a bank: where its money goes, once two people want it and we have made sure of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.approvals.errors import ApproverIsRequester
from domain.approvals.party import Party, party_of
from domain.kernel.errors import Invalid
from domain.kernel.machine import advance
from domain.kernel.text import clean_text
from domain.settlements.account_number import BANK_BESIDE, AccountScheme
from domain.settlements.bank_account_errors import BankAccountStateForbids, VerifierIsRequester
from domain.settlements.bank_account_events import BankAccountEvent, BankAccountEventType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Currency
    from domain.settlements.account_number import AccountNumber

COOLING_PERIOD = timedelta(hours=72)
"""From the approval until an account is paid to: long enough for its owner to see a change that nobody meant."""
LONGEST_HOLDER = 70
"""What a bank takes as a creditor's name (EPC115-06, the usage of Nm in SEPA credit transfers)."""
LONGEST_NOTE = 255


class BankAccountStatus(StrEnum):
    """How far an account has come."""

    PENDING_APPROVAL = "PENDING_APPROVAL"
    PENDING_VERIFICATION = "PENDING_VERIFICATION"
    COOLING = "COOLING"
    """Approved and verified; it becomes ACTIVE when the cooling period is over."""
    ACTIVE = "ACTIVE"
    REPLACED = "REPLACED"
    REMOVED = "REMOVED"
    REJECTED = "REJECTED"


class Verification(StrEnum):
    """Whether we have made sure that the account is the merchant's."""

    UNVERIFIED = "UNVERIFIED"
    VERIFIED = "VERIFIED"
    FAILED = "FAILED"


_S = BankAccountStatus
_E = BankAccountEventType
TRANSITIONS: dict[BankAccountStatus, frozenset[BankAccountStatus]] = {
    _S.PENDING_APPROVAL: frozenset({_S.PENDING_VERIFICATION, _S.REJECTED}),
    _S.PENDING_VERIFICATION: frozenset({_S.COOLING, _S.ACTIVE, _S.REMOVED, _S.REJECTED}),
    _S.COOLING: frozenset({_S.ACTIVE, _S.REMOVED, _S.REJECTED}),
    _S.ACTIVE: frozenset({_S.REPLACED, _S.REMOVED, _S.REJECTED}),
    _S.REPLACED: frozenset(),
    _S.REMOVED: frozenset(),
    _S.REJECTED: frozenset(),
}
UNDER_WAY = frozenset({_S.PENDING_APPROVAL, _S.PENDING_VERIFICATION, _S.COOLING})
"""Not paid to yet; of these a merchant has one at most in each currency."""
LIVE = UNDER_WAY | {_S.ACTIVE}
"""Paid to, or about to be."""
VERIFIABLE = LIVE - {_S.PENDING_APPROVAL}
_EVER_PAID_TO = frozenset({_S.COOLING, _S.ACTIVE, _S.REPLACED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """`sealed` is the number as only the vault can read it, `fingerprint` what tells the account from others.

    `country` is the account's, `bank_code` and `branch_code` as of `AccountNumber`. `operation_id` is that of the
    request for approval. `usable_from` is when the cooling period ends, once the account is approved. `version` counts
    the events; `events` are those not yet saved.

    Raises `Invalid` for a holder's name that breaks its rule.
    """

    id: UUID
    merchant_id: UUID
    currency: Currency
    country: str
    holder_name: str
    scheme: AccountScheme
    sealed: bytes = field(repr=False)
    fingerprint: bytes = field(repr=False)
    last4: str
    masked_number: str
    bank_code: str | None = None
    branch_code: str | None = None
    bic: str | None = None
    bank_name: str | None = None
    status: BankAccountStatus = _S.PENDING_APPROVAL
    verification: Verification = Verification.UNVERIFIED
    operation_id: UUID
    requested_by: Party
    approved_by: Party | None = None
    approved_at: datetime | None = None
    usable_from: datetime | None = None
    verified_by: Party | None = None
    verified_at: datetime | None = None
    verification_note: str | None = None
    ended_reason: str | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 0
    events: tuple[BankAccountEvent, ...] = ()

    def __post_init__(self) -> None:
        clean_text(self.holder_name, ("holderName",), longest=LONGEST_HOLDER)
        approved = self.approved_by is not None
        whole = approved == (self.approved_at is not None) == (self.usable_from is not None)
        due = self.status not in VERIFIABLE | {_S.REPLACED, _S.REMOVED} or approved
        verified = self.status not in _EVER_PAID_TO or self.verification is Verification.VERIFIED
        if not (whole and due and verified):
            message = f"bank account {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def routing(self) -> str | None:
        """The number of the bank in the national clearing, of schemes whose numbers do not hold it."""
        return self.bank_code if self.scheme in BANK_BESIDE else None

    @property
    def under_way(self) -> bool:
        """Whether it is not paid to yet, and may be."""
        return self.status in UNDER_WAY

    def due(self, at: datetime) -> bool:
        """Whether only the clock has kept it from being paid to, and has come to that."""
        return self.status is _S.COOLING and self.usable_from is not None and self.usable_from <= at

    def approve(self, approver: Party, approved_at: datetime, cooling: timedelta, at: datetime) -> BankAccount:
        """A second person wants it; raise `ApproverIsRequester` and `TransitionNotAllowed`."""
        status = self._next(_S.PENDING_VERIFICATION)
        if (approver.kind, approver.id) == (self.requested_by.kind, self.requested_by.id):
            raise ApproverIsRequester
        usable_from = approved_at + cooling
        data: dict[str, JsonValue] = {"approved_by": approver.name, "usable_from": usable_from.isoformat()}
        values = {"approved_by": approver, "approved_at": approved_at, "usable_from": usable_from}
        return self._change(at, _E.ADDED, data, status=status, **values)

    def verify_refusal(self) -> str | None:
        """Why nobody can verify it now, if so."""
        if self.status is _S.PENDING_APPROVAL:
            return "It is verified once somebody else has approved it."
        if self.status not in VERIFIABLE:
            return f"The account is {self.status}; there is nothing to verify any more."
        return None

    def verify(self, verifier: Actor, note: str | None, at: datetime) -> BankAccount:
        """We have made sure of it: it is paid to from now on, or from the end of the cooling period.

        Raises `BankAccountStateForbids`, `VerifierIsRequester` and `Invalid`.
        """
        self._ensure_verifiable(verifier)
        if self.verification is Verification.VERIFIED:
            rule = "The account is verified already."
            raise BankAccountStateForbids(rule)
        values = _verified(verifier, note, at, Verification.VERIFIED)
        told: dict[str, JsonValue] = {"verified_by": verifier.name}
        cooling = self._change(at, _E.VERIFIED, told, status=self._next(_S.COOLING), **values)
        return cooling.activate(at) if cooling.due(at) else cooling

    def fail_verification(self, verifier: Actor, note: str | None, at: datetime) -> BankAccount:
        """It is not the merchant's, or no longer: nothing is paid to it from now on, also when it was before.

        Raises `BankAccountStateForbids`, `VerifierIsRequester` and `Invalid`.
        """
        self._ensure_verifiable(verifier)
        if note is None:
            raise Invalid(("note",), "Say why the account could not be verified.")
        values = _verified(verifier, note, at, Verification.FAILED)
        told: dict[str, JsonValue] = {"verified_by": verifier.name, "note": note}
        return self._change(
            at, _E.VERIFICATION_FAILED, told, status=self._next(_S.REJECTED), ended_reason=note, **values
        )

    def activate(self, at: datetime) -> BankAccount:
        """It is paid to from now on; raise `BankAccountStateForbids` before the cooling period is over."""
        if not self.due(at):
            rule = "The account is paid to once it is approved, verified and through its cooling period."
            raise BankAccountStateForbids(rule)
        return self._change(at, _E.ACTIVATED, {}, status=self._next(_S.ACTIVE))

    def replace(self, successor_id: UUID, at: datetime) -> BankAccount:
        """Another account is paid to in its place; raise `TransitionNotAllowed`."""
        return self._change(at, _E.REPLACED, {"successor_id": str(successor_id)}, status=self._next(_S.REPLACED))

    def remove_refusal(self) -> str | None:
        """Why nobody can remove it now, if so."""
        if self.status is _S.PENDING_APPROVAL:
            return "Nobody has approved it yet; cancel or reject the request instead."
        if self.status not in LIVE:
            return f"The account is {self.status} already."
        return None

    def ensure_removable(self) -> None:
        """Raise `BankAccountStateForbids` when it cannot be removed."""
        if (refusal := self.remove_refusal()) is not None:
            raise BankAccountStateForbids(refusal)

    def remove(self, reason: str, at: datetime) -> BankAccount:
        """Nothing is paid to it any more; raise `BankAccountStateForbids` and `Invalid`."""
        self.ensure_removable()
        clean_text(reason, ("reason",), longest=LONGEST_NOTE)
        return self._change(at, _E.REMOVED, {"reason": reason}, status=self._next(_S.REMOVED), ended_reason=reason)

    def reject(self, reason: str, at: datetime) -> BankAccount:
        """The request for it came to nothing; raise `TransitionNotAllowed` for one that was approved."""
        if self.status is not _S.PENDING_APPROVAL:
            rule = f"The account is {self.status}; only one that waits for approval can be rejected."
            raise BankAccountStateForbids(rule)
        return self._change(at, _E.REJECTED, {"reason": reason}, status=self._next(_S.REJECTED), ended_reason=reason)

    def _ensure_verifiable(self, verifier: Actor) -> None:
        if (refusal := self.verify_refusal()) is not None:
            raise BankAccountStateForbids(refusal)
        if self.requested_by.is_same(verifier):
            raise VerifierIsRequester

    def _next(self, target: BankAccountStatus) -> BankAccountStatus:
        return advance(TRANSITIONS, "bank account", self.status, target)

    def _change(
        self,
        at: datetime,
        event: BankAccountEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401 - the fields of this class
    ) -> BankAccount:
        told = {"masked_number": self.masked_number, "currency": self.currency.code, **data}
        return replace(
            self,
            **values,
            updated_at=at,
            version=self.version + 1,
            events=(*self.events, BankAccountEvent(type=event, occurred_at=at, data=told)),
        )


def new_bank_account(  # noqa: PLR0913 - the fields of a new one
    number: AccountNumber,
    *,
    id: UUID,  # noqa: A002 - the field's name
    merchant_id: UUID,
    currency: Currency,
    holder_name: str,
    sealed: bytes,
    fingerprint: bytes,
    operation_id: UUID,
    actor: Actor,
    at: datetime,
) -> BankAccount:
    """Somebody wants money paid there; a second person has to want it too. Raises `Invalid`."""
    data: dict[str, JsonValue] = {
        "masked_number": number.masked,
        "currency": currency.code,
        "country": number.country,
        "scheme": number.scheme.value,
        "requested_by": actor.name,
    }
    return BankAccount(
        id=id,
        merchant_id=merchant_id,
        currency=currency,
        country=number.country,
        holder_name=holder_name,
        scheme=number.scheme,
        sealed=sealed,
        fingerprint=fingerprint,
        last4=number.last4,
        masked_number=number.masked,
        bank_code=number.bank_code,
        branch_code=number.branch_code,
        bic=number.bic,
        bank_name=number.bank_name,
        operation_id=operation_id,
        requested_by=party_of(actor),
        created_at=at,
        updated_at=at,
        version=1,
        events=(BankAccountEvent(type=_E.REQUESTED, occurred_at=at, data=data),),
    )


def _verified(verifier: Actor, note: str | None, at: datetime, outcome: Verification) -> dict[str, Any]:
    if note is not None:
        clean_text(note, ("note",), longest=LONGEST_NOTE)
    return {
        "verification": outcome,
        "verified_by": party_of(verifier),
        "verified_at": at,
        "verification_note": note,
    }
