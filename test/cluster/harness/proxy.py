"""Stands between berth and kube-apiserver and plays the bad network: it ends TLS on both sides, so it sees HTTP and can
cut a watch in the middle of an event, or say something that no API server says. It notes what lists and watches were asked
for in, and what they came in."""
import socket
import ssl
import struct
import threading
from dataclasses import dataclass

from harness.ports import free_ports

JSON, PROTOBUF = "application/json", "application/vnd.kubernetes.protobuf"


@dataclass(frozen=True)
class Stream:
    """A list or a watch, as it was asked for and answered; content types without parameters."""
    path: str
    watch: bool
    accept: str
    status: int
    came_in: str


class Proxy:
    def __init__(self, plane):
        self.plane = plane
        self.port, = free_ports(1)
        keys = plane.certificates.path
        self.server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server_context.load_cert_chain(keys("server.crt"), keys("server.key"))
        self.client_context = ssl.create_default_context(cafile=plane.certificates.authority)
        self.lock = threading.Lock()
        self.to_cut = set()  # resources whose next watch event is cut in its middle
        self.to_say = {}  # resource -> events that its next one is preceded by
        self.streams = []  # begun so far
        self.cuts = 0
        self.said = 0
        self.watches = 0  # begun so far
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, resource):
        """The next event on a watch of `resource` stops half-way, and the connection with it."""
        with self.lock:
            self.to_cut.add(resource)

    def say(self, resource, event):
        """`event` (bytes, with the line's end or the frame's length) precedes the next one on a watch of `resource`."""
        with self.lock:
            self.to_say.setdefault(resource, []).append(event)

    # -- one thread per connection

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        upstream = None
        try:
            connection = self.server_context.wrap_socket(connection, server_side=True)
            upstream = self.client_context.wrap_socket(
                socket.create_connection(("127.0.0.1", self.plane.port)), server_hostname="127.0.0.1")
            client, server = connection.makefile("rwb"), upstream.makefile("rwb")
            while self._exchange(connection, client, server):
                pass
        except (OSError, ValueError):
            pass
        finally:
            for each in (connection, upstream):
                if each:
                    each.close()

    def _exchange(self, connection, client, server):
        """Passes one request and its answer. False when the connection is at its end."""
        head, asked = read_head(client)
        if not head:
            return False
        server.write(head + client.read(int(asked.get("content-length", "0"))))
        server.flush()
        method, request, _ = head.decode().split(" ", 2)
        head, headers = read_head(server)
        if not head:
            return False
        client.write(head)
        resource, came_in = watched(request), without_parameters(headers.get("content-type", ""))
        if method == "GET" and ("limit=" in request or "resourceVersion=" in request):
            with self.lock:
                self.streams.append(Stream(request.partition("?")[0], bool(resource), asked.get("accept", ""),
                                           int(head.split(b" ", 2)[1]), came_in))
        if headers.get("transfer-encoding") == "chunked":
            if resource:
                self.watches += 1
                client.flush()
                if not self._events(connection, client, server, resource, frames if came_in == PROTOBUF else lines):
                    return False
            else:
                pass_chunks(client, server)
        else:
            client.write(server.read(int(headers.get("content-length", "0"))))
        client.flush()
        return True

    def _events(self, connection, client, server, resource, cut_into):
        """Passes a watch, each event as a chunk of its own, however the server cut them."""
        rest = b""
        while data := read_chunk(server):
            events, rest = cut_into(rest + data)
            for event in events:
                with self.lock:
                    cut = resource in self.to_cut
                    self.to_cut.discard(resource)
                    say = self.to_say.pop(resource, [])
                for word in say:
                    self.said += 1  # it may be enough for berth to break off
                    write_chunk(client, word)
                    client.flush()
                if cut:
                    client.write(b"%x\r\n" % len(event) + event[:len(event) // 2])
                    client.flush()
                    self._break(connection)
                    return False
                write_chunk(client, event)
                client.flush()
        if rest:
            write_chunk(client, rest)
        write_chunk(client, b"")
        return True

    def _break(self, connection):
        """Ends it without TLS's farewell; every second time without TCP's as well (a reset)."""
        self.cuts += 1
        if self.cuts % 2:
            raw = socket.socket(fileno=socket.dup(connection.fileno()))
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.close()
        else:
            socket.socket(fileno=socket.dup(connection.fileno())).shutdown(socket.SHUT_RDWR)


def write_chunk(client, data):
    client.write(b"%x\r\n" % len(data) + data + b"\r\n")


def read_chunk(server):
    """Empty at the end."""
    data = server.read(int(server.readline().split(b";")[0], 16))
    server.readline()
    return data


def pass_chunks(client, server):
    while data := read_chunk(server):
        write_chunk(client, data)
    write_chunk(client, b"")


def lines(data):
    """The whole lines, with their ends, and the rest."""
    *whole, rest = data.split(b"\n")
    return [line + b"\n" for line in whole], rest


def frames(data):
    """The whole frames of protobuf, with their lengths, and the rest."""
    whole = []
    while len(data) >= 4 and len(data) >= 4 + (length := int.from_bytes(data[:4], "big")):
        whole.append(data[:4 + length])
        data = data[4 + length:]
    return whole, data


def without_parameters(content_type):
    return content_type.partition(";")[0].strip()


def read_head(stream):
    """The head of a message as it came, and its headers in lower case."""
    lines, headers = [], {}
    while line := stream.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines), headers
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers[name.lower()] = value.strip()
    return b"", {}


def watched(target):
    """The resource that is watched, or None: /api/v1/pods?watch=1 is pods."""
    path, _, query = target.partition("?")
    if any(word in ("watch=true", "watch=1") for word in query.split("&")):
        return path.rsplit("/", 1)[1]
    return None
