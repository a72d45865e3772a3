"""The demo's supervisor, on small programs of real processes: nothing it started outlives it, and no death is silent."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.demo.identity_provider.config import IdentityProviderConfig
from app.demo.layout import DemoLayout
from app.demo.ports import DemoPorts, PortTaken
from app.demo.secret_file import kept_secrets, write_private
from app.settings import Environment, load_settings
from domain.identity.permission import StaffRole
from tests.postgres import scratch_directory

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

ROOT = Path(__file__).parents[3]
# A server with a child of its own, as the web server has workers; each writes down who it is.
SERVER = """
import http.server, os, subprocess, sys
from pathlib import Path
port, pids = int(sys.argv[1]), Path(sys.argv[2])
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(pids / str(child.pid)).touch()
(pids / str(os.getpid())).touch()
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("127.0.0.1", port), Health).serve_forever()
"""
DRIVER = """
import os, sys
from contextlib import ExitStack
from pathlib import Path
from app.demo.child import Program
from app.demo.supervisor import say, start, until_interrupted, watch
from app.postgres import EmbeddedPostgres
data, programs = Path(sys.argv[1]), eval(sys.argv[2])
with until_interrupted(), ExitStack() as running:
    postgres = running.enter_context(EmbeddedPostgres(data / "postgres", durable=False))
    (data / "pids" / (data / "postgres" / "postmaster.pid").read_text().split()[0]).touch()
    children = start(running, [Program(**program) for program in programs], logs=data / "logs", environ=os.environ)
    say("ready")
    watch(postgres, children)
"""


@pytest.fixture
def data() -> Generator[Path]:
    with scratch_directory() as path:
        (path / "pids").mkdir()
        yield path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(data: Path, name: str) -> dict[str, object]:
    port = free_port()
    command = (sys.executable, "-c", SERVER, str(port), str(data / "pids"))
    return {"name": name, "command": command, "health_url": f"http://127.0.0.1:{port}/healthz"}


def run_driver(data: Path, *programs: Mapping[str, object], before: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", before + DRIVER, str(data), repr(list(programs))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until_ready(driver: subprocess.Popen[str]) -> None:
    assert driver.stdout is not None
    said: list[str] = []
    for line in driver.stdout:
        said.append(line)
        if line == "demo: ready\n":
            return
    pytest.fail("".join(said))


def alive(data: Path) -> list[int]:
    found: list[int] = []
    for path in (data / "pids").iterdir():
        state = subprocess.run(["ps", "-o", "state=", "-p", path.name], capture_output=True, text=True, check=False)
        if state.stdout.strip() not in ("", "Z"):
            found.append(int(path.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_that_was_started(data: Path, number: signal.Signals) -> None:
    driver = run_driver(data, server(data, "one"), server(data, "two"))
    wait_until_ready(driver)
    assert len(alive(data)) == 5
    driver.send_signal(number)
    said, _ = driver.communicate()
    assert driver.returncode == 0, said
    assert "stopped" in said
    assert alive(data) == []


def test_kill_9_stops_everything_too(data: Path) -> None:
    driver = run_driver(data, server(data, "one"))
    wait_until_ready(driver)
    assert len(alive(data)) == 3
    driver.kill()
    driver.wait()
    while alive(data):
        time.sleep(0.05)


def test_a_program_that_dies_is_told_with_its_last_words_and_ends_the_demo(data: Path) -> None:
    last_words = "import time; time.sleep(1.5); raise SystemExit('the sky fell')"
    driver = run_driver(data, server(data, "one"), {"name": "mortal", "command": (sys.executable, "-c", last_words)})
    said, _ = driver.communicate()
    assert driver.returncode == 1
    assert "mortal ended by itself (exit code 1)" in said
    assert "the sky fell" in said
    assert alive(data) == []


def test_a_program_that_never_gets_up_is_told_and_ends_the_demo(data: Path) -> None:
    broken = {
        "name": "broken",
        "command": (sys.executable, "-c", "import nowhere"),
        "health_url": "http://127.0.0.1:9/",
    }
    said, _ = (driver := run_driver(data, broken)).communicate()
    assert driver.returncode == 1
    assert "No module named 'nowhere'" in said
    assert alive(data) == []


def test_a_program_that_ignores_the_signal_is_killed(data: Path) -> None:
    stubborn = (
        "import os, signal, sys, time; from pathlib import Path; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "(Path(sys.argv[1]) / str(os.getpid())).touch(); time.sleep(600)"
    )
    program = {"name": "stubborn", "command": (sys.executable, "-c", stubborn, str(data / "pids"))}
    driver = run_driver(data, program, before="from app.demo import child; child._GRACE_SECONDS = 1")
    wait_until_ready(driver)
    while len(alive(data)) < 2:
        time.sleep(0.05)
    driver.terminate()
    said, _ = driver.communicate()
    assert driver.returncode == 0, said
    assert alive(data) == []


@pytest.mark.parametrize(
    ("offset", "what"), [(0, "the web server"), (1, "the identity provider"), (2, "the gateway simulator")]
)
def test_a_port_that_is_taken_is_named(offset: int, what: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}, for {what}"):
            DemoPorts.counted_from(port - offset)


def test_ports_are_counted_from_the_web_servers() -> None:
    port = free_port()
    assert DemoPorts(web=port, identity_provider=port + 1, simulator=port + 2) == DemoPorts.counted_from(port)


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secrets.json"
    made = kept_secrets(path)
    assert kept_secrets(path) == made
    assert len(made.secret_key) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_private_file_is_private_even_where_an_open_one_stood(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["demo.json"]


def test_the_environment_of_the_programs_is_one_that_settings_accept(tmp_path: Path) -> None:
    layout = DemoLayout(
        data=tmp_path,
        ports=DemoPorts(web=8000, identity_provider=8001, simulator=8002),
        secrets=kept_secrets(tmp_path / "secrets.json"),
    )
    outer = {"PAYDESK_ENVIRONMENT": "production", "PAYDESK_LOG_LEVEL": "debug", "DATABASE_URL": "postgresql://real/one"}
    environ = layout.environ(outer, "postgresql://postgres@/paydesk?host=/tmp/x")
    settings = load_settings(environ)
    assert settings.environment is Environment.DEMO
    assert settings.database_url == "postgresql://postgres@/paydesk?host=/tmp/x"
    assert settings.log_level == "debug"
    assert set(settings.staff_groups.values()) == set(StaffRole)
    assert settings.staff_oidc is not None
    assert settings.merchant_oidc is not None
    assert settings.gateway_simulator_webhook_secrets == (layout.secrets.webhook_secret,)
    assert layout.webhook_url == "http://localhost:8000/webhooks/gateways/simulator"
    assert layout.dispute_console_url == "http://localhost:8002/disputes"
    users = [
        {
            "email": "ada@paydesk.example",
            "password": "a",
            "realm": "STAFF",
            "role": "RISK_ANALYST",
            "merchant_id": None,
        },
        {"email": "bo@shop.example", "password": "b", "realm": "MERCHANT", "role": "OWNER", "merchant_id": "mer_1"},
    ]
    config = IdentityProviderConfig.model_validate_json(json.dumps(layout.provider_config(users)))
    assert config.issuer == settings.staff_oidc.issuer
    staff, merchant = config.users
    assert settings.staff_groups[staff.groups[0]] is StaffRole.RISK_ANALYST
    assert merchant.groups == ()
    client = config.client(merchant.realm)
    assert client is not None
    assert client.client_secret == settings.merchant_oidc.client_secret.get_secret_value()
