"""A wire that lies: passes bytes between berth and kube-apiserver without knowing what they mean, and does to them what
bad networks do. TLS runs from end to end through it."""
import random
import socket
import struct
import threading
import time

from harness.ports import free_ports

PIECE = 16384  # bytes read at once
BETWEEN = 4096  # bytes, on average, that a connection carries between two misdeeds

# What may be done to the bytes, each to every connection, those that are there and new ones:
FAITHFUL = "faithful"
CUTS = "cuts"  # ends both directions amid the bytes, every second time with a reset
STALLS = "stalls"  # passes nothing; connections are taken all the same
DRIPS = "drips"  # some bytes at a time, with pauses
HALF_CLOSES = "half-closes"  # ends one direction; the other one stays
FLIPS = "flips"  # turns a bit


class Wire:
    def __init__(self, port, seed=1):
        self.target = port
        self.port, = free_ports(1)
        self.mode = FAITHFUL
        self.random = random.Random(seed)
        self.misdeeds = 0
        self.connections = 0
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def becomes(self, mode):
        """From now on, for all connections. What was done to one stays done: its bytes may be lost or its end near."""
        self.mode, self.misdeeds = mode, 0

    def end_all(self):
        """Each connection that is there, orderly."""
        for one in list(self.open):
            end(one)

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                server.settimeout(None)
            except OSError:
                reset(client)
                continue
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open.add(client)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source, sink):
        """One direction, until it ends; the connection is closed when either end has gone."""
        patience = self._patience()
        try:
            while data := source.recv(PIECE):
                while self.mode == STALLS:
                    self.misdeeds += 1
                    time.sleep(0.05)
                patience -= len(data)
                if patience < 0 and self.mode in (CUTS, HALF_CLOSES, FLIPS):
                    patience = self._patience()
                    self.misdeeds += 1
                    data = self._misdeed(data, source, sink)
                    if not data:
                        return
                if self.mode == DRIPS:
                    self._drip(data, sink)
                else:
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            end(source)
            end(sink)
        finally:  # What is still open is closed with the other direction, when no thread has it any more.
            self.open -= {source, sink}

    def _misdeed(self, data, source, sink):
        """What is left of the bytes; none where this direction has ended. OSError where the connection is to end."""
        at = self.random.randrange(len(data))
        if self.mode == FLIPS:
            return data[:at] + bytes([data[at] ^ 1 << self.random.randrange(8)]) + data[at + 1:]
        sink.sendall(data[:at])
        if self.mode == CUTS:
            if self.misdeeds % 2:
                reset(source)
                reset(sink)
            raise ConnectionResetError
        sink.shutdown(socket.SHUT_WR)
        while source.recv(PIECE):
            pass
        return b""

    def _drip(self, data, sink):
        at = 0
        while at < len(data):
            size = self.random.randint(1, 64) if self.mode == DRIPS else len(data)
            self.misdeeds += self.mode == DRIPS
            sink.sendall(data[at:at + size])
            at += size
            time.sleep(0.002)

    def _patience(self):
        return self.random.randint(1, 2 * BETWEEN)


def reset(connection):
    """Ends it with RST instead of FIN, as soon as no thread reads from it: SHUT_RD wakes that one and sends nothing."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RD)
    connection.close()


def end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
