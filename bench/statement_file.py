"""A camt.053 of any number of entries, written to disk piece by piece."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

IBAN = "DE89370400440532013000"
_SEED = 20260105
_OPENING = 10**15
_ID_DIGITS = 8
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-05T23:00:00Z</CreDtTm></GrpHdr>\n<Stmt><Id>"
)
_REST = (
    "</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-01-05T23:00:00Z</CreDtTm>"
    f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
)
_BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Dt><Dt>2026-01-05</Dt></Dt></Bal>\n"
)
_ENTRY = """<Ntry>
 <NtryRef>{number}</NtryRef>
 <Amt Ccy="EUR">{amount}</Amt>
 <CdtDbtInd>DBIT</CdtDbtInd>
 <Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><Dt>2026-01-05</Dt></BookgDt>
 <ValDt><Dt>2026-01-05</Dt></ValDt>
 <AcctSvcrRef>BANKREF{number:09}</AcctSvcrRef>
 <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
 <NtryDtls><TxDtls>
  <Refs><EndToEndId>PYO01KE8ZVB4PEX5VSKNK0{number:07}</EndToEndId></Refs>
  <Amt Ccy="EUR">{amount}</Amt>
  <CdtDbtInd>DBIT</CdtDbtInd>
  <RltdPties><Cdtr><Pty><Nm>Merchant {name}</Nm></Pty></Cdtr></RltdPties>
  <RmtInf><Ustrd>Settlement {number}</Ustrd></RmtInf>
 </TxDtls></NtryDtls>
</Ntry>
"""


def write_statement(path: Path, entries: int) -> None:
    """The same file for the same number; its opening balance and entries make its closing balance."""
    amounts = random.Random(_SEED)
    total = sum(amounts.randrange(100, 500_000) for _ in range(entries))
    amounts.seed(_SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{_HEAD}{0:0{_ID_DIGITS}}{_REST}")
        file.write(_BALANCE.format("OPBD", _plain(_OPENING)) + _BALANCE.format("CLBD", _plain(_OPENING - total)))
        for number in range(entries):
            amount = _plain(amounts.randrange(100, 500_000))
            file.write(_ENTRY.format(number=number, amount=amount, name=number % 5000))
        file.write("</Stmt></BkToCstmrStmt></Document>\n")


def rename_statement(path: Path, number: int) -> None:
    """Give the statement another id, so that it is another statement."""
    with path.open("r+b") as file:
        file.seek(len(_HEAD.encode()))
        file.write(f"{number:0{_ID_DIGITS}}".encode())


def _plain(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
