"""The commands that the documents show: all can be read by a shell, and the guide's do what the guide says."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.docs.guide import script, steps
from tests.docs.markdown import ROOT, blocks, documents

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shell_can_read_every_block(document: Path) -> None:
    text = "\n".join(block.text for block in blocks(document) if block.language == "sh")
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_guide_promises_something() -> None:
    assert sum(step.promised is not None for step in steps()) > 10


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide speaks curl, and there is none on this machine")
def test_the_guide_does_what_it_says(demo: Path, tmp_path: Path) -> None:
    done = subprocess.run(["bash", "-c", script(tmp_path)], cwd=demo, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + (demo / "answer.json").read_text()
    for number, step in enumerate(steps()):
        if step.promised is not None:
            assert (tmp_path / str(number)).read_text() == step.promised, step.commands
