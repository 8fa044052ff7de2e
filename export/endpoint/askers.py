"""Questions put to processes that can be ended: the server's side of :mod:`.asker`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from paperlattice.errors import PaperlatticeError
from paperlattice.export.endpoint.asker import Reply, Request

#: After how many seconds of work a question gives way to others, and to what niceness.
GIVING_WAY = ((0.3, 10), (2.0, 19))

#: Seconds between two looks at how much a question has worked.
_LOOK = 0.2

#: Seconds that a question gets beyond its own time, to be ended by its alarm.
_GRACE = 1.0

#: Questions that one process answers before another takes its place.
_MOST_ANSWERS = 500

_PROGRAM = "from paperlattice.export.endpoint.asker import start; start()"


class BusyError(PaperlatticeError):
    """As many questions run as may, and as many wait as may."""


@dataclass
class _Child:
    """A process that answers: where it listens, how often it did, whether it gives way."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    process: int
    answers: int = 0
    gives_way: bool = False

    def end(self) -> None:
        # It holds its end of the connection as long as it lives, so a connection that is still
        # open means that the number of the process is still its own.
        if not self.reader.at_eof():
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
        self.writer.close()

    async def watch(self) -> None:
        """Let it give way once it has worked for long, so that short questions stay short.

        Work counts, not age: on a busy machine a short question may be old.
        """
        before = _worked(self.process)
        for seconds, niceness in GIVING_WAY:
            while _worked(self.process) - before < seconds:
                await asyncio.sleep(_LOOK)
            self.gives_way = True
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self.process, niceness)


class Askers:
    """The graph under ``out``, asked by several processes.

    at_once: how many questions may run at a time; waiting: how many more may wait.
    """

    def __init__(self, out: Path, *, at_once: int = 32, waiting: int = 200) -> None:
        self._out = out
        self._slots = asyncio.Semaphore(at_once)
        self._waiting, self._most_waiting = 0, waiting
        self._idle: list[_Child] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Load the graph; PaperlatticeError where that fails."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-c", _PROGRAM, str(self._out)]
        self._process = await asyncio.to_thread(_start, command, theirs.fileno())
        theirs.close()
        self._control = ours
        ours.setblocking(False)
        if await asyncio.get_running_loop().sock_recv(ours, 1) != b"r":
            raise PaperlatticeError(f"cannot load {self._out / 'graph.nq'}")

    def close(self) -> None:
        """End all processes."""
        while self._idle:
            self._idle.pop().end()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    async def ask(self, request: Request) -> tuple[Reply, bytes]:
        """Put one question; nothing of it runs on when this returns or is cancelled.

        Raises BusyError where too many wait already.
        """
        if self._slots.locked() and self._waiting >= self._most_waiting:
            raise BusyError("too many questions wait already: try again")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._ask(request)
        finally:
            self._slots.release()

    async def _ask(self, request: Request) -> tuple[Reply, bytes]:
        child = self._idle.pop() if self._idle else await self._fork()
        watching = asyncio.create_task(child.watch())
        answered = False
        try:
            async with asyncio.timeout(request.timeout + _GRACE):
                child.writer.write(json.dumps(asdict(request)).encode() + b"\n")
                await child.writer.drain()
                reply = Reply(**json.loads(await child.reader.readuntil()))
                body = await child.reader.readexactly(reply.length)
            answered = True
            return reply, body
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            text = f"stopped: it took more than {request.timeout:g} s, or too much memory\n"
            return Reply(503, "text/plain"), text.encode()
        finally:
            watching.cancel()
            child.answers += 1
            if answered and not child.gives_way and child.answers < _MOST_ANSWERS:
                self._idle.append(child)
            else:
                child.end()

    async def _fork(self) -> _Child:
        ours, theirs = socket.socketpair()
        with theirs:
            await self._pass_on(theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        return _Child(reader, writer, int(await reader.readline()))

    async def _pass_on(self, connection: socket.socket) -> None:
        """Hand a connection to the process that holds the graph; start that anew if it died."""
        async with self._starting:
            for attempt in (1, 2):
                assert self._control is not None
                try:
                    socket.send_fds(self._control, [b"q"], [connection.fileno()])
                except (BrokenPipeError, ConnectionResetError):
                    if attempt == 2:
                        raise
                    self.close()
                    await self.start()
                except BlockingIOError:
                    raise BusyError("too many questions at once: try again") from None
                else:
                    return


def _start(command: list[str], descriptor: int) -> subprocess.Popen[bytes]:
    command = [*command, str(descriptor)]
    return subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL)


def _worked(process: int) -> float:
    """CPU seconds of a process; 0 where the system does not tell, or it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
