"""The worker's jobs as staff sees them: what runs by the clock, and what of it goes wrong."""

from datetime import datetime

import strawberry

from api.context import Reading
from api.describing import attribute
from api.enums import described
from api.fields import query
from api.scalars import BigInt
from domain.audit.job_run import JobRun, JobState
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden

described(
    JobState,
    "How a job is doing.",
    RUNNING="A turn was begun and has not ended.",
    WAITING="The last turn ended well; the next one comes by the clock.",
    FAILING="The last turn failed, at least for something; it is tried again.",
)


@strawberry.type(description="Something that went wrong in a turn of a job.")
class JobFailure:
    """One thing that failed; the others of the turn went on."""

    message: str = attribute("What went wrong, in words that hold no secrets.")
    subject: strawberry.ID | None = attribute("With which object, where it was one of several.")


@strawberry.type(description="Work that is done again and again by the clock, over all workers.")
class Job:
    """One job."""

    name: str = attribute("Its name, as in the documentation of operations.")
    state: JobState = attribute("How it is doing.")
    worker: str = attribute("The host and process that took the last turn.")
    last_started_at: datetime = attribute("When the last turn began.")
    last_finished_at: datetime | None = attribute("When a turn last ended, well or not.")
    last_succeeded_at: datetime | None = attribute("When a turn last ended well.")
    last_failed_at: datetime | None = attribute("When a turn last failed.")
    last_done: int = attribute("How many things the last turn did.")
    total_done: BigInt = attribute("How many things all turns did.")
    consecutive_failures: int = attribute("How many turns failed since one ended well.")
    failures: list[JobFailure] = attribute("What went wrong in the last turn that failed; it may be long past.")


def job(run: JobRun) -> Job:
    """A job as the graph shows it."""
    return Job(
        name=run.name,
        state=run.state,
        worker=run.worker,
        last_started_at=run.started_at,
        last_finished_at=run.finished_at,
        last_succeeded_at=run.succeeded_at,
        last_failed_at=run.failed_at,
        last_done=run.done,
        total_done=BigInt(run.total),
        consecutive_failures=run.consecutive_failures,
        failures=[
            JobFailure(message=one.message, subject=None if one.subject is None else strawberry.ID(one.subject))
            for one in run.failures
        ],
    )


@query(Permission.RECONCILIATION_READ, "Every job that ever ran, by name; for staff.")
async def jobs(reading: Reading) -> list[Job]:
    """All of them: a few dozen. They work for all merchants, and so does whoever looks at them."""
    if reading.scope.merchant_ids is not None:
        raise Forbidden(Permission.RECONCILIATION_READ)
    return [job(run) for run in await reading.reads.audit.jobs(reading.scope)]
