from tests.fakes.desk import JOBS
from adapters.postgres.payments.store import _OVERDUE
from tests.builders.moments import after
async def test_x(units, desk, owner):
    for _ in range(5): await desk.authorized()
    async with units.begin(JOBS, "x") as unit:
        c = unit.payments._connection
        await c.execute("SET LOCAL enable_seqscan=off")
        await c.execute("SET LOCAL enable_bitmapscan=off")
        for r in await c.fetch("EXPLAIN " + _OVERDUE.replace("$1","now()").replace("$2","200")): print(r[0])
