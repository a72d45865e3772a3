"""Literals that only the library can read: regular expressions, moments, durations, time zones, numbers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cel_expr_python import cel

from adapters.cel.vocabulary import MATCHES

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = "zone"
_PROBES: Mapping[str, str] = {
    # Whatever it finds in nothing; an `||` would forgive an expression that does not compile.
    MATCHES: '"".matches(text) ? true : true',
    "timestamp": "timestamp(text) == timestamp(text)",
    "duration": "duration(text) == duration(text)",
    "int": "int(text) == int(text)",
    "double": "double(text) == double(text)",
    ZONE: "timestamp(0).getHours(text) >= 0",
}


def readable(kind: str, text: str) -> bool:
    """Whether a literal is one of its kind: `matches`, `timestamp`, `duration`, `int`, `double` or `ZONE`."""
    env, programs = _probes()
    return programs[kind].eval(env.Activation({"text": text})).type() == cel.Type.BOOL


@cache
def _probes() -> tuple[cel.Env, Mapping[str, cel.Expression]]:
    env = cel.NewEnv(variables={"text": cel.Type.STRING})
    return env, {kind: env.compile(probe) for kind, probe in _PROBES.items()}
