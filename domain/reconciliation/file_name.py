"""Names of files, as people see them."""

from __future__ import annotations

import re

from domain.kernel.text import clean_text
from domain.reconciliation.statement_import import LONGEST_NAME

_SEPARATORS = re.compile(r"[/\\]")


def clean_file_name(name: str) -> str:
    """The name without folders; raise `Invalid` for one that is empty, too long or unprintable."""
    return clean_text(_SEPARATORS.split(name.strip())[-1], ("fileName",), longest=LONGEST_NAME)
