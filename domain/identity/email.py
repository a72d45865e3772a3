"""E-mail addresses as Paydesk compares them."""

from __future__ import annotations

import re

from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text

# RFC 5321, section 4.5.3.1: a path holds at most 256 octets with its angle brackets.
LONGEST_EMAIL = 254
_SHAPE = re.compile(r"[^@\s]+@[^@\s]+")


def normal_email(text: str, path: tuple[str, ...] = ("email",)) -> str:
    """The address in lower case, so that an invitation finds its person; raise `Invalid` for what is none.

    The local part may be case-sensitive by RFC 5321; no provider in use makes two people of it.
    """
    email = clean_text(text.strip(), path, longest=LONGEST_EMAIL).lower()
    if not _SHAPE.fullmatch(email):
        raise Invalid(path, "This is not an e-mail address; they look like name@example.com.")
    return email
