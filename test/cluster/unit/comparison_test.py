"""What counts as the output that a page promises, and what does not."""
import unittest

from harness.comparison import difference, missing_in_order


def same(expected, got):
    return difference(expected.splitlines(), got.splitlines()) is None


class Lines(unittest.TestCase):
    def test_the_number_of_spaces_does_not_matter(self):
        self.assertTrue(same("NAME   READY\nweb    1/1", "NAME  READY\nweb   1/1  \n"))

    def test_another_word_is_a_difference_and_both_are_named(self):
        self.assertEqual(difference(["web   0/1   Pending"], ["web 1/1 Running"]), "'web 0/1 Pending' is not 'web 1/1 Running'")

    def test_a_line_too_many_and_a_line_too_few_are_differences(self):
        self.assertIn("more than expected, from 'b'", difference(["a"], ["a", "b"]))
        self.assertIn("where 'b' is expected", difference(["a", "b"], ["a"]))

    def test_no_output_is_expected_where_none_is_shown(self):
        self.assertTrue(same("", ""))
        self.assertFalse(same("", "error: no such thing"))

    def test_order_matters(self):
        self.assertFalse(same("a\nb", "b\na"))


class Dots(unittest.TestCase):
    def test_stand_for_any_number_of_lines(self):
        for got in ("a\nz", "a\nb\nz", "a\nb\nc\nz"):
            self.assertTrue(same("a\n...\nz", got), got)

    def test_at_the_end_allow_a_rest_and_at_the_start_a_beginning(self):
        self.assertTrue(same("a\n...", "a\nb\nc"))
        self.assertTrue(same("...\nc", "a\nb\nc"))
        self.assertFalse(same("...\nb", "a\nb\nc"))
        self.assertFalse(same("b\n...", "a\nb\nc"))

    def test_what_stands_between_them_is_in_order_and_unbroken(self):
        self.assertTrue(same("...\nb\nc\n...\ne\n...", "a\nb\nc\nd\ne\nf"))
        self.assertFalse(same("...\ne\n...\nb\n...", "a\nb\nc\nd\ne\nf"))
        self.assertFalse(same("...\nb\nd\n...", "a\nb\nc\nd\ne\nf"))
        self.assertIn("'x'", difference(["...", "x", "..."], ["a", "b"]))

    def test_do_not_let_one_line_count_twice(self):
        self.assertFalse(same("a\n...\na", "a"))


class WhatDiffersFromRunToRun(unittest.TestCase):
    def test_ages_are_equal(self):
        self.assertTrue(same("Warning  FailedScheduling  3m44s (x19 over 6m30s)  s  no", "Warning FailedScheduling 1s (x19 over 2s) s no"))
        for age in ("0s", "119s", "5m", "179m", "6h9m", "2d2h", "33d", "3y20d", "12ms", "0.35 ms", "420µs", "1.5s", "<invalid>"):
            self.assertTrue(same(f"web 1/1 Running 0 {age}", "web 1/1 Running 0 3s"), age)

    def test_durations_are_equal_in_a_sentence_and_in_a_log_line(self):
        self.assertTrue(same("timed out after 5s.", "timed out after 12s."))
        self.assertTrue(same('"Bound" took="1.25ms" after=3s', '"Bound" took="900µs" after=1h0m0s'))
        self.assertFalse(same('"Bound" took="1.25ms"', '"Bound" took="1.25"'))
        self.assertFalse(same("node-5s", "node-6s"))

    def test_counts_of_events_are_not(self):
        self.assertFalse(same("3m (x19 over 6m)", "3m (x18 over 6m)"))
        self.assertFalse(same("3m (x19 over 6m)", "3m"))

    def test_quantities_are_not_ages(self):
        self.assertFalse(same("cpu  5000m", "cpu  6000m"))
        self.assertFalse(same("reserve.cpu/x=50m", "reserve.cpu/x=60m"))
        self.assertFalse(same('cpu: "50m"', 'cpu: "60m"'))
        self.assertFalse(same("memory 64Mi", "memory 65Mi"))

    def test_random_parts_of_names_are_equal(self):
        self.assertTrue(same("pod/testngx-55bc49f85f-6qbnx created", "pod/testngx-7c79c4bf97-zzx2k created"))
        self.assertTrue(same("replicaset.apps/testngx-55bc49f85f", "replicaset.apps/testngx-d4cdb7794"))
        self.assertTrue(same("job-x2k4q", "job-bcdfg"))

    def test_chosen_parts_of_names_are_not(self):
        self.assertFalse(same("testngx-55bc49f85f-6qbnx", "nginx-55bc49f85f-6qbnx"))
        self.assertFalse(same("gpu02-poweredge-t420", "gpu03-poweredge-t420"))
        self.assertFalse(same("Successfully assigned default/web to node-a", "Successfully assigned default/web to node-b"))
        self.assertFalse(same("web-nginx", "web-redis"))

    def test_clock_times_uids_and_addresses_are_equal(self):
        self.assertTrue(same("Start Time:  Tue, 01 Jun 2021 11:15:12 +0800", "Start Time: Thu, 26 Nov 2026 01:02:03 +0000"))
        self.assertTrue(same("since 2026-11-26T01:02:03Z", "since 2026-11-27T01:02:03.123456Z"))
        self.assertTrue(same("uid 6d1d86ec-9aac-4b7a-9d3c-0a2b7e1f9b11", "uid 01234567-89ab-cdef-0123-456789abcdef"))
        self.assertTrue(same("https://127.0.0.1:6443", "https://10.0.0.1:6443"))
        self.assertFalse(same("https://127.0.0.1:6443", "https://127.0.0.1:6444"))

    def test_of_a_log_line_the_level_and_the_words_count(self):
        line = 'I1202 10:00:32.807396       1 scheduler.go:516] "Attempting to schedule pod" pod="default/testngx-55bc49f85f-hxjl2"'
        self.assertTrue(same(line, 'I0101 00:00:00.000001 4711 schedule.cpp:20] "Attempting to schedule pod" pod="default/testngx-d4cdb7794-bbbbb"'))
        self.assertFalse(same(line, line.replace("I1202", "E1202")))
        self.assertFalse(same(line, line.replace("schedule pod", "bind pod")))

    def test_the_message_of_a_refusal_is_compared_to_the_letter(self):
        message = "0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度6."
        self.assertTrue(same(message, message))
        self.assertFalse(same(message, message.replace("6.", "7.")))


class ALog(unittest.TestCase):
    def test_holds_the_lines_in_their_order_with_others_between_them(self):
        got = ["start", "PreFilter: a", "noise", "Filter: a", "end"]
        self.assertIsNone(missing_in_order(["PreFilter:  a", "Filter: a"], got))
        self.assertIn("'PreFilter: a'", missing_in_order(["Filter: a", "PreFilter: a"], got))
        self.assertIn("'Score: a'", missing_in_order(["Score: a"], got))


if __name__ == "__main__":
    unittest.main()
