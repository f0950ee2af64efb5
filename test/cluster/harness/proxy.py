"""Stands between berth and kube-apiserver and plays the bad network: it ends TLS on both sides, so it sees HTTP and can
cut a watch in the middle of a line, or say something that no API server says."""
import socket
import ssl
import struct
import threading

from harness.ports import free_ports


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
        self.to_say = {}  # resource -> lines that the next watch event is preceded by
        self.cuts = 0
        self.said = 0
        self.watches = 0  # begun so far
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, resource):
        """The next event on a watch of `resource` stops half-way through its line, and the connection with it."""
        with self.lock:
            self.to_cut.add(resource)

    def say(self, resource, line):
        """`line` (bytes, without its end) precedes the next event on a watch of `resource`."""
        with self.lock:
            self.to_say.setdefault(resource, []).append(line + b"\n")

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
        head, headers = read_head(client)
        if not head:
            return False
        server.write(head + client.read(int(headers.get("content-length", "0"))))
        server.flush()
        request = head.split(b" ", 2)[1].decode()
        head, headers = read_head(server)
        if not head:
            return False
        client.write(head)
        if headers.get("transfer-encoding") == "chunked":
            resource = watched(request)
            if resource:
                self.watches += 1
                client.flush()
            if not self._chunks(connection, client, server, resource):
                return False
        else:
            client.write(server.read(int(headers.get("content-length", "0"))))
        client.flush()
        return True

    def _chunks(self, connection, client, server, resource):
        """Passes a chunked body; each event of a watch is a chunk."""
        while True:
            size = int(server.readline().split(b";")[0], 16)
            data = server.read(size)
            server.readline()
            if resource and size:
                with self.lock:
                    cut = resource in self.to_cut
                    self.to_cut.discard(resource)
                    say = self.to_say.pop(resource, [])
                for line in say:
                    write_chunk(client, line)
                    client.flush()
                    self.said += 1
                if cut:
                    client.write(b"%x\r\n" % size + data[:size // 2])
                    client.flush()
                    self._break(connection)
                    return False
            write_chunk(client, data)
            if resource:
                client.flush()
            if not size:
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
