"""What an entry of a bank statement is: a payout, its return, a remittance, or nothing that we know of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import PLATFORM
from domain.reconciliation.bank_match import MatchKind
from domain.reconciliation.reconciliation_item import ItemReason
from domain.reconciliation.remittance import RemittanceStatus
from domain.settlements.payout import PayoutStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from domain.reconciliation.bank_entry import BankEntry
    from domain.reconciliation.ports import SentPayout
    from domain.reconciliation.remittance import Remittance

MOST_WORDS = 20
_R = ItemReason
_S = PayoutStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The entry is this, of that merchant."""

    kind: MatchKind
    owner_id: UUID
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class NotFoundYet:
    """The entry matches nothing, and why; `suspect` is the merchant and id of what it seems to be about."""

    reason: ItemReason
    suspect: tuple[UUID, UUID] | None = None


Judgement = Found | NotFoundYet


def references_of(entry: BankEntry) -> set[str]:
    """All by which an entry may name a remittance: its references, and the words of its purpose."""
    words = (entry.reference or "").split()[:MOST_WORDS]
    return {word for word in (entry.reference, entry.end_to_end_id, *words) if word}


def judge(entry: BankEntry, account: str, payout: SentPayout | None, remittances: Sequence[Remittance]) -> Judgement:
    """The verdict on an entry of a house account.

    `payout` has its end-to-end id, `remittances` one of its references. Nothing is decided twice: an entry that was
    matched before is found again.
    """
    if payout is not None:
        return _differs(entry, account, payout) or _judge_payout(entry, payout)
    if not entry.incoming:
        return NotFoundYet(_R.NO_SUCH_PAYOUT if entry.end_to_end_id else _R.NO_REFERENCE)
    return _judge_remittances(entry, remittances)


def judge_by_hand(entry: BankEntry, payout: SentPayout) -> Judgement:
    """The verdict on what somebody says belongs together: references and accounts do not count, money does."""
    return _differs(entry, payout.account, payout) or _judge_payout(entry, payout, said=True)


def _differs(entry: BankEntry, account: str | None, payout: SentPayout) -> NotFoundYet | None:
    suspect = (payout.merchant_id, payout.id)
    if payout.currency != entry.currency.code:
        return NotFoundYet(_R.CURRENCY_DIFFERS, suspect)
    if payout.account not in {None, account}:
        return NotFoundYet(_R.ACCOUNT_DIFFERS, suspect)
    return None


def _judge_payout(entry: BankEntry, payout: SentPayout, *, said: bool = False) -> Judgement:
    kind = MatchKind.PAYOUT_RETURN if entry.incoming else MatchKind.PAYOUT
    by = payout.return_entry_id if entry.incoming else payout.bank_entry_id
    if by == entry.id:
        # Of another amount, the rest is still to be booked: whoever began to resolve that has to end it.
        reason = None if abs(entry.amount_minor) == payout.amount_minor else _R.AMOUNT_DIFFERS
    else:
        reason = _refusal(entry, payout, said=said)
    if reason is None:
        return Found(kind=kind, owner_id=payout.merchant_id, subject_id=payout.id)
    return NotFoundYet(reason, (payout.merchant_id, payout.id))


def _refusal(entry: BankEntry, payout: SentPayout, *, said: bool) -> ItemReason | None:
    """Why the entry does not confirm or return the payout."""
    incoming = entry.incoming
    if (payout.return_entry_id if incoming else payout.bank_entry_id) is not None:
        return _R.ALREADY_RETURNED if incoming else _R.ALREADY_PAID
    # A debit that reverses something, or a credit that does not say why it comes, may be anything.
    doubtful = entry.return_reason is None and not entry.reversal if incoming else entry.reversal
    if doubtful and not said:
        return _R.AMBIGUOUS
    if abs(entry.amount_minor) != payout.amount_minor:
        return _R.AMOUNT_DIFFERS
    if payout.status is (_S.PAID if incoming else _S.IN_TRANSIT):
        return None
    return _R.NOT_YET_PAID if incoming and payout.status in {_S.APPROVED, _S.IN_TRANSIT} else _R.NOT_IN_TRANSIT


def _judge_remittances(entry: BankEntry, remittances: Sequence[Remittance]) -> Judgement:
    mine = next((one for one in remittances if one.bank_entry_id == entry.id), None)
    if mine is not None:
        return Found(kind=MatchKind.REMITTANCE, owner_id=PLATFORM, subject_id=mine.id)
    fitting = [one for one in remittances if remittance_refusal(entry, one) is None]
    if len(fitting) == 1:
        return Found(kind=MatchKind.REMITTANCE, owner_id=PLATFORM, subject_id=fitting[0].id)
    if fitting:
        return NotFoundYet(_R.AMBIGUOUS)
    if not remittances:
        named = entry.reference is not None or entry.end_to_end_id is not None
        return NotFoundYet(_R.NO_SUCH_REMITTANCE if named else _R.NO_REFERENCE)
    nearest = remittances[0]
    return NotFoundYet(remittance_refusal(entry, nearest) or _R.AMBIGUOUS, (PLATFORM, nearest.id))


def remittance_refusal(entry: BankEntry, remittance: Remittance) -> ItemReason | None:
    """Why the entry is not the remittance."""
    if remittance.currency != entry.currency:
        return _R.CURRENCY_DIFFERS
    if remittance.status is RemittanceStatus.MATCHED:
        return _R.ALREADY_MATCHED
    return None if remittance.net.minor == entry.amount_minor else _R.AMOUNT_DIFFERS
