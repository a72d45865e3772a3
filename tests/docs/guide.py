"""The guide of the API, of disputes and of fraud as one script: its commands in order, each block's output in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.docs.markdown import ROOT, blocks

if TYPE_CHECKING:
    from pathlib import Path

# In this order: what the first defines, the others go on with.
GUIDE = tuple(ROOT / "docs" / name for name in ("api.md", "disputes.md", "fraud.md"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A block of commands, and what the guide says that they print: None when it says nothing."""

    commands: str
    promised: str | None


def steps() -> list[Step]:
    """The guide's steps: a `text` block is the output of the `sh` block before it."""
    found: list[Step] = []
    pending: str | None = None
    for block in (block for document in GUIDE for block in blocks(document)):
        if pending is not None:
            found.append(Step(commands=pending, promised=block.text if block.language == "text" else None))
        pending = block.text if block.language == "sh" else None
    return found if pending is None else [*found, Step(commands=pending, promised=None)]


def script(outputs: Path) -> str:
    """All steps in one shell, since later ones use the variables of earlier ones."""
    parts = [f"{{\n{step.commands}}} > '{outputs}/{number}'\n" for number, step in enumerate(steps())]
    return "set -euo pipefail\n" + "".join(parts)
