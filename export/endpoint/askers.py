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
from dataclasses import asdict
from pathlib import Path

from paperlattice.errors import PaperlatticeError
from paperlattice.export.endpoint.asker import Reply, Request

#: After how many seconds a question gives way to younger ones, and to what niceness.
GIVING_WAY = ((0.5, 10), (3.0, 19))

#: Seconds that a question gets beyond its own time, to be ended by its alarm.
_GRACE = 1.0


_PROGRAM = "from paperlattice.export.endpoint.asker import start; start()"


class BusyError(PaperlatticeError):
    """As many questions run as may, and as many wait as may."""


class Askers:
    """The graph under ``out``, asked by one process a question.

    at_once: how many questions may run at a time; waiting: how many more may wait.
    """

    def __init__(self, out: Path, *, at_once: int = 32, waiting: int = 200) -> None:
        self._out = out
        self._slots = asyncio.Semaphore(at_once)
        self._waiting, self._most_waiting = 0, waiting
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Load the graph; PaperlatticeError where that fails."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-c", _PROGRAM, str(self._out)]
        descriptor = theirs.fileno()
        self._process = await asyncio.to_thread(_start, command, descriptor)
        theirs.close()
        self._control = ours
        ours.setblocking(False)
        if await asyncio.get_running_loop().sock_recv(ours, 1) != b"r":
            raise PaperlatticeError(f"cannot load {self._out / 'graph.nq'}")

    def close(self) -> None:
        """End the process that holds the graph; running questions end by their alarms."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    async def ask(self, request: Request) -> tuple[Reply, bytes]:
        """Put one question; its process is gone when this returns or is cancelled.

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
        ours, theirs = socket.socketpair()
        with theirs:
            await self._pass_on(theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        child = None
        try:
            async with asyncio.timeout(request.timeout + _GRACE):
                writer.write(json.dumps(asdict(request)).encode() + b"\n")
                await writer.drain()
                child = int(await reader.readline() or b"0") or None
                head, body = await self._read(reader, child)
        except TimeoutError:
            head, body = b"", b""
        finally:
            # The child holds its end of the connection as long as it lives, so a connection
            # that is still open means that the number is still its own.
            if child is not None and not reader.at_eof():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            writer.close()
        if not head:
            text = f"stopped: it took more than {request.timeout:g} s, or too much memory\n"
            return Reply(503, "text/plain"), text.encode()
        return Reply(**json.loads(head)), body

    async def _read(self, reader: asyncio.StreamReader, child: int | None) -> tuple[bytes, bytes]:
        loop = asyncio.get_running_loop()
        later = [
            loop.call_later(seconds, _give_way, child, niceness)
            for seconds, niceness in GIVING_WAY
            if child is not None
        ]
        try:
            head = await reader.readline()
            return head, await reader.read()
        finally:
            for call in later:
                call.cancel()

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


def _give_way(process: int, niceness: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, process, niceness)
