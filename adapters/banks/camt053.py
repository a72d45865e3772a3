"""Reads camt.053 (ISO 20022 BankToCustomerStatement, versions 02 and 08) as a stream, in the memory of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from adapters.banks.camt053_shape import NAMESPACE, VERSIONS, Shape, document
from adapters.banks.camt053_values import (
    day_of,
    masked,
    minor_of,
    number_of,
    reference_of,
    signed,
    transaction_code_of,
)
from adapters.currencies import currency_of
from domain.kernel.errors import Invalid
from domain.reconciliation.errors import StatementRefused, StatementRule
from domain.reconciliation.statement_parts import ReadEntry, StatementEnd, StatementHead

if TYPE_CHECKING:
    from datetime import date

    from domain.kernel.money import Currency
    from domain.reconciliation.statement_parts import Part

    Values = dict[str, str]

MOST_DEPTH = 64
LONGEST_TEXT = 1024
LONGEST_TOKEN = 1024 * 1024
"""So many bytes of a tag, a comment or an attribute may stand in a row; more than that would have to be held."""
_MOST_PIECES = 64
MOST_TRANSACTIONS = 100_000
"""So many transactions may stand in one entry, all of which have to be held until it ends."""
_DOCUMENTS = dict(document(version) for version in VERSIONS)
_IGNORED = Shape("")
_OPENINGS = ("OPBD", "PRCD")
_CLOSING = "CLBD"
# Of what a text can be used for elsewhere nothing needs more than this; longer ones are cut, since banks do the same.
_NAME = 140


class Camt053:
    """Satisfies `domain.reconciliation.ports.StatementFormat`."""

    def reading(self) -> Camt053Reading:
        """A new file."""
        return Camt053Reading()


class Camt053Reading:
    """Satisfies `domain.reconciliation.ports.StatementReading`; one for each file.

    Nothing is fetched, nothing is expanded: a document type declaration, without which there are no entities, is
    refused as soon as it begins.
    """

    def __init__(self) -> None:
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_declaration
        parser.StartElementHandler = self._start_root
        parser.EndElementHandler = self._end
        self._texts: list[str] = []
        parser.CharacterDataHandler = self._texts.append
        self._fed = 0
        self._parts: list[Part] = []
        self._entries: list[ReadEntry] = []
        self._stack: list[Shape] = []
        self._shape = _IGNORED
        self._values: Values = {}
        self._line = 0
        self._statements = 0
        self._of_statement: Values = {}
        self._of_entry: Values = {}
        self._transactions: list[Values] = []
        self._balances: dict[str, tuple[int, date, Currency]] = {}
        self._head: StatementHead | None = None
        self._noted = 0

    def feed(self, chunk: bytes) -> list[Part]:
        """What these bytes bring to an end; raise `StatementRefused`."""
        self._parse(chunk, final=False)
        self._fed += len(chunk)
        # Between two tags expat holds nothing, in the middle of one all of it.
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TOKEN:
            raise self._refused(StatementRule.TEXT_TOO_LONG, "A tag or a comment is longer than a megabyte.")
        if len(self._texts) > _MOST_PIECES:
            raise self._refused(StatementRule.TEXT_TOO_LONG, "A text is too long.")
        return self._taken()

    def close(self) -> list[Part]:
        """What is left; raise `StatementRefused` also for a file that breaks off, and one without a statement."""
        self._parse(b"", final=True)
        if not self._statements:
            raise self._refused(StatementRule.NO_STATEMENT, "The file holds no statement.")
        return self._taken()

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            if final:
                raise StatementRefused(
                    StatementRule.TRUNCATED, error.lineno, "The file ends in the middle of a statement."
                ) from error
            message = f"This is not well-formed XML: {expat.ErrorString(error.code)}."
            raise StatementRefused(StatementRule.NOT_XML, error.lineno, message) from error
        except (LookupError, ValueError) as error:
            # What pyexpat says of an encoding that it cannot make a table of.
            raise self._refused(StatementRule.NOT_XML, "The file is in an encoding that is not read here.") from error

    def _taken(self) -> list[Part]:
        if self._entries:
            self._parts.append(self._entries)
            self._entries = []
        taken, self._parts = self._parts, []
        return taken

    def _refused(self, rule: StatementRule, message: str) -> StatementRefused:
        return StatementRefused(rule, self._parser.CurrentLineNumber, message)

    def _refuse_declaration(self, *_: object) -> None:
        raise self._refused(
            StatementRule.ENTITY_DECLARED, "The file has a document type declaration; statements have none."
        )

    def _start_root(self, name: str, _: dict[str, str]) -> None:
        shape = _DOCUMENTS.get(name)
        if shape is None:
            known = " or ".join(NAMESPACE + version for version in VERSIONS)
            raise self._refused(StatementRule.WRONG_VERSION, f"The file's root is not a Document of {known}.")
        self._stack.append(_IGNORED)
        self._shape = shape
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        # Called some forty times an entry; so is `_end`.
        self._stack.append(self._shape)
        shape = self._shape.get(name)
        if shape is None:
            # What is read is never this deep.
            self._shape = _IGNORED
            if len(self._stack) > MOST_DEPTH:
                raise self._refused(StatementRule.TOO_DEEP, f"Elements stand more than {MOST_DEPTH} deep.")
            return
        self._shape = shape
        if shape.field is not None:
            self._texts.clear()
            if shape.currency:
                self._values[f"{shape.field}_currency"] = attributes.get("Ccy", "")
        elif shape.mark is not None:
            self._begin(shape.mark)

    def _end(self, _: str) -> None:
        shape = self._shape
        field = shape.field
        texts = self._texts
        if field is not None:
            text = (texts[0] if len(texts) == 1 else "".join(texts)).strip()
            if len(text) > LONGEST_TEXT:
                raise self._refused(StatementRule.TEXT_TOO_LONG, f"A text has more than {LONGEST_TEXT} characters.")
            if shape.more and field in self._values:
                text = f"{self._values[field]} {text}"[:LONGEST_TEXT]
            self._values[field] = text
        elif shape.mark is not None:
            self._finish(shape.mark)
        texts.clear()
        self._shape = self._stack.pop()

    def _begin(self, mark: str) -> None:
        if mark == "transaction":
            self._values = {}
            self._transactions.append(self._values)
            if len(self._transactions) > MOST_TRANSACTIONS:
                message = f"An entry holds at most {MOST_TRANSACTIONS} transactions."
                raise self._refused(StatementRule.TOO_LARGE, message)
            return
        self._values = {}
        self._line = self._parser.CurrentLineNumber
        if mark == "statement":
            self._of_statement = self._values
            self._of_statement["line"] = str(self._line)
            self._balances = {}
            self._head = None
            self._noted = 0
        elif mark == "entry":
            if self._head is None:
                self._head = self._make_head()
            self._of_entry = self._values
            self._transactions = []

    def _finish(self, mark: str) -> None:
        if mark == "transaction":
            self._values = self._of_entry
        elif mark == "entry":
            self._take_entry(self._of_entry)
        elif mark == "balance":
            self._take_balance(self._values)
            self._values = self._of_statement
        else:
            if self._head is None:
                self._head = self._make_head()
            if self._entries:
                self._parts.append(self._entries)
                self._entries = []
            self._parts.append(StatementEnd(self._parser.CurrentLineNumber, self._noted))
            self._statements += 1

    def _take_balance(self, values: Values) -> None:
        kind = values.get("kind")
        if kind is None or kind not in {*_OPENINGS, _CLOSING}:
            return
        line = self._line
        currency = self._currency(values["amount_currency"] if "amount" in values else "")
        day = day_of(values.get("day"), line)
        if day is None:
            raise StatementRefused(StatementRule.ELEMENT_MISSING, line, f"The balance {kind} has no date.")
        minor = signed(minor_of(values["amount"], currency.exponent, line), values.get("side"), line)
        # An interim balance (of a statement in several pages) counts where there is no other.
        if kind not in self._balances or values.get("subkind") != "INTM":
            self._balances[kind] = (minor, day, currency)

    def _make_head(self) -> StatementHead:
        of = self._of_statement
        line = int(of["line"])
        openings = [self._balances[kind] for kind in _OPENINGS if kind in self._balances]
        closing = self._balances.get(_CLOSING)
        if not openings or closing is None:
            missing = _CLOSING if openings else "OPBD or PRCD"
            raise StatementRefused(StatementRule.BALANCE_MISSING, line, f"The statement has no balance {missing}.")
        for what, field in (("account number", "number"), ("id", "reference")):
            if not of.get(field):
                raise StatementRefused(StatementRule.ELEMENT_MISSING, line, f"The statement has no {what}.")
        opening_minor, opening_on, currency = openings[0]
        if {closing[2].code, of.get("currency", currency.code)} != {currency.code}:
            raise StatementRefused(
                StatementRule.CURRENCY_MISMATCH, line, "The account and its balances are in several currencies."
            )
        head = StatementHead(
            line=line,
            number=of["number"].replace(" ", ""),
            currency=currency,
            reference=masked(of["reference"]),
            sequence=number_of(of.get("sequence"), "ElctrncSeqNb", line),
            legal_sequence=number_of(of.get("legal_sequence"), "LglSeqNb", line),
            page=number_of(of.get("page"), "PgNb", line),
            period_from=of.get("period_from"),
            period_to=of.get("period_to"),
            opening_minor=opening_minor,
            opening_on=opening_on,
            closing_minor=closing[0],
            closing_on=closing[1],
        )
        self._parts.append(head)
        return head

    def _currency(self, code: str) -> Currency:
        try:
            return currency_of(code)
        except Invalid:
            raise StatementRefused(
                StatementRule.CURRENCY_MISMATCH, self._line, "An amount has no currency of ISO 4217."
            ) from None

    def _take_entry(self, values: Values) -> None:
        status = values.get("status")
        if status is None:
            raise StatementRefused(StatementRule.ELEMENT_MISSING, self._line, "An entry has no status.")
        if status != "BOOK":
            self._noted += 1
            self._values = self._of_statement
            return
        amount = self._amount(values)
        transactions = self._transactions
        if len(transactions) > 1:
            self._take_batch(values, transactions, amount)
        else:
            self._entries.append(self._entry(values, transactions[0] if transactions else {}, amount))
        self._values = self._of_statement

    def _take_batch(self, values: Values, transactions: list[Values], amount: int) -> None:
        """Each transaction of an entry that books several; the entry itself when not all of them have amounts."""
        parts = [self._part(transaction, values) for transaction in transactions]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            self._entries.append(self._entry(values, {}, amount))
            return
        if sum(known) != amount:
            raise StatementRefused(
                StatementRule.BATCH_MISMATCH, self._line, "The transactions of an entry do not sum to its amount."
            )
        for transaction, part in zip(transactions, known, strict=True):
            self._entries.append(self._entry(values, transaction, part))

    def _part(self, transaction: Values, values: Values) -> int | None:
        assert self._head is not None
        currency = self._head.currency
        for field in ("amount", "booked_amount"):
            if transaction.get(f"{field}_currency") == currency.code and field in transaction:
                minor = minor_of(transaction[field], currency.exponent, self._line)
                return signed(minor, transaction.get("side", values.get("side")), self._line)
        return None

    def _amount(self, values: Values) -> int:
        assert self._head is not None
        if "amount" not in values:
            raise StatementRefused(StatementRule.ELEMENT_MISSING, self._line, "An entry has no amount.")
        if values["amount_currency"] != self._head.currency.code:
            raise StatementRefused(
                StatementRule.CURRENCY_MISMATCH, self._line, "An entry is not in the statement's currency."
            )
        minor = minor_of(values["amount"], self._head.currency.exponent, self._line)
        return signed(minor, values.get("side"), self._line)

    def _entry(self, values: Values, transaction: Values, amount: int) -> ReadEntry:
        assert self._head is not None
        of, told = values.get, transaction.get
        line = self._line
        valued = day_of(of("valued"), line)
        returned = told("return_reason")
        # Of a payment that comes back, the parties are those of the payment that went out.
        parties = ("debtor", "creditor") if amount > 0 and returned is None else ("creditor", "debtor")
        party = told(parties[0]) or told(parties[1])
        return ReadEntry(
            line,
            amount,
            day_of(of("booked"), line) or valued or self._head.closing_on,
            valued,
            of("reversal") in {"true", "1"},
            reference_of(told("end_to_end_id")),
            reference_of(told("bank_reference")) or reference_of(of("bank_reference")),
            reference_of(of("entry_reference")),
            reference_of(told("structured")) or reference_of(told("unstructured")),
            transaction_code_of(values),
            returned and masked(returned),
            party and masked(party[:_NAME]),
        )
