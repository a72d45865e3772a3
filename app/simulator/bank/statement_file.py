"""Writes a statement as banks do: ISO 20022 camt.053, in version 08 or in version 02."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from domain.kernel.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from app.simulator.bank.transfer import Booking, HouseAccount, Statement

BANK_NAME = "Simulator Bank"
BIC = "SIMBDEFFXXX"
_IBAN_COUNTRY = 2
_SHORTEST_IBAN = 15


class StatementVersion(StrEnum):
    """Which version of the message."""

    V02 = "02"
    V08 = "08"


@dataclass(frozen=True, slots=True)
class _Words:
    """What the versions call the same things."""

    bic: str
    status: str
    party: tuple[str, str]


_WORDS = {
    StatementVersion.V02: _Words("BIC", "<Sts>BOOK</Sts>", ("", "")),
    StatementVersion.V08: _Words("BICFI", "<Sts><Cd>BOOK</Cd></Sts>", ("<Pty>", "</Pty>")),
}


def statement_file(statement: Statement, version: StatementVersion = StatementVersion.V08) -> bytes:
    """The same bytes each time, in UTF-8: one statement with its balances and entries."""
    words = _WORDS[version]
    made = _moment(statement.made_at)
    first = statement.bookings[0].booked_at if statement.bookings else statement.made_at
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>',
        f"<GrpHdr><MsgId>{escape(statement.id)}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>",
        f"<Stmt><Id>{escape(statement.id)}</Id><ElctrncSeqNb>{statement.number}</ElctrncSeqNb>",
        f"<CreDtTm>{made}</CreDtTm>",
        f"<FrToDt><FrDtTm>{_moment(first)}</FrDtTm><ToDtTm>{made}</ToDtTm></FrToDt>",
        f"<Acct><Id>{_identification(statement.account.number)}</Id><Ccy>{statement.account.currency}</Ccy>",
        f"<Svcr><FinInstnId><{words.bic}>{BIC}</{words.bic}><Nm>{BANK_NAME}</Nm></FinInstnId></Svcr></Acct>",
        _balance("OPBD", statement.opening_minor, statement.account, first),
        _balance("CLBD", statement.closing_minor, statement.account, statement.made_at),
        *(_entry(booking, words) for booking in statement.bookings),
        "</Stmt></BkToCstmrStmt></Document>\n",
    )
    return "\n".join(lines).encode()


def _balance(kind: str, minor: int, account: HouseAccount, at: datetime) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_signed(minor, account)}"
        f"<Dt><Dt>{at:%Y-%m-%d}</Dt></Dt></Bal>"
    )


def _entry(booking: Booking, words: _Words) -> str:
    reversal = "<RvslInd>true</RvslInd>" if booking.reversed else ""
    day = f"{booking.booked_at:%Y-%m-%d}"
    return (
        f"<Ntry><NtryRef>{booking.number}</NtryRef>{_signed(booking.amount_minor, booking.account)}{reversal}"
        f"{words.status}<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{booking.bank_reference}</AcctSvcrRef>{_kind(booking)}"
        f"<NtryDtls><TxDtls>{_details(booking, words)}</TxDtls></NtryDtls></Ntry>"
    )


def _kind(booking: Booking) -> str:
    family, sub = ("RCDT", "ESCT")
    if booking.end_to_end_id is not None:
        family, sub = ("ICDT", "ESCT" if booking.reason is None else "RRTN")
    return f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"


def _details(booking: Booking, words: _Words) -> str:
    refs = f"<AcctSvcrRef>{booking.bank_reference}</AcctSvcrRef>"
    if booking.end_to_end_id is not None:
        refs += f"<EndToEndId>{escape(booking.end_to_end_id)}</EndToEndId>"
    parts = [f"<Refs>{refs}</Refs>"]
    if words is _WORDS[StatementVersion.V08]:
        parts.append(_signed(booking.amount_minor, booking.account))
    parts.append(_parties(booking, words))
    if booking.reference is not None:
        parts.append(f"<RmtInf><Ustrd>{escape(booking.reference)}</Ustrd></RmtInf>")
    if booking.reason is not None:
        parts.append(f"<RtrInf><Rsn><Cd>{escape(booking.reason)}</Cd></Rsn></RtrInf>")
    return "".join(parts)


def _parties(booking: Booking, words: _Words) -> str:
    if booking.party_name is None:
        return ""
    # Who got it, or who sent it; of what came back, still who should have got it.
    role = "Dbtr" if booking.end_to_end_id is None else "Cdtr"
    begin, end = words.party
    name = f"<{role}>{begin}<Nm>{escape(booking.party_name)}</Nm>{end}</{role}>"
    account = ""
    if booking.party_account is not None:
        account = f"<{role}Acct><Id>{_identification(booking.party_account)}</Id></{role}Acct>"
    return f"<RltdPties>{name}{account}</RltdPties>"


def _identification(number: str) -> str:
    if len(number) >= _SHORTEST_IBAN and number[:_IBAN_COUNTRY].isalpha():
        return f"<IBAN>{escape(number)}</IBAN>"
    return f"<Othr><Id>{escape(number)}</Id></Othr>"


def _signed(minor: int, account: HouseAccount) -> str:
    money = Money(abs(minor), currency_of(account.currency))
    sign = "CRDT" if minor >= 0 else "DBIT"
    return f'<Amt Ccy="{account.currency}">{money.plain}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
