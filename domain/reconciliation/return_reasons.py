"""Why banks send payments back, in words for people (ISO 20022 ExternalReturnReason1Code)."""

from __future__ import annotations

import re

UNSPECIFIED = "MS03"
_CODE = re.compile(r"[A-Z0-9]{4}")
_REASONS = {
    "AC01": "The account number is wrong or does not exist.",
    "AC03": "The account number is not valid.",
    "AC04": "The account is closed.",
    "AC06": "The account is blocked.",
    "AC13": "The account is of a kind that takes no such payments.",
    "AC14": "The agent or the account's bank is not right.",
    "AC15": "The account's details have changed.",
    "AG01": "Such payments are forbidden on this account.",
    "AG02": "The bank does not know the operation code.",
    "AM01": "The amount is zero.",
    "AM02": "The amount is higher than allowed.",
    "AM03": "The currency is not taken.",
    "AM04": "The funds do not suffice.",
    "AM05": "The payment was sent twice.",
    "AM09": "The amount is not as agreed.",
    "BE01": "The holder's name does not fit the account.",
    "BE04": "The holder's address is missing.",
    "BE05": "The sender is not known.",
    "CNOR": "The receiving bank is not registered in the clearing.",
    "CUST": "The sender asked for the money back.",
    "DNOR": "The sending bank is not registered in the clearing.",
    "DT01": "The date is not valid.",
    "ED05": "The settlement between the banks failed.",
    "FOCR": "The sender asked for the money back, and the bank agreed.",
    "FR01": "The bank suspects fraud.",
    "MD07": "The account's holder has died.",
    "MS02": "The holder refused, without a reason.",
    "MS03": "The bank gives no reason.",
    "NARR": "The bank's reason is in its own words.",
    "NOAS": "The holder did not answer.",
    "RC01": "The bank's identifier is wrong.",
    "RC07": "The bank's BIC is wrong.",
    "RR01": "The sender's account or identification is missing, as regulation wants it.",
    "RR02": "The sender's name or address is missing, as regulation wants it.",
    "RR03": "The receiver's name or address is missing, as regulation wants it.",
    "RR04": "A regulation forbids it.",
    "SL01": "A service of the bank stopped it.",
    "TECH": "A technical fault stopped it.",
    "TM01": "It came after the bank's cut-off.",
}


def known_code(code: str | None) -> str:
    """The bank's code where it has the form of one; otherwise that of no reason given."""
    return code if code is not None and _CODE.fullmatch(code) else UNSPECIFIED


def return_reason_text(code: str | None) -> str | None:
    """What a code means; the bank's own text where it gave no code."""
    return None if code is None else _REASONS.get(code, f"The bank's reason is {code}.")
