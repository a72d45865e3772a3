"""What no file of the repository says."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.docs.markdown import ROOT

_NOT_OURS = {".git", ".venv", ".paydesk", "node_modules", "static", "__pycache__"}
# In pieces, or this file would be the only one that says them.
_HOSTS = [
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("npm", "js.org"),
    ("npm", "js.com"),
    ("yarn", "pkg.com"),
    ("crates", ".io"),
    ("un", "pkg.com"),
    ("js", "delivr.net"),
    ("cdn", "js.cloudflare.com"),
    ("proxy.gol", "ang.org"),
]
_MAKERS = [("clau", "de"), ("anthro", "pic"), ("chat", "gpt"), ("open", "ai"), ("co", "pilot"), ("l", "lm")]
_FORBIDDEN = re.compile(
    "|".join([*(re.escape(a + b) for a, b in _HOSTS), *(rf"\b{a + b}\b" for a, b in _MAKERS)]), re.IGNORECASE
)


def test_no_file_names_a_package_registry_or_how_it_was_made() -> None:
    found: list[str] = []
    for place, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in _NOT_OURS and not name.endswith("_cache")]
        for name in names:
            path = Path(place, name)
            match = _FORBIDDEN.search(_text(path))
            if match:
                found.append(f"{path.relative_to(ROOT)} says {match.group()}")
    assert not found


def test_the_rule_would_notice() -> None:
    assert _FORBIDDEN.search("https://files." + "".join(_HOSTS[1]) + "/packages")
    assert not _FORBIDDEN.search("all models of the copier")


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="ignore")
    except OSError:  # a dangling link
        return ""
