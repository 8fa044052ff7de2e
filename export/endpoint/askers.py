"""Questions put to processes that can be ended: the server's side of :mod:`.asker`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from paperlattice.errors import PaperlatticeError
from paperlattice.export.endpoint.asker import Reply, Request

#: After how many seconds of work a question gives way to others, and to what niceness.
GIVING_WAY = ((0.3, 10), (1.0, 15), (2.0, 19))

#: Seconds of work after which a question leaves its place to the next, and from which on it is a
#: long one.
_LEAVES, _LONG = 0.1, 0.3

#: Seconds between two looks at how much a question has worked.
_LOOK = 0.1

#: Processes that wait for a question, at least: to fork one takes longer than most answers.
_SPARE = 4

#: Seconds that a question gets beyond its own time, to be ended by its alarm.
_GRACE = 1.0

#: Questions that one process answers before another takes its place.
_MOST_ANSWERS = 500

_PROGRAM = "from paperlattice.export.endpoint.asker import start; start()"


class BusyError(PaperlatticeError):
    """As many questions run as may, and as many wait as may."""


@dataclass
class _Child:
    """A process that answers: where it listens, how often it did, whether it gives way.

    has_place: whether its question counts among those that may run at a time.
    stopped: why it was ended, where it was.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    process: int
    answers: int = 0
    gives_way: bool = False
    has_place: bool = True
    stopped: str = ""

    def end(self) -> None:
        # It holds its end of the connection as long as it lives, so a connection that is still
        # open means that the number of the process is still its own.
        if not self.reader.at_eof():
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
        self.writer.close()

    async def watch(self, leave: Callable[[_Child], None], long: Callable[[_Child], None]) -> None:
        """Let it give way once it has worked for long, so that short questions stay short.

        Work counts, not age: on a busy machine a short question may be old.
        leave: called once its question has to leave its place; long: once it is a long one.
        """
        before = _worked(self.process)
        await self._work(before + _LEAVES)
        leave(self)
        for seconds, niceness in GIVING_WAY:
            await self._work(before + seconds)
            self.gives_way = True
            if seconds == _LONG:
                long(self)
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self.process, niceness)

    async def _work(self, seconds: float) -> None:
        while _worked(self.process) < seconds:
            await asyncio.sleep(_LOOK)


class Askers:
    """The graph under ``out``, asked by several processes.

    at_once: how many questions have a place to run, by default 16, or four a processor; waiting:
        how many more may wait for one. A question that works for long leaves its place.
    long_at_once: how many long questions run beside them; the oldest of too many is stopped. So
        nobody waits for a long question, and together they do not take all memory.
    """

    def __init__(
        self, out: Path, *, at_once: int | None = None, waiting: int = 200, long_at_once: int = 8
    ) -> None:
        self._out, self._long_at_once = out, long_at_once
        at_once = at_once or max(16, 4 * (os.cpu_count() or 1))
        self._long: list[_Child] = []  # oldest first
        self._forking: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(at_once)
        self._waiting, self._most_waiting = 0, waiting
        # Processes without a question, the last used first; or why none can be made.
        self._idle: asyncio.LifoQueue[_Child | Exception] = asyncio.LifoQueue()
        self._takers = 0
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
        self._keep_spare()

    def close(self) -> None:
        """End all processes."""
        for forking in self._forking:
            forking.cancel()
        self._end()

    def _end(self) -> None:
        while not self._idle.empty():
            if isinstance(child := self._idle.get_nowait(), _Child):
                child.end()
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
        child: _Child | None = None
        try:
            child = await self._take()
            return await self._ask(child, request)
        finally:
            if child is None or child.has_place:
                self._slots.release()

    async def _ask(self, child: _Child, request: Request) -> tuple[Reply, bytes]:
        child.has_place = True
        watching = asyncio.create_task(child.watch(self._leave, self._is_long))
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
            why = child.stopped or f"it took more than {request.timeout:g} s, or too much memory"
            return Reply(503, "text/plain"), f"stopped: {why}\n".encode()
        finally:
            watching.cancel()
            if child in self._long:
                self._long.remove(child)
            child.answers += 1
            if answered and not child.gives_way and child.answers < _MOST_ANSWERS:
                self._idle.put_nowait(child)
            else:
                child.end()

    def _leave(self, child: _Child) -> None:
        child.has_place = False
        self._slots.release()

    def _is_long(self, child: _Child) -> None:
        self._long.append(child)
        if len(self._long) > self._long_at_once:
            oldest = self._long.pop(0)
            oldest.stopped = "too many questions take long at once: ask for less, or later"
            oldest.end()

    async def _take(self) -> _Child:
        """Wait for a process that has no question: a new one, or one that is done sooner."""
        self._takers += 1
        try:
            self._keep_spare()
            child = await self._idle.get()
        finally:
            self._takers -= 1
        if isinstance(child, Exception):
            raise child
        self._keep_spare()
        return child

    def _keep_spare(self) -> None:
        """Fork processes before they are needed."""
        wanted = self._takers + _SPARE - self._idle.qsize() - len(self._forking)
        for _ in range(wanted):
            forking = asyncio.create_task(self._fork_spare())
            self._forking.add(forking)
            forking.add_done_callback(self._forking.discard)

    async def _fork_spare(self) -> None:
        try:
            self._idle.put_nowait(await self._fork())
        except (PaperlatticeError, OSError, ValueError) as error:
            if self._takers > self._idle.qsize():  # else the question that needs one will see
                self._idle.put_nowait(error)

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
                    self._end()
                    await self.start()
                except BlockingIOError:
                    raise BusyError("too many questions at once: try again") from None
                else:
                    return


def _start(command: list[str], descriptor: int) -> subprocess.Popen[bytes]:
    command = [*command, str(descriptor)]
    return subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL)


def _worked(process: int) -> float:
    """CPU seconds of a process, 0 where it is gone; wall time where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0 if Path("/proc/self/stat").exists() else time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
