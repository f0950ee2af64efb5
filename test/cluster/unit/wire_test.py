"""The wire that lies, between a client and a server that sends back whatever comes."""
import socket
import threading
import unittest

from harness import wire
from harness.wait import until

TEXT = bytes(range(256)) * 400
SECONDS = 20


def echo(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=send_back, args=(connection,), daemon=True).start()


def send_back(connection):
    try:
        while data := connection.recv(4096):
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        connection.close()


class WireThatLies(unittest.TestCase):
    def setUp(self):
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        self.wire = wire.Wire(listener.getsockname()[1])
        self.client = socket.create_connection(("127.0.0.1", self.wire.port), timeout=SECONDS)
        self.addCleanup(self.client.close)

    def sent_back(self, text=TEXT):
        """All that comes until the end; a reset is an end too."""
        threading.Thread(target=self.send, args=(text,), daemon=True).start()
        came = b""
        try:
            while data := self.client.recv(65536):
                came += data
        except ConnectionError:
            pass
        return came

    def send(self, text):
        try:
            self.client.sendall(text)
            self.client.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def test_faithful_it_changes_nothing(self):
        self.assertEqual(self.sent_back(), TEXT)
        self.assertEqual(self.wire.misdeeds, 0)

    def test_dripping_it_changes_nothing_either(self):
        self.wire.becomes(wire.DRIPS)
        self.assertEqual(self.sent_back(TEXT[:5000]), TEXT[:5000])
        self.assertGreater(self.wire.misdeeds, 5000 // 64)

    def test_a_cut_connection_ends_before_all_has_come(self):
        self.wire.becomes(wire.CUTS)
        self.assertLess(len(self.sent_back()), len(TEXT))
        self.assertGreater(self.wire.misdeeds, 0)

    def test_a_half_closed_one_ends_without_an_error(self):
        self.wire.becomes(wire.HALF_CLOSES)
        came = self.sent_back()
        self.assertLess(len(came), len(TEXT))
        self.assertTrue(TEXT.startswith(came))

    def test_turned_bits_leave_as_many_bytes(self):
        self.wire.becomes(wire.FLIPS)
        came = self.sent_back()
        self.assertEqual(len(came), len(TEXT))
        changed = sum(one != other for one, other in zip(came, TEXT))
        self.assertTrue(0 < changed <= self.wire.misdeeds, f"{changed} bytes, {self.wire.misdeeds} misdeeds")

    def test_stalled_nothing_comes_until_it_is_faithful_again(self):
        self.wire.becomes(wire.STALLS)
        self.client.sendall(b"hello")
        until(lambda: self.wire.misdeeds, SECONDS, "it does not stall")
        self.client.setblocking(False)
        self.assertRaises(BlockingIOError, self.client.recv, 10)
        self.client.settimeout(SECONDS)
        self.wire.becomes(wire.FAITHFUL)
        self.assertEqual(self.client.recv(10), b"hello")

    def test_all_connections_can_be_ended(self):
        self.client.sendall(b"hello")
        self.assertEqual(self.client.recv(10), b"hello")
        self.wire.end_all()
        self.assertEqual(self.client.recv(10), b"")
