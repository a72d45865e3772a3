"""The worker's process: every job of an installation, by the clock, until SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from adapters.postgres.audit.job_runs import JobRunStore
from adapters.postgres.unit import PostgresUnits
from app.assembly import assembled
from domain.audit.ports import SealingPorts
from domain.ledger.ports import SnapshotPorts
from domain.merchants.ports import VolumePorts
from jobs.accept_by_policy import accept_by_policy_job
from jobs.carry_out_requests import carry_out_requests_job
from jobs.clockwork import run_jobs
from jobs.close_due_settlements import close_due_settlements_job
from jobs.create_due_payouts import create_due_payouts_job
from jobs.deliver_payment_files import deliver_payment_files_job
from jobs.expire_payments import expire_payments_job
from jobs.expire_requests import expire_requests_job
from jobs.fold_velocity import fold_velocity_job
from jobs.fold_volumes import fold_volumes_job
from jobs.job_diary import JobDiary
from jobs.make_partitions import make_partitions_job
from jobs.match_entries import match_entries_job
from jobs.match_notices import match_notices_job
from jobs.open_settlements import open_settlements_job
from jobs.poll_gateways import poll_gateways_job
from jobs.prepare_payment_files import prepare_payment_files_job
from jobs.purge_expired import purge_expired_job
from jobs.recount_losses import recount_losses_job
from jobs.release_reserves import release_reserves_job
from jobs.resolve_operations import resolve_operations_job
from jobs.resolve_responses import resolve_responses_job
from jobs.resume_imports import resume_imports_job
from jobs.rotate_signing_keys import rotate_signing_keys_job
from jobs.run_backtests import run_backtests_job
from jobs.seal_audit_records import seal_audit_records_job
from jobs.settle_preventions import settle_preventions_job
from jobs.snapshot_balances import snapshot_balances_job
from jobs.sweep_bank_accounts import sweep_bank_accounts_job
from jobs.sweep_uploads import sweep_uploads_job
from jobs.watch_deadlines import watch_deadlines_job
from jobs.watch_reviews import watch_reviews_job
from jobs.watch_statements import watch_statements_job
from web.observability import configure_logging

if TYPE_CHECKING:
    from app.assembly import Assembly
    from app.settings import Settings
    from jobs.job import Job

# Two more seconds close the connections: whoever stops us waits for eight.
FINISH_SECONDS = 5.0
_log = structlog.get_logger("paydesk.worker")


def run_worker(settings: Settings) -> None:
    """Run the jobs until SIGTERM or SIGINT; any number of workers may run at once.

    Raises `Refused` when the database is not there at the start. One that goes away later is waited for.
    """
    configure_logging(settings.log_level)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    async with assembled(settings) as assembly:
        # Not before: until there are jobs there is nothing to finish, and a signal may end us at once.
        stop = _stop_on_signal()
        jobs = jobs_of(assembly)
        _log.info("worker started", jobs=[job.name for job in jobs])
        worker = f"{socket.gethostname()}:{os.getpid()}"
        diary = JobDiary(JobRunStore(assembly.database), assembly.clock, worker)
        await run_jobs(jobs, stop, finish_seconds=min(FINISH_SECONDS, settings.shutdown_seconds), diary=diary)
    _log.info("worker stopped")


def jobs_of(assembly: Assembly) -> tuple[Job, ...]:
    """Every job there is, on the ports of an installation."""
    units = PostgresUnits(assembly.database)
    return (
        resolve_operations_job(assembly.payments),
        expire_payments_job(assembly.payments),
        carry_out_requests_job(assembly.approvals),
        expire_requests_job(assembly.approvals),
        poll_gateways_job(assembly.disputes),
        match_notices_job(assembly.disputes),
        resolve_responses_job(assembly.disputes),
        watch_deadlines_job(assembly.disputes),
        accept_by_policy_job(assembly.disputes),
        settle_preventions_job(assembly.disputes),
        recount_losses_job(assembly.disputes),
        watch_reviews_job(assembly.fraud),
        run_backtests_job(assembly.fraud),
        open_settlements_job(assembly.settlements),
        release_reserves_job(assembly.settlements),
        close_due_settlements_job(assembly.settlements),
        create_due_payouts_job(assembly.payouts),
        prepare_payment_files_job(assembly.files, timedelta(minutes=assembly.settings.payment_file_minutes)),
        deliver_payment_files_job(assembly.files),
        watch_statements_job(assembly.reconciliation),
        resume_imports_job(assembly.reconciliation),
        match_entries_job(assembly.reconciliation),
        sweep_bank_accounts_job(assembly.bank_accounts),
        fold_volumes_job(VolumePorts(clock=assembly.clock, units=units)),
        fold_velocity_job(assembly.database, assembly.clock),
        sweep_uploads_job(assembly.disputes),
        seal_audit_records_job(SealingPorts(clock=assembly.clock, units=units)),
        snapshot_balances_job(SnapshotPorts(units=units)),
        make_partitions_job(assembly.database),
        rotate_signing_keys_job(assembly.identity),
        purge_expired_job(assembly.database, assembly.clock),
    )


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
