"""The enums of payouts, with their descriptions."""

from api.enums import described
from domain.settlements.payout import PayoutStatus
from domain.settlements.payout_actions import PayoutAction
from domain.settlements.payout_attempt import AttemptOutcome as PayoutAttemptOutcome
from domain.settlements.payout_filter import PayoutOrder

described(
    PayoutStatus,
    "How far the money of a payout has come.",
    AWAITING_APPROVAL="Another person than the requester has to approve it.",
    HELD="Somebody keeps it from being approved until it is released.",
    APPROVED="It is approved, and waits to be sent to the bank.",
    IN_TRANSIT="The bank has been told to pay.",
    PAID="A bank statement shows that the money has left.",
    REJECTED="The second person did not want it.",
    CANCELED="It was taken back before the bank was told.",
    FAILED="It did not leave, and its money is available again.",
    RETURNED="The payee's bank sent it back, and its money is available again.",
)
described(
    PayoutAttemptOutcome,
    "What became of a payout at the bank.",
    called="PayoutAttemptOutcome",
    DELIVERED="A payment file with it has reached the bank.",
    PAID="A bank statement shows the debit.",
    FAILED="It will not be paid.",
    RETURNED="A bank statement shows that it came back.",
)
described(
    PayoutAction,
    "Something that can be done with a payout.",
    APPROVE="Let it go, as a second person.",
    REJECT="Refuse it, as a second person.",
    CANCEL="Take it back before a bank hears of it.",
    HOLD="Keep it from going on; an approval is taken back.",
    RELEASE="Let it be approved again.",
)
described(
    PayoutOrder,
    "How a list of payouts is sorted.",
    CREATED_AT_DESC="Newest first.",
    CREATED_AT_ASC="Oldest first.",
    AMOUNT_DESC="The largest amount first, by major units of whatever currency.",
    AMOUNT_ASC="The smallest amount first.",
)
