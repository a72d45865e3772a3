"""Named places at which a test makes the process die, as a power cut would.

`PAYDESK_FAILPOINTS="capture.intent.committed=3,refund.call.sent"` kills at the third (or first) passage. Settings
refuse it in production.
"""

from __future__ import annotations

import os
import signal
from collections import Counter


def _armed() -> dict[str, int]:
    entries = filter(None, os.environ.get("PAYDESK_FAILPOINTS", "").split(","))
    pairs = (entry.partition("=") for entry in entries)
    return {name.strip(): int(count or 1) for name, _, count in pairs}


_ARMED = _armed()
_PASSED: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Die here, without any clean-up, if this passage is the armed one."""
    if not _ARMED or name not in _ARMED:
        return
    _PASSED[name] += 1
    if _PASSED[name] == _ARMED[name]:
        os.kill(os.getpid(), signal.SIGKILL)
