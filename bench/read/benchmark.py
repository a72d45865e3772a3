"""`read`: a list, a page of one payment and the staff's list, over HTTP in a closed loop."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from bench.cluster import migrated_cluster
from bench.load import Figures, Load, drive
from bench.read.contenders import (
    DETAIL,
    FLOOR,
    LIST,
    PAYDESK,
    POSTGRAPHILE,
    POSTGRAPHILE_BARE,
    STAFF,
    Contender,
    Field,
    running,
)
from bench.read.data import fill
from bench.read.memory import Memory, growth
from bench.report import Report, Table

if TYPE_CHECKING:
    from bench.options import Options


@dataclass(frozen=True, slots=True)
class Scene:
    """A shape at so many connections."""

    shape: str
    connections: int

    @property
    def title(self) -> str:
        """As tables call it."""
        return f"{self.shape}, {self.connections} connection{'s' if self.connections > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn of one contender; `cpu_ms` is what its server used for an answer."""

    figures: Figures
    cpu_ms: float


SCENES = (Scene(LIST, 1), Scene(LIST, 8), Scene(LIST, 32), Scene(DETAIL, 8), Scene(STAFF, 8))
RATIOS = {
    "read_vs_floor": (SCENES[1], FLOOR),
    "read_vs_floor_1": (SCENES[0], FLOOR),
    "read_vs_floor_32": (SCENES[2], FLOOR),
    "read_vs_postgraphile": (SCENES[1], POSTGRAPHILE),
    "read_vs_postgraphile_bare": (SCENES[1], POSTGRAPHILE_BARE),
    "detail_vs_floor": (SCENES[3], FLOOR),
    "staff_vs_floor": (SCENES[4], FLOOR),
}
Turns = dict[tuple[Scene, str], list[Measured]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything."""

    payments: int
    rounds: int
    seconds: float
    warm_up_seconds: float
    install_seconds: float


QUICK = Plan(payments=1_000, rounds=2, seconds=0.3, warm_up_seconds=0.1, install_seconds=0)
FULL = Plan(payments=20_000, rounds=9, seconds=1.5, warm_up_seconds=0.3, install_seconds=300)


async def run(options: Options) -> Report:
    """Measure all contenders in turns; the floor's answers are Paydesk's, or this fails with `Differs`."""
    plan = QUICK if options.quick else FULL
    async with migrated_cluster() as postgres:
        data = await fill(postgres.dsn, plan.payments)
        async with running(postgres.dsn, data, install_seconds=plan.install_seconds) as field:
            turns = await _take_turns(plan, field)
            memory = None if options.quick else await growth(field)
    return _report(turns, memory, field.absent)


async def _take_turns(plan: Plan, field: Field) -> Turns:
    """Every scene in every round, each contender after the other, the order turning around."""
    turns: Turns = defaultdict(list)
    for contender in (await field.contenders()).values():
        # Interpreters and plans get warm: Node's compiler above all wants to see some requests first.
        await _measure(replace(plan, seconds=2 * plan.seconds), contender, SCENES[1])
    for turn in range(plan.rounds):
        contenders = await field.contenders()
        for scene in SCENES:
            for name in list(contenders)[:: 1 if turn % 2 == 0 else -1]:
                if _takes_part(contenders[name], scene):
                    turns[scene, name].append(await _measure(plan, contenders[name], scene))
    return turns


def _takes_part(contender: Contender, scene: Scene) -> bool:
    # How much of it is the token and the fence needs to be seen once only.
    return scene.shape in contender.requests and (contender.name != POSTGRAPHILE_BARE or scene == SCENES[1])


async def _measure(plan: Plan, contender: Contender, scene: Scene) -> Measured:
    server = contender.server
    load = Load(
        port=server.port,
        requests=[contender.requests[scene.shape]],
        connections=scene.connections,
        seconds=plan.seconds,
        warm_up_seconds=plan.warm_up_seconds,
    )
    before = server.cpu_seconds
    figures = await drive(load)
    return Measured(figures, (server.cpu_seconds - before) * 1000 / figures.all_answers)


def _report(turns: Turns, memory: Memory | None, absent: str | None) -> Report:
    ratios = {name: _ratio(turns, scene, peer) for name, (scene, peer) in RATIOS.items() if (scene, peer) in turns}
    tables = [_table(scene, turns) for scene in SCENES]
    if memory is not None:
        ratios["memory_growth"] = memory.growth
        tables.append(memory.table())
    details = {
        "figures": {
            f"{scene.shape}_{scene.connections}_{name}": {
                "per_second": [round(one.figures.per_second, 1) for one in measured],
                "cpu_ms": round(median(one.cpu_ms for one in measured), 3),
                "client_share_of_a_core": round(
                    median(one.figures.client_cpu_seconds / one.figures.seconds for one in measured), 3
                ),
                "mean_bytes": round(measured[0].figures.mean_bytes),
            }
            for (scene, name), measured in turns.items()
        },
        "postgraphile": absent or "bare: asked without a token, fenced by its connections once and for all",
    }
    if absent:
        print(f"PostGraphile was left out: {absent}")
    return Report(name="read", tables=tables, ratios=ratios, details=details)


def _ratio(turns: Turns, scene: Scene, peer: str) -> float:
    """How much of the peer's throughput is ours: the median of the rounds, each compared with itself."""
    both = zip(turns[scene, PAYDESK], turns[scene, peer], strict=True)
    return median(ours.figures.per_second / theirs.figures.per_second for ours, theirs in both)


def _table(scene: Scene, turns: Turns) -> Table:
    rows = [
        [
            name,
            f"{_median(measured, 'per_second'):.0f}",
            f"{_median(measured, 'p50_ms'):.2f}",
            f"{_median(measured, 'p99_ms'):.2f}",
            f"{median(one.cpu_ms for one in measured):.2f}",
            f"{_ratio(turns, scene, name):.2f}",
        ]
        for (found, name), measured in turns.items()
        if found == scene
    ]
    header = ["", "requests/s", "p50 ms", "p99 ms", "server CPU ms", "Paydesk's ratio"]
    return Table(title=scene.title, header=header, rows=sorted(rows, key=lambda row: row[0] != PAYDESK))


def _median(measured: list[Measured], name: str) -> float:
    return median(float(getattr(one.figures, name)) for one in measured)
