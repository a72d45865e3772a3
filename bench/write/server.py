"""`python -m bench.write.server MODULE PORT`: serve a module's `create_app` as `paydesk serve` serves Paydesk."""

from __future__ import annotations

import sys

from bench.setup import serve


def main() -> None:
    """Serve in one process until SIGTERM."""
    module, port = sys.argv[1:]
    serve(f"{module}:create_app", int(port))


if __name__ == "__main__":
    main()
