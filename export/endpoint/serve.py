"""Serve a graph until the user stops it."""

from __future__ import annotations

import re
import sys
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from paperlattice.errors import PaperlatticeError
from paperlattice.export.endpoint.app import Limits, make_app
from paperlattice.export.rdf.options import RdfOptions
from paperlattice.export.rdf.terms import PARTS

_THING = re.compile(rf"<(.*/)id/(?:{'|'.join(PARTS)})/[^/>]+>")

#: Names under which this machine calls itself.
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


def serve(
    out: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    timeout: float = 30.0,
    max_rows: int = 100_000,
    base: str | None = None,
    cors: bool = False,
) -> None:
    """Serve the site under ``out/site``, ``/sparql``, and the IRIs of ``out/graph.nq``.

    Returns when the process is told to stop. Logs requests to the standard error.

    host, port: where to listen; another host than this machine has to be asked for.
    timeout: seconds after which a question is stopped. max_rows: of an answer, at most.
    base: what the IRIs of the data start with; read from the data where it is None.
    cors: let the scripts of other sites read the answers.

    Raises PaperlatticeError where there is no graph, or on a system without fork.
    """
    if sys.platform == "win32":
        raise PaperlatticeError("serving needs processes that fork: use Linux, macOS or WSL")
    if timeout <= 0 or max_rows <= 0:
        raise PaperlatticeError("want a timeout and a number of rows above 0")
    if not (out / "graph.nq").is_file():
        raise PaperlatticeError(f"no {out / 'graph.nq'}: write it with `build … --to rdf`")
    app = make_app(
        out,
        base=base or find_base(out),
        limits=Limits(timeout=timeout, max_rows=max_rows),
        hosts=_hosts(host),
        cors=cors,
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        limit_concurrency=512,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    uvicorn.Server(config).run()


def find_base(out: Path) -> str:
    """What the IRIs of the data under ``out`` start with, as its first subject tells."""
    with (out / "graph.nq").open(encoding="utf-8") as lines:
        for line in lines:
            if found := _THING.match(line):
                return found[1]
    return RdfOptions().base


def _hosts(host: str) -> list[str]:
    """Names that requests may come under: any, where all of the network is listened to."""
    try:
        everywhere = ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    return ["*"] if everywhere else sorted({*_OWN_NAMES, host})
