"""The characters that banks take: SEPA's Latin set (EPC217-08), into which everything else is written."""

from __future__ import annotations

import re
import string
import unicodedata

from text_unidecode import unidecode

ALLOWED = frozenset(string.ascii_letters + string.digits + "/-?:().,'+ ")
_SPELLED = {"&": "+", "_": "-", "@": "(at)"}
_SLASHES = re.compile(r"/{2,}")


def latin(text: str, longest: int) -> str:
    """The text in those characters, cut to a length; empty when nothing of it can be written so.

    Neither begins nor ends with a slash, nor has two in a row, as SEPA's rulebooks want it.
    """
    written = unidecode(unicodedata.normalize("NFC", text))
    spelled = "".join(_SPELLED.get(character, character) for character in written)
    allowed = "".join(character if character in ALLOWED else " " for character in spelled)
    return _SLASHES.sub("/", " ".join(allowed.split())).strip("/ ")[:longest].rstrip("/ ")
