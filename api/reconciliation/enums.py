"""The words of reconciliation, each with what it means."""

from api.enums import described
from domain.reconciliation.bank_match import MatchKind
from domain.reconciliation.errors import StatementRule
from domain.reconciliation.item_actions import ItemAction
from domain.reconciliation.reconciliation_item import ItemReason, ItemStatus, Resolution
from domain.reconciliation.remittance import RemittanceStatus
from domain.reconciliation.statement_import import ImportSource, ImportStatus

__all__ = [
    "ImportSource",
    "ImportStatus",
    "ItemAction",
    "ItemReason",
    "ItemStatus",
    "MatchKind",
    "RemittanceStatus",
    "Resolution",
    "StatementRule",
]

described(
    ImportStatus,
    "Where the import of a file of bank statements stands.",
    called="StatementImportStatus",
    AWAITING_UPLOAD="A link was given out; the file is still to come.",
    RECEIVED="The file waits to be read.",
    READING="The file is being read; nothing of it counts yet.",
    IMPORTED="All of it was read, and counts.",
    QUARANTINED="It is set aside; `rule`, `line` and `message` say why, and nothing of it counts.",
    DUPLICATE="It holds nothing that an earlier import did not; `duplicateOf` is that one.",
    EXPIRED="The file never came.",
)
described(
    ImportSource,
    "How a file of bank statements came.",
    called="StatementImportSource",
    UPLOAD="Somebody uploaded it by a link.",
    TEXT="Somebody gave it as a text.",
    INBOX="The bank left it in the watched prefix.",
)
described(
    StatementRule,
    "The rule by which a file of bank statements is quarantined.",
    NOT_XML="It is no well-formed XML, or in an unknown encoding.",
    ENTITY_DECLARED="It has a document type declaration, without which there are no entities.",
    WRONG_VERSION="It is no camt.053 of the versions 02 and 08.",
    TRUNCATED="It ends before its root does.",
    TOO_LARGE="It has too many bytes or statements, or a sum beyond 64 bits.",
    TOO_DEEP="Its elements stand too deep in each other.",
    TEXT_TOO_LONG="A text, a tag or a comment is too long.",
    ELEMENT_MISSING="An element is missing that is needed.",
    VALUE_MALFORMED="A date, a number or a code is not written as it has to be.",
    AMOUNT_MALFORMED="An amount is no decimal number with the currency's digits.",
    CURRENCY_MISMATCH="An amount is not in the account's currency.",
    BATCH_MISMATCH="The transactions of an entry do not sum to its amount.",
    BALANCE_MISSING="An opening or closing balance is missing.",
    BALANCE_MISMATCH="The opening balance and the entries do not make the closing balance.",
    UNKNOWN_ACCOUNT="The account is none of ours.",
    CONTENT_CHANGED="The statement was imported before with another content.",
    NO_STATEMENT="The file is empty, or holds no statement.",
    NOT_READ="Reading it was begun again and again without getting on.",
)
described(
    MatchKind,
    "What an entry of a bank statement is.",
    called="BankMatchKind",
    PAYOUT="A payout that left.",
    PAYOUT_RETURN="A payout that came back.",
    REMITTANCE="What a gateway paid out to us.",
    SUSPENSE="What nobody could match; it was resolved, and booked to suspense.",
)
described(
    ItemStatus,
    "Where a reconciliation item stands.",
    called="ReconciliationItemStatus",
    UNMATCHED="The entry matches nothing that we know of.",
    MATCHED="The entry is known.",
    BREAK="Something went wrong, here or at the bank.",
    RESOLVED="What it was is known, and booked.",
)
described(
    ItemReason,
    "Why an entry matches nothing.",
    called="ReconciliationReason",
    NO_REFERENCE="It has no reference by which it could be known.",
    NO_SUCH_PAYOUT="No payout has its end-to-end id.",
    NO_SUCH_REMITTANCE="No remittance has its reference.",
    AMOUNT_DIFFERS="What has its reference has another amount.",
    CURRENCY_DIFFERS="What has its reference is in another currency.",
    ACCOUNT_DIFFERS="The payout went out from another account.",
    ALREADY_PAID="Another entry has confirmed the payout already.",
    ALREADY_RETURNED="Another entry has brought the payout back already.",
    ALREADY_MATCHED="Another entry was matched with the remittance already.",
    NOT_YET_PAID="It brings back a payout that no statement has confirmed yet.",
    NOT_IN_TRANSIT="The payout is not in transit.",
    AMBIGUOUS="It may be several things.",
)
described(
    Resolution,
    "What an entry turned out to be that matches nothing.",
    called="ReconciliationResolution",
    BANK_CHARGE="What the bank charges.",
    BANK_ERROR="A mistake of the bank's, which it will correct.",
    INTEREST="Interest.",
    OWN_TRANSFER="Money between accounts of our own.",
    PAID_TWICE="A payout that the bank has paid twice.",
    AMOUNT_DIFFERENCE="A payout of which the bank has paid another amount.",
    UNKNOWN_PAYER="Money of somebody we do not know.",
    OTHER="Something else; the note says what.",
)
described(
    RemittanceStatus,
    "Whether what a gateway pays out to us has come.",
    EXPECTED="It is still to come.",
    MATCHED="A bank statement has it.",
)
described(
    ItemAction,
    "Something that can be done with a reconciliation item.",
    called="ReconciliationItemAction",
    MATCH="Say which payout or remittance it is.",
    RESOLVE="Say what it was, and book it to suspense.",
    ASSIGN="Give it to somebody.",
)
