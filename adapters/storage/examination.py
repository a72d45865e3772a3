"""The scanner that is always there: known test viruses, and files that are damaged or would do something."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.disputes.storage import Verdict, VerdictKind
from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from domain.disputes.file_content import FileType

_EXAMINER = Path(__file__).with_name("examiner.py")
_LONGEST_SECONDS = 30
_MOST_AT_ONCE = 2
# The EICAR test file's text (https://www.eicar.org/download-anti-malware-testfile/), in two parts: as one, scanners
# would take this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Examination:
    """Satisfies `VirusScanner`: each file is opened in a process of its own, which may break."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_MOST_AT_ONCE)

    async def scan(self, content: bytes, content_type: FileType) -> Verdict:
        """What it finds; raise `Unavailable` when no process can be started."""
        if EICAR in content:
            return Verdict(kind=VerdictKind.INFECTED, found="EICAR")
        async with self._turns:
            said = await _examined(content, content_type)
        if said is None:
            return Verdict(kind=VerdictKind.UNREADABLE, found="takes too much to open")
        return Verdict(kind=VerdictKind(said["kind"]), found=said.get("found"), pages=said.get("pages"))


async def _examined(content: bytes, content_type: FileType) -> dict[str, Any] | None:
    """What the examiner says; None when it dies, takes too long or stammers, which honest files do not make it do."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-B",
            str(_EXAMINER),
            content_type.value,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # None of our secrets: it may fall into the hands of whoever made the file.
            env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ},
        )
    except OSError as error:
        raise Unavailable("Files cannot be examined now; try the same request again in a moment.") from error
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            output, _ = await process.communicate(content)
        return json.loads(output) if process.returncode == 0 else None
    except (TimeoutError, json.JSONDecodeError):
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
