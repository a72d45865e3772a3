"""How a file is handed to browsers: to be saved under its name, never to be shown (RFC 6266)."""

from __future__ import annotations

import re
from urllib.parse import quote

_NOT_PLAIN = re.compile(r'[^ !#-\[\]-~]|"')
# What RFC 8187 lets stand beside letters and digits.
_SAFE = "!#$&+-.^_`|~"


def attachment(name: str) -> str:
    """The Content-Disposition of a name; clients that know no `filename*` get underscores for what is not ASCII."""
    plain = _NOT_PLAIN.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_SAFE)}"
