"""What of a camt.053 is read: elements by their place, in the two versions that banks send."""

from __future__ import annotations

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
VERSIONS = ("02", "08")


class Shape(dict[str, "Shape"]):
    """The elements that matter below an element. `field` is what its own text is kept as.

    `more`: a second text is added to the first one. `mark` names what begins and ends with it. `currency`: it carries
    one.
    """

    __slots__ = ("currency", "field", "mark", "more")

    def __init__(
        self,
        namespace: str,
        children: dict[str, Shape] | None = None,
        *,
        field: str | None = None,
        more: bool = False,
        mark: str | None = None,
        currency: bool = False,
    ) -> None:
        super().__init__({f"{namespace} {name}": shape for name, shape in (children or {}).items()})
        self.field = field
        self.more = more
        self.mark = mark
        self.currency = currency


def document(version: str) -> tuple[str, Shape]:
    """The root element's name, and its shape."""
    namespace = NAMESPACE + version
    statement = _Statement(namespace, later=version != VERSIONS[0])
    tree = statement.of(BkToCstmrStmt=statement.of(Stmt=statement.shape()))
    return f"{namespace} Document", tree


class _Statement:
    """Writes the shapes of one version down."""

    def __init__(self, namespace: str, *, later: bool) -> None:
        self._namespace = namespace
        self._later = later

    def of(self, **children: Shape) -> Shape:
        """An element of which only these are read."""
        return Shape(self._namespace, children)

    def text(self, field: str, *, more: bool = False) -> Shape:
        """An element whose text is kept."""
        return Shape(self._namespace, field=field, more=more)

    def amount(self) -> Shape:
        """An amount with its currency."""
        return Shape(self._namespace, field="amount", currency=True)

    def shape(self) -> Shape:
        """A statement (AccountStatement2, AccountStatement9)."""
        children = {
            "Id": self.text("reference"),
            "StmtPgntn": self.of(PgNb=self.text("page")),
            "ElctrncSeqNb": self.text("sequence"),
            "LglSeqNb": self.text("legal_sequence"),
            "FrToDt": self.of(FrDtTm=self.text("period_from"), ToDtTm=self.text("period_to")),
            "Acct": self.of(
                Id=self.of(IBAN=self.text("number"), Othr=self.of(Id=self.text("number"))), Ccy=self.text("currency")
            ),
            "Bal": self._balance(),
            "Ntry": self._entry(),
        }
        return Shape(self._namespace, children, mark="statement")

    def _balance(self) -> Shape:
        kind = self.of(CdOrPrtry=self.of(Cd=self.text("kind")), SubTp=self.of(Cd=self.text("subkind")))
        children = {"Tp": kind, "Amt": self.amount(), "CdtDbtInd": self.text("side"), "Dt": self._day("day")}
        return Shape(self._namespace, children, mark="balance")

    def _entry(self) -> Shape:
        code = self.of(
            Domn=self.of(
                Cd=self.text("domain"), Fmly=self.of(Cd=self.text("family"), SubFmlyCd=self.text("subfamily"))
            ),
            Prtry=self.of(Cd=self.text("proprietary")),
        )
        children = {
            "NtryRef": self.text("entry_reference"),
            "Amt": self.amount(),
            "CdtDbtInd": self.text("side"),
            "RvslInd": self.text("reversal"),
            "Sts": self.of(Cd=self.text("status"), Prtry=self.text("status")) if self._later else self.text("status"),
            "BookgDt": self._day("booked"),
            "ValDt": self._day("valued"),
            "AcctSvcrRef": self.text("bank_reference"),
            "BkTxCd": code,
            "NtryDtls": self.of(TxDtls=self._transaction()),
        }
        return Shape(self._namespace, children, mark="entry")

    def _transaction(self) -> Shape:
        references = self.of(AcctSvcrRef=self.text("bank_reference"), EndToEndId=self.text("end_to_end_id"))
        purpose = self.of(
            Ustrd=self.text("unstructured", more=True),
            Strd=self.of(CdtrRefInf=self.of(Ref=self.text("structured"))),
        )
        # Version 02 has no amount of a transaction but the one that was instructed or booked (AmtDtls).
        amounts = self.of(TxAmt=self.of(Amt=Shape(self._namespace, field="booked_amount", currency=True)))
        children = {
            "Refs": references,
            "Amt": self.amount(),
            "CdtDbtInd": self.text("side"),
            "AmtDtls": amounts,
            "RltdPties": self.of(Dbtr=self._party("debtor"), Cdtr=self._party("creditor")),
            "RmtInf": purpose,
            "RtrInf": self.of(Rsn=self.of(Cd=self.text("return_reason"), Prtry=self.text("return_reason"))),
        }
        return Shape(self._namespace, children, mark="transaction")

    def _party(self, field: str) -> Shape:
        name = self.text(field)
        return self.of(Pty=self.of(Nm=name)) if self._later else self.of(Nm=name)

    def _day(self, field: str) -> Shape:
        return self.of(Dt=self.text(field), DtTm=self.text(field))
