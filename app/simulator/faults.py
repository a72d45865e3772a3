"""Faults that are armed on request: each spoils the next so many requests of its types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NoReturn

from app.simulator.request import BadRequest, RequestType

LOOK_UP = "LOOK_UP"
"""Stands among the types for a look-up of an operation."""
DESCRIBE = "DESCRIBE"
"""Stands among them for a description of a token."""
RESPOND = "RESPOND"
"""Stands among them for an answer to a dispute."""
LOOK_UP_RESPONSE = "LOOK_UP_RESPONSE"
NOTICES = "NOTICES"
_TYPES = (*map(str, RequestType), LOOK_UP, DESCRIBE, RESPOND, LOOK_UP_RESPONSE, NOTICES)
_MOST_TIMES = 1_000_000
_LONGEST_LATENCY_MS = 3_600_000


class FaultKind(StrEnum):
    """What goes wrong."""

    LATENCY = "latency"
    HTTP_500 = "http_500"
    HTML = "html"
    DRIP = "drip"
    """The body comes byte by byte, each soon enough for a timeout per read, all of them never soon enough."""
    CUT = "cut"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_OPERATION = "wrong_operation"
    OVERSIZE = "oversize"
    REFUSE_404 = "refuse_404"


class Moment(StrEnum):
    """Whether the fault strikes before the operation is decided or once it is on disk."""

    BEFORE = "before"
    AFTER = "after"


# These spoil a true answer, so there has to be one.
_ONLY_AFTER = frozenset(
    {FaultKind.DRIP, FaultKind.WRONG_AMOUNT, FaultKind.WRONG_CURRENCY, FaultKind.WRONG_OPERATION, FaultKind.OVERSIZE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One armed fault. Without `types` it strikes operations of every type, but nothing else."""

    kind: FaultKind
    times: int = 1
    latency_ms: int = 1000
    types: tuple[str, ...] = tuple(map(str, RequestType))
    moment: Moment = Moment.AFTER

    def as_json(self) -> dict[str, Any]:
        """The form that `GET /v1/control` shows."""
        return {
            "kind": str(self.kind),
            "times": self.times,
            "latency_ms": self.latency_ms,
            "types": list(self.types),
            "moment": str(self.moment),
        }


class ArmedFaults:
    """The faults still to come, in the order in which they were armed."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def arm(self, faults: list[Fault]) -> None:
        """Add faults behind those already armed."""
        self._faults.extend(faults)

    def clear(self) -> None:
        """Disarm everything."""
        self._faults.clear()

    def take(self, request_type: str) -> Fault | None:
        """Use up one stroke of the first fault for such a request."""
        for position, fault in enumerate(self._faults):
            if request_type in fault.types:
                if fault.times > 1:
                    self._faults[position] = replace(fault, times=fault.times - 1)
                else:
                    del self._faults[position]
                return fault
        return None

    def as_json(self) -> dict[str, Any]:
        """What is armed."""
        return {"faults": [fault.as_json() for fault in self._faults]}


def read_faults(value: dict[str, Any]) -> list[Fault]:
    """The faults of a control request; raise `BadRequest` for the first that is wrong."""
    faults = value.get("faults")
    if not isinstance(faults, list) or value.keys() != {"faults"}:
        _refuse('Send {"faults": [{"kind": ..., "times": ...}]}.')
    return [_read_fault(fault) for fault in faults]


def _read_fault(value: object) -> Fault:
    if not isinstance(value, dict):
        _refuse("Each fault must be an object.")
    for name in value.keys() - {"kind", "times", "latency_ms", "types", "moment"}:
        _refuse(f"There is no field {name!r}; the fields are kind, latency_ms, moment, times, types.")
    if value.get("kind") not in tuple(FaultKind):
        _refuse(f"kind must be one of {', '.join(FaultKind)}.")
    if value.get("moment", Moment.AFTER) not in tuple(Moment):
        _refuse("moment must be before or after.")
    types = value.get("types", list(RequestType))
    if not isinstance(types, list) or not types or any(name not in _TYPES for name in types):
        _refuse(f"types must list some of {', '.join(_TYPES)}.")
    kind, moment = FaultKind(value["kind"]), Moment(value.get("moment", Moment.AFTER))
    if kind in _ONLY_AFTER and moment is Moment.BEFORE:
        _refuse(f"{kind} spoils an answer; its moment is after.")
    return Fault(
        kind=kind,
        times=_integer(value, "times", 1, _MOST_TIMES, 1),
        latency_ms=_integer(value, "latency_ms", 0, _LONGEST_LATENCY_MS, 1000),
        types=tuple(types),
        # There is nothing to refuse once the effect has happened.
        moment=Moment.BEFORE if kind is FaultKind.REFUSE_404 else moment,
    )


def _integer(value: dict[str, Any], name: str, least: int, most: int, default: int) -> int:
    number = value.get(name, default)
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        _refuse(f"{name} must be an integer from {least} to {most}.")
    return number


def _refuse(message: str) -> NoReturn:
    raise BadRequest(message)
