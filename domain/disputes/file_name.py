"""The name under which a file is shown and downloaded: a plain name of the right ending, and never a path."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from domain.disputes.file_content import FileType

LONGEST_NAME = 120
# What separates paths, or has a meaning to a shell or to Windows.
_RESERVED = re.compile(r'[<>:"|?*]')
_SPACES = re.compile(r"\s+")
# Marks and format characters (bidirectional overrides, joiners) make a name read as another one.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})


def clean_name(given: str, kind: FileType) -> str:
    """The last part of the name without what cannot be seen or has a meaning to a system, with an ending of its type.

    Raises `Invalid` for a name of which nothing is left, and for one that no text may be.
    """
    clean_text(given, ("fileName",))
    normal = unicodedata.normalize("NFKC", given)
    last = re.split(r"[/\\]", normal)[-1]
    seen = "".join(character for character in last if unicodedata.category(character) not in _UNSEEN)
    plain = _SPACES.sub(" ", _RESERVED.sub("_", seen)).strip(" .")
    stem, ending = _split(plain, kind)
    stem = stem[: LONGEST_NAME - len(ending)].rstrip(" .")
    clean_text(stem, ("fileName",))
    return stem + ending


def _split(name: str, kind: FileType) -> tuple[str, str]:
    for ending in kind.endings:
        if name.lower().endswith(ending):
            return name[: -len(ending)].rstrip(" ."), ending
    return name, kind.endings[0]
