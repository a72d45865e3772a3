"""Files of bank statements as banks write them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

IBAN = "DE89370400440532013000"
DAY = "2026-01-05"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One transaction of an entry; `amount` is written when it is given."""

    end_to_end_id: str | None = None
    amount: str | None = None
    return_reason: str | None = None
    text: str | None = None
    structured: str | None = None
    name: str | None = "Shop GmbH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry; `side` is CRDT or DBIT."""

    amount: str = "10.00"
    side: str = "DBIT"
    status: str = "BOOK"
    currency: str = "EUR"
    reversal: bool = False
    booked: str | None = DAY
    reference: str | None = "BANK-1"
    details: tuple[Detail, ...] = (Detail(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A statement; `closing` is what its entries make of `opening`, unless it is given."""

    lines: tuple[Line, ...] = field(default_factory=tuple)
    number: str = IBAN
    reference: str = "STM-1"
    sequence: int | None = 1
    currency: str = "EUR"
    opening: int = 100_000
    closing: int | None = None
    opening_kind: str = "OPBD"
    day: str = DAY
    digits: int = 2

    def ending(self) -> int:
        """The closing balance in minor units."""
        if self.closing is not None:
            return self.closing
        signs = {"CRDT": 1, "DBIT": -1}
        booked = [line for line in self.lines if line.status == "BOOK"]
        return self.opening + sum(signs[line.side] * self.minor(line.amount) for line in booked)

    def minor(self, amount: str) -> int:
        """An amount in minor units."""
        whole, _, fraction = amount.partition(".")
        return int(whole + fraction.ljust(self.digits, "0"))

    def plain(self, minor: int) -> str:
        """Minor units as an amount without a sign."""
        digits = str(abs(minor)).zfill(self.digits + 1)
        return f"{digits[: -self.digits]}.{digits[-self.digits :]}" if self.digits else digits


def a_debit(amount: str, end_to_end_id: str | None, **values: object) -> Line:
    """What left, for a payment of that id."""
    return replace(Line(amount=amount, details=(Detail(end_to_end_id=end_to_end_id),)), **values)  # pyright: ignore[reportArgumentType]


def a_return(amount: str, end_to_end_id: str, reason: str | None = "AC04") -> Line:
    """What came back."""
    return Line(amount=amount, side="CRDT", details=(Detail(end_to_end_id=end_to_end_id, return_reason=reason),))


def a_credit(amount: str, text: str | None) -> Line:
    """What came, for that purpose."""
    return Line(amount=amount, side="CRDT", details=(Detail(text=text, name="Acquirer AG"),))


def a_file(*sheets: Sheet, version: str = "08", encoding: str = "UTF-8", indent: str = "\n", before: str = "") -> bytes:
    """The file's bytes; `before` stands between the declaration and the root."""
    statements = indent.join(_statement(sheet, version, indent) for sheet in sheets)
    text = indent.join(
        [
            f'<?xml version="1.0" encoding="{encoding}"?>{before}',
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">',
            "<BkToCstmrStmt><GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-01-05T23:00:00</CreDtTm></GrpHdr>",
            statements,
            "</BkToCstmrStmt></Document>",
        ]
    )
    return text.encode(encoding)


def _statement(sheet: Sheet, version: str, indent: str) -> str:
    sequence = "" if sheet.sequence is None else f"<ElctrncSeqNb>{sheet.sequence}</ElctrncSeqNb>"
    return indent.join(
        [
            f"<Stmt><Id>{escape(sheet.reference)}</Id>{sequence}<CreDtTm>{sheet.day}T23:00:00</CreDtTm>",
            f"<Acct><Id><IBAN>{sheet.number}</IBAN></Id><Ccy>{sheet.currency}</Ccy></Acct>",
            _balance(sheet, sheet.opening_kind, sheet.opening),
            _balance(sheet, "CLBD", sheet.ending()),
            _balance(sheet, "CLAV", sheet.ending()),
            *(_entry(line, version, indent) for line in sheet.lines),
            "</Stmt>",
        ]
    )


def _balance(sheet: Sheet, kind: str, minor: int) -> str:
    side = "DBIT" if minor < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{sheet.currency}">{sheet.plain(minor)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{sheet.day}</Dt></Dt></Bal>"
    )


def _entry(line: Line, version: str, indent: str) -> str:
    status = f"<Sts>{line.status}</Sts>" if version == "02" else f"<Sts><Cd>{line.status}</Cd></Sts>"
    parts = [
        f'<Ntry><Amt Ccy="{line.currency}">{line.amount}</Amt><CdtDbtInd>{line.side}</CdtDbtInd>',
        "<RvslInd>true</RvslInd>" if line.reversal else "",
        status,
        "" if line.booked is None else f"<BookgDt><Dt>{line.booked}</Dt></BookgDt>",
        "" if line.reference is None else f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>",
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>",
        f"<NtryDtls>{indent.join(_detail(one, line, version) for one in line.details)}</NtryDtls>",
        "</Ntry>",
    ]
    return indent.join(part for part in parts if part)


def _detail(detail: Detail, line: Line, version: str) -> str:
    refs = "" if detail.end_to_end_id is None else f"<Refs><EndToEndId>{detail.end_to_end_id}</EndToEndId></Refs>"
    amount = ""
    if detail.amount is not None:
        written = f'<Amt Ccy="{line.currency}">{detail.amount}</Amt>'
        amount = f"<AmtDtls><TxAmt>{written}</TxAmt></AmtDtls>" if version == "02" else written
    party = "" if detail.name is None else f"<Nm>{escape(detail.name)}</Nm>"
    role = "Dbtr" if line.side == "CRDT" and detail.return_reason is None else "Cdtr"
    parties = f"<RltdPties><{role}>{party if version == '02' else f'<Pty>{party}</Pty>'}</{role}></RltdPties>"
    strd = f"<Strd><CdtrRefInf><Ref>{detail.structured}</Ref></CdtrRefInf></Strd>" if detail.structured else ""
    purpose = f"<RmtInf>{'' if detail.text is None else f'<Ustrd>{escape(detail.text)}</Ustrd>'}{strd}</RmtInf>"
    why = "" if detail.return_reason is None else f"<RtrInf><Rsn><Cd>{detail.return_reason}</Cd></Rsn></RtrInf>"
    return f"<TxDtls>{refs}{amount}{parties}{purpose}{why}</TxDtls>"
