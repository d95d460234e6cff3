# SPDX-License-Identifier: Apache-2.0
"""A network that breaks: stands between the program and a server's socket, on 127.0.0.1."""
import select
import socket
import struct
import threading


class Proxy:
    """After so many bytes, in both directions and on all connections together, it stalls (nothing passes any more, also of new
    connections, but all stay open), resets them all and lets nobody in, or lets only a trickle through."""

    def __init__(self, path, what=None, after=0):
        self.path, self.what, self.left = str(path), what, after
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.passed, self.broken, self.ended = 0, False, threading.Event()
        self.sockets, self.lock = [], threading.Lock()
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while not self.ended.is_set():
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            with self.lock:
                self.sockets.append(client)
            if self.broken and self.what == "reset":
                self._reset()
            elif not (self.broken and self.what == "stall"):
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.path)
                with self.lock:
                    self.sockets.append(server)
                threading.Thread(target=self._relay, args=(client, server), daemon=True).start()

    def _relay(self, client, server):
        other = {client: server, server: client}
        try:
            while not self.ended.is_set():
                for source in select.select([client, server], [], [], 0.1)[0]:
                    if self.broken and self.what == "stall":
                        self.ended.wait()
                        return
                    data = source.recv(16 if self.broken and self.what == "trickle" else 8192)
                    if not data:
                        return
                    if not self._count(data):
                        continue
                    other[source].sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            for end in (client, server):
                end.close()

    def _count(self, data):
        """False when these bytes don't get through."""
        self.passed += len(data)
        if self.what is None or self.passed < self.left:
            return True
        self.broken = True
        if self.what == "reset":
            self._reset()
        return self.what == "trickle"

    def _reset(self):
        with self.lock:
            for end in self.sockets:
                try:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RDWR)
                    end.close()
                except OSError:  # it is closed already
                    pass
            self.sockets.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.listener.close()
        self._reset()
