"""What stands between berth and the API server passes a watch event by event, however the server cut it."""
import unittest

from harness.protobuf import enveloped, event, field, framed
from harness.proxy import frames, lines, without_parameters


class AWatch(unittest.TestCase):
    def test_is_lines_of_json_or_frames_of_protobuf_and_a_rest(self):
        self.assertEqual(lines(b"one\ntwo\nthr"), ([b"one\n", b"two\n"], b"thr"))
        one, two = framed(b"one"), framed(b"t\nwo")
        self.assertEqual(frames(one + two + b"\0\0\0"), ([one, two], b"\0\0\0"))
        self.assertEqual(frames(one + two[:5]), ([one], two[:5]))
        self.assertEqual((lines(b""), frames(b"")), (([], b""), ([], b"")))

    def test_says_what_it_comes_in(self):
        self.assertEqual(without_parameters("application/vnd.kubernetes.protobuf;stream=watch"), "application/vnd.kubernetes.protobuf")


class Protobuf(unittest.TestCase):
    def test_is_written_as_kubernetes_does(self):
        self.assertEqual(framed(event("ADDED", enveloped("Pod", field(1, field(1, "a"))))),
                         b"\0\0\0\x21\n\x05ADDED\x12\x18\n\x16k8s\0\n\x09\n\x02v1\x12\x03Pod\x12\x05\n\x03\n\x01a")


if __name__ == "__main__":
    unittest.main()
