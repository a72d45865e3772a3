"""The enums of settlements, with what each of their values means."""

from api.enums import described
from domain.settlements.actions import SettlementAccountAction, SettlementAction
from domain.settlements.filter import SettlementOrder
from domain.settlements.line import LineKind
from domain.settlements.schedule import BankCalendar, Frequency
from domain.settlements.settlement import SettlementStatus

__all__ = [
    "BankCalendar",
    "Frequency",
    "LineKind",
    "SettlementAccountAction",
    "SettlementAction",
    "SettlementOrder",
    "SettlementStatus",
]

described(
    SettlementStatus,
    "How far a settlement has come.",
    OPEN="It gathers what is posted until its cut-off.",
    CLOSED="Its lines and sums stand for good, and its net is available.",
    PAID_OUT="The bank has confirmed the payout that held its net.",
)
described(
    LineKind,
    "What a line of a settlement is for.",
    called="SettlementLineKind",
    CAPTURE="What a payment brought.",
    REFUND="What was given back of a payment, or a refund that came back.",
    FEE="What a capture cost, or what of that a refund gave back.",
    DISPUTE="What a network withdrew for a dispute.",
    DISPUTE_FEE="What a dispute cost.",
    DISPUTE_REVERSAL="Disputed funds that a network gave back.",
    RESERVE_HOLD="What is held back for a while.",
    RESERVE_RELEASE="What was held back long enough.",
    ADJUSTMENT="What was given or taken by hand, with somebody's approval.",
    CARRIED_OVER="What the settlement before could not pay, or what this one leaves to the next.",
)
described(
    SettlementOrder,
    "How a list of settlements is sorted.",
    OPENED_AT_DESC="The last opened first.",
    OPENED_AT_ASC="The first opened first.",
    SETTLES_ON_DESC="By settlement date, the latest first; without those that have none.",
    SETTLES_ON_ASC="By settlement date, the earliest first; without those that have none.",
    NET_DESC="The largest net first, in major units of whatever currency.",
    NET_ASC="The smallest net first, in major units of whatever currency.",
)
described(
    Frequency,
    "How often a settlement is cut off.",
    called="SettlementFrequency",
    DAILY="At the end of every business day.",
    WEEKLY="On one weekday.",
    MONTHLY="On one day of the month.",
    MANUAL="Only when somebody closes it.",
)
described(
    BankCalendar,
    "Whose bank holidays count.",
    TARGET2="The euro's (TARGET).",
    ARGENTINA="Argentina's.",
    BRAZIL="Brazil's.",
    UNITED_STATES="Those of the United States.",
)
described(
    SettlementAction,
    "What can be done with a settlement.",
    CLOSE="closeSettlement.",
)
described(
    SettlementAccountAction,
    "What can be done with a settlement account.",
    SET_SCHEDULE="setSettlementSchedule.",
    HOLD="holdSettlements.",
    RELEASE="releaseSettlements.",
    ADJUST="adjustSettlement.",
)
