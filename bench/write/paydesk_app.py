"""Paydesk itself, with nothing replaced but the gateway and screening, which has a benchmark of its own.

Run by `granian --factory bench.write.paydesk_app:create_app`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from adapters.gateways.circuit import CircuitBreaker
from app.assembly import SIMULATOR
from app.server import application
from app.settings import load_settings
from bench.write.gateway import InProcessGateway
from domain.kernel.clock import SystemClock
from domain.payments.screening import NoScreening
from web.observability import configure_logging

if TYPE_CHECKING:
    from starlette.applications import Starlette


def create_app() -> Starlette:
    """The application of the environment's settings, behind the circuit breaker that every gateway is behind."""
    settings = load_settings(os.environ)
    configure_logging(settings.log_level)
    clock = SystemClock()
    gateway = CircuitBreaker(InProcessGateway(clock), clock)
    return application(settings, gateways={SIMULATOR: gateway}, screening=NoScreening())
