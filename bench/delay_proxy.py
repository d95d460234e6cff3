#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""delay_proxy.py PORT MILLISECONDS: a network that takes its time. Prints the port of 127.0.0.1 on which it listens;
what is sent there reaches PORT so much later, and so do the answers. Bandwidth isn't limited: everything that arrives
is under way at once. Ends when its standard input does."""
import collections
import select
import socket
import sys
import time

# Bytes under way in one direction of a connection; more are left in the sender's socket.
MOST_UNDER_WAY = 4 << 20
READ_SIZE = 1 << 16


class Direction:
    """One way of a connection: what was read from source and is due at target later."""

    def __init__(self, source, target, delay):
        self.source, self.target, self.delay = source, target, delay
        self.queue = collections.deque()  # (when it is due, bytes; none: the end)
        self.size, self.read_end, self.sent_end = 0, False, False

    def wants_read(self):
        return not self.read_end and self.size < MOST_UNDER_WAY

    def due(self):
        return self.queue[0][0] if self.queue else None

    def read(self):
        try:
            data = self.source.recv(READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.read_end = not data
        self.size += len(data)
        self.queue.append((time.monotonic() + self.delay, data))

    def write(self):
        """Sends what is due; true when the target takes no more now."""
        while self.queue and self.queue[0][0] <= time.monotonic():
            when, data = self.queue.popleft()
            try:
                if not data:
                    self.sent_end = True
                    self.target.shutdown(socket.SHUT_WR)
                    continue
                sent = self.target.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:  # whoever it was for has gone
                self.read_end = self.sent_end = True
                self.queue.clear()
                return False
            self.size -= sent
            if sent < len(data):
                self.queue.appendleft((when, data[sent:]))
                return True
        return False


class Proxy:
    def __init__(self, port, delay):
        self.port, self.delay = port, delay
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.pairs = []  # of Directions, one pair for each connection
        self.blocked = set()  # Directions whose target takes no more now

    def accept(self):
        client, _ = self.listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self.port))
        except OSError:
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.setblocking(False)
        self.pairs.append((Direction(client, server, self.delay), Direction(server, client, self.delay)))

    def step(self):
        """Waits for what comes first: bytes, a moment at which some are due, a target that takes bytes again.
        False at the end of standard input."""
        blocked = self.blocked
        ways = [way for pair in self.pairs for way in pair]
        due = [way.due() for way in ways if way.due() is not None and way not in blocked]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        # select() waits to the microsecond; epoll() in Python would round up to milliseconds.
        readable, writable, _ = select.select(
            [sys.stdin, self.listener, *{way.source for way in ways if way.wants_read()}],
            {way.target for way in blocked}, [], timeout)
        if sys.stdin in readable:
            return False
        if self.listener in readable:
            self.accept()
        for way in ways:
            if way.source in readable and way.wants_read():
                way.read()
            if way not in blocked or way.target in writable:
                blocked.discard(way)
                if way.write():
                    blocked.add(way)
        self.close_finished()
        return True

    def close_finished(self):
        for pair in [pair for pair in self.pairs if all(way.sent_end for way in pair)]:
            for way in pair:
                way.source.close()
                self.blocked.discard(way)
            self.pairs.remove(pair)

    def run(self):
        print(self.listener.getsockname()[1], flush=True)
        while self.step():
            pass


if __name__ == "__main__":
    Proxy(int(sys.argv[1]), float(sys.argv[2]) / 1000).run()
