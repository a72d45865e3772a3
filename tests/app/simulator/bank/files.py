"""Files of transfers as the bank takes them, short to write."""

from __future__ import annotations

from dataclasses import dataclass

IBAN = "DE89370400440532013000"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One transfer."""

    id: str
    amount: str
    account: str = "DE75512108001245126199"
    name: str = "Kaffeewerk & Söhne"


def a_file(*lines: Line, message: str = "M1", currency: str = "EUR", total: str | None = None, head: str = "") -> bytes:
    """A payment file; `total` is the control sum, when it is to be stated."""
    control = "" if total is None else f"<CtrlSum>{total}</CtrlSum>"
    transfers = "".join(
        f"<CdtTrfTxInf><PmtId><EndToEndId>{line.id}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{line.amount}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{line.name.replace('&', '&amp;')}</Nm></Cdtr><CdtrAcct><Id><IBAN>{line.account}</IBAN></Id></CdtrAcct>"
        "<RmtInf><Ustrd>Settlement 12</Ustrd></RmtInf></CdtTrfTxInf>"
        for line in lines
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn><GrpHdr><MsgId>{message}</MsgId>
<CreDtTm>2026-03-02T10:00:00Z</CreDtTm><NbOfTxs>{len(lines)}</NbOfTxs>{control}</GrpHdr>
<PmtInf><PmtInfId>P</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-03-02</Dt></ReqdExctnDt>
<Dbtr><Nm>Paydesk</Nm></Dbtr><DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct>
{transfers}</PmtInf></CstmrCdtTrfInitn></Document>""".encode()
