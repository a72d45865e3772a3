"""How commands find a demo that runs in this directory, so that `paydesk verify` beside it checks its books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ANNOUNCEMENT = Path(".paydesk") / "demo.json"
_DECISIVE = ("PAYDESK_ENVIRONMENT", "PAYDESK_DATA_DIR", "DATABASE_URL")


def attached(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with the running demo filled in; unchanged when it says itself what is meant, or none runs."""
    if any(environ.get(name) for name in _DECISIVE) or not ANNOUNCEMENT.exists():
        return dict(environ)
    demo = json.loads(ANNOUNCEMENT.read_text())
    return {
        **environ,
        "PAYDESK_ENVIRONMENT": "demo",
        "PAYDESK_DATA_DIR": demo["data"],
        "PAYDESK_PUBLIC_URL": demo["portal"],
        "PAYDESK_GATEWAY_SIMULATOR_URL": demo["gateway_simulator"],
    }
