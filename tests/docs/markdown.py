"""The documents as their tests read them: fenced blocks, headings and links."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", ".venv", ".paydesk", "node_modules"}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: its language, and what stands in it."""

    language: str
    text: str


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    found: list[Path] = []
    for place, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in _NOT_OURS]
        found += [Path(place, name) for name in names if name.endswith(".md")]
    return sorted(found)


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [Block(language=language, text=text) for language, text in _FENCE.findall(document.read_text())]


def links(document: Path) -> list[str]:
    """Where a document leads, outside of its fenced blocks."""
    return _LINK.findall(_FENCE.sub("", document.read_text()))


def anchors(document: Path) -> set[str]:
    """The fragments that a document's headings can be reached by."""
    headings = _HEADING.findall(_FENCE.sub("", document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
