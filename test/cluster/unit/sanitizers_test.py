"""What `make sanitize` counts, and the rows that it keeps."""
import unittest

from sanitizers import run as sanitizers

SAID = "controller_unsanitized: left out: why\n9 passed, 9 failed\nk8s: 3 passed, 0 failed (1.0 s)\n1 left out\n3 passed, 0 failed\n"


class ASanitizer(unittest.TestCase):
    def test_is_clean_where_all_passed_and_nothing_was_reported(self):
        outcome = sanitizers.summed_up(SAID, [])
        self.assertEqual(outcome, sanitizers.Outcome("`make test`", 3, 0, 1, 0))
        self.assertTrue(outcome.is_clean())

    def test_is_not_where_a_process_reported_though_its_test_passed(self):
        race = "WARNING: ThreadSanitizer: data race\nSUMMARY: ThreadSanitizer: data race\n"
        outcome = sanitizers.summed_up(SAID, [race * 2, "x.cpp:1:2: runtime error: shift exponent 64 is too large\n"])
        self.assertEqual(outcome.reports, 3)
        self.assertFalse(outcome.is_clean())

    def test_that_did_not_come_to_its_end_is_not_clean_and_has_no_row(self):
        outcome = sanitizers.summed_up("k8s: 3 passed, 0 failed (1.0 s)\n", [])
        self.assertEqual(outcome.ran, "")
        self.assertFalse(outcome.is_clean())


class TheTable(unittest.TestCase):
    def test_keeps_the_rows_of_tools_that_did_not_run(self):
        old = {"asan": sanitizers.row("asan", sanitizers.Outcome("`make test`", 1234, 0, 1, 0), "2026-01-01"),
               "tidy": sanitizers.row("tidy", sanitizers.Outcome("all", 700), "2026-01-02")}
        kept = sanitizers.rows_of(sanitizers.table_of(old).split("\n"))
        self.assertEqual(kept, old)
        self.assertIn("| 1,234 | 0 | 1 | 0 | 2026-01-01 |", sanitizers.table_of({**kept, "tsan": "| new |"}))


if __name__ == "__main__":
    unittest.main()
