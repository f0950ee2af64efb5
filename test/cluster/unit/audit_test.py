"""What is read from the API server's audit log: bindings, who made them, and whether that one had the lease."""
import unittest

from harness.audit import bindings, check_leaders, granted, refused
from harness.delays import in_words, percentile
from harness.wait import Failure


def event(second, who, resource, verb="create", code=201, name="pod-1"):
    at = f"2026-01-01T00:00:{second:02}.000000Z"
    about = {"resource": "leases"} if resource == "leases" else {"resource": "pods", "subresource": resource, "name": name}
    return {"verb": verb, "objectRef": about, "requestReceivedTimestamp": at, "stageTimestamp": at, "responseStatus": {"code": code},
            "user": {"username": "berth", "extra": {"authentication.kubernetes.io/credential-id": [f"JTI={who}"]}}}


def lease(second, who, code=200):
    return event(second, who, "leases", "update", code)


def binding(second, who, code=201):
    return event(second, who, "binding", code=code)


class Audit(unittest.TestCase):
    def test_bindings_are_told_apart_by_their_answers(self):
        log = [binding(1, "a"), binding(2, "b", 409), event(3, "a", "status", "patch", 200), binding(4, "a", 500)]
        self.assertEqual([each.by for each in bindings(log)], ["JTI=a", "JTI=b", "JTI=a"])
        self.assertEqual(len(granted(log)), 1)
        self.assertEqual(len(refused(log)), 1)

    def test_the_lease_changes_hands_and_each_binds_while_it_has_it(self):
        log = [lease(1, "a"), binding(2, "a"), lease(3, "b"), binding(4, "b"), lease(5, "b"), lease(6, "a"), binding(7, "a")]
        self.assertEqual(check_leaders(log), 2)

    def test_who_lost_the_lease_must_not_bind(self):
        with self.assertRaisesRegex(Failure, "pod-1 was bound by JTI=a while JTI=b had the lease"):
            check_leaders([lease(1, "a"), lease(3, "b"), binding(4, "a")])

    def test_a_write_to_the_lease_that_was_refused_gives_nothing(self):
        with self.assertRaisesRegex(Failure, "bound by JTI=b while JTI=a"):
            check_leaders([lease(1, "a"), lease(2, "b", 409), binding(3, "b")])

    def test_a_binding_before_any_lease_is_found(self):
        with self.assertRaises(Failure):
            check_leaders([binding(1, "a"), lease(2, "a")])


class Delays(unittest.TestCase):
    def test_the_99th_percentile_of_fifty_is_the_longest(self):
        self.assertEqual(percentile(range(1, 51), 99), 50)
        self.assertEqual(percentile(range(1, 201), 99), 198)

    def test_few_are_all_said(self):
        self.assertEqual(in_words([1, 0.25]), "1.0 s, 0.2 s")
        self.assertEqual(in_words([1, 2, 3, 4, 5, 6]), "p50 3.0 s, p99 6.0 s, max 6.0 s of 6")
