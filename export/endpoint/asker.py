"""The process that holds the graph and forks children that answer questions.

Started by :mod:`~paperlattice.export.endpoint.askers` with arguments OUT and FD: OUT holds
``graph.nq``; FD is a socket, over which one connection a child is passed. A child shares the
graph's memory with its parent, so it starts in milliseconds whatever the size. It answers one
question after the other, until its connection is closed. What bounds it is the kernel, because
a query that runs away never comes back to Python:

* time: an alarm, whose default action ends the process;
* memory: a limit on what it may take beside the graph;
* network and files: no new file descriptor can be opened.

On a connection: the child's process id in a line; then, for each question, a request
(:class:`Request` as a line of JSON), and an answer (:class:`Reply` as a line of JSON, then as
many bytes of body as it says).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from paperlattice.errors import QueryError
from paperlattice.export.query_guard import look_at
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.export.sparql import QueryResult, check_graphs, load, read_answer


@dataclass(frozen=True, slots=True)
class Request:
    """A question and its bounds.

    accept: of each form of answer, the media type to give.
    default_graphs, named_graphs: IRIs, as the protocol gives them; these replace what the
        question itself names. timeout: seconds. memory: bytes beside the graph.
    """

    sparql: str
    accept: dict[str, str]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    timeout: float
    max_rows: int
    memory: int


@dataclass(frozen=True, slots=True)
class Reply:
    """HTTP status, media type and length in bytes of the body that follows."""

    status: int
    media_type: str
    length: int = 0


#: Media type -> how an answer of SELECT or ASK is written.
TABLES: dict[str, Callable[[QueryResult], str]] = {
    "application/sparql-results+json": QueryResult.to_json,
    "application/sparql-results+xml": QueryResult.to_xml,
    "text/csv": QueryResult.to_csv,
    "text/tab-separated-values": QueryResult.to_tsv,
}
#: Media type -> how triples are written, the answer of CONSTRUCT and DESCRIBE.
TRIPLES: dict[str, Callable[[QueryResult], str]] = {
    "text/turtle": QueryResult.to_turtle,
    "application/n-triples": QueryResult.to_ntriples,
    "application/ld+json": QueryResult.to_jsonld,
    "application/rdf+xml": QueryResult.to_rdfxml,
}


def answer(store: ox.Store, request: Request) -> tuple[Reply, bytes]:
    """Answer one question."""
    try:
        found = _ask(store, request)
        media_type = request.accept["triples" if found.form == "triples" else "table"]
        if not media_type:
            form = "RDF" if found.form == "triples" else "a table"
            return Reply(406, "text/plain"), f"the answer is {form}: accept such a type\n".encode()
        return Reply(200, media_type), (TABLES | TRIPLES)[media_type](found).encode()
    except QueryError as error:
        return Reply(400, "text/plain"), f"{error}\n".encode()
    except MemoryError:
        return Reply(503, "text/plain"), b"the question needs more memory than it may take\n"


def _ask(store: ox.Store, request: Request) -> QueryResult:
    asked = look_at(request.sparql)
    check_graphs(store, (*asked.graphs, *request.default_graphs, *request.named_graphs))
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
    named: list[ox.NamedNode | ox.BlankNode]
    default = [ox.NamedNode(iri) for iri in request.default_graphs]
    named = [ox.NamedNode(iri) for iri in request.named_graphs]
    chosen = bool(default or named)
    try:
        found = store.query(
            request.sparql,
            prefixes=PREFIXES,
            use_default_graph_as_union=not (chosen or asked.graphs),
            default_graph=default if chosen else None,
            named_graphs=named if chosen else None,
        )
        return read_answer(found, request.max_rows)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise QueryError(" ".join(str(error).split())) from error


def _child(store: ox.Store, connection: socket.socket) -> None:
    """Answer the questions of a connection, one after the other; never returns."""
    status = 1
    try:
        _bound()
        connection.sendall(b"%d\n" % os.getpid())
        with connection.makefile("rb") as lines:
            for line in lines:
                request = Request(**json.loads(line))
                signal.setitimer(signal.ITIMER_REAL, request.timeout)
                _limit_memory(request.memory)
                reply, body = answer(store, request)
                head = json.dumps(asdict(reply) | {"length": len(body)})
                connection.sendall(head.encode() + b"\n" + body)
                signal.setitimer(signal.ITIMER_REAL, 0)
        status = 0
    finally:
        os._exit(status)  # no clean-up: the store is the parent's


def _bound() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What native code says when it runs out of memory is told to the client in our words.
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    _limit_memory(0)  # opens a file, which is not possible later
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


_taken: list[int] = []  # bytes that the process took before its first question


def _limit_memory(beside: int) -> None:
    size = Path("/proc/self/statm")
    if not _taken:
        # Elsewhere than on Linux there is no cheap way to know how large the graph is.
        pages = size.read_text().split()[0] if size.exists() else "0"
        _taken.append(int(pages) * resource.getpagesize())
    if _taken[0] and beside:
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (_taken[0] + beside, most))


def main(out: Path, descriptor: int) -> None:
    """Load the graph, say so, and fork a child for each connection until the socket closes."""
    store = load(out)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends us by closing the socket
    with socket.socket(fileno=descriptor) as control:
        control.sendall(b"r")
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                return
            with socket.socket(fileno=descriptors[0]) as connection:
                if os.fork() == 0:
                    control.close()
                    _child(store, connection)


def start() -> None:
    """Run :func:`main` with the arguments of the command line."""
    main(Path(sys.argv[1]), int(sys.argv[2]))
