"""A walk through a page: what it does, and what it says where a page promises what does not come."""
import os
import sys
import tempfile
import unittest
from unittest import mock

from harness import walker
from harness.wait import Failure


class AWalk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        patience = mock.patch.object(walker, "PATIENCE", 0)
        patience.start()
        self.addCleanup(patience.stop)

    def walk(self, text, **programs):
        path = os.path.join(self.folder.name, "page.md")
        with open(path, "w", encoding="utf-8") as page:
            page.write(text)
        return walker.Walker(self.folder.name, programs).walk(path, "real")

    def block(self, *lines):
        return "```console\n" + "\n".join(lines) + "\n```\n"

    def test_takes_every_step_and_counts_them(self):
        self.assertEqual(self.walk(self.block("$ echo one", "one", "$ echo two >&2", "two")), 2)

    def test_begins_at_the_root_and_keeps_directory_and_variables(self):
        self.walk(self.block("$ ls CONTRIBUTING.md", "CONTRIBUTING.md", "$ cd test", "$ POD=web", "$ ls run.py; echo $POD",
                             "run.py", "web"))

    def test_finds_the_programs_it_was_given(self):
        self.walk(self.block("$ snake -c 'print(6 * 7)'", "42"), snake=sys.executable)

    def test_says_page_line_command_expected_and_got(self):
        with self.assertRaises(Failure) as failed:
            self.walk("# title\n" + self.block("$ echo six", "seven"))
        for words in ("page.md:3: $ echo six", "'seven' is not 'six'", "--- expected\nseven", "--- got\nsix"):
            self.assertIn(words, str(failed.exception))

    def test_fails_on_a_command_that_fails_without_a_word(self):
        with self.assertRaisesRegex(Failure, "exit code 1"):
            self.walk(self.block("$ false"))

    def test_takes_a_failure_that_the_page_shows(self):
        self.walk(self.block("$ echo no; exit 1", "no"))

    def test_looks_for_log_lines_in_what_runs_in_the_background_and_ends_it(self):
        log = "```log\nready\n```\n"
        with mock.patch.object(walker, "PATIENCE", 10):
            self.walk(self.block("$ echo ready; exec sleep 1000 &") + log)
        with self.assertRaisesRegex(Failure, "not there.*'ready'(.|\n)*the end of what"):
            self.walk(self.block("$ sleep 1000 &") + log)

    def test_fails_where_what_runs_in_the_background_ends_badly(self):
        with mock.patch.object(walker, "PATIENCE", 10), self.assertRaisesRegex(Failure, "`echo bad; exit 3` ended with exit code 3"):
            self.walk(self.block("$ echo bad; exit 3 &") + "```log\nnever\n```\n")


class Commands(unittest.TestCase):
    def test_that_change_nothing_may_be_asked_again(self):
        for command in ("kubectl get pods", "kubectl describe pod web | tail -3", "berth trace pod default/web",
                        "curl -s localhost:10251/metrics", "grep pod berth.log"):
            self.assertTrue(walker.read_only(command), command)

    def test_that_change_something_are_typed_once(self):
        for command in ("kubectl apply -f x", "kubectl label node a b=c", "berth run", "curl -X POST localhost/filter",
                        "curl -d @x localhost/filter", "getent x"):
            self.assertFalse(walker.read_only(command), command)


if __name__ == "__main__":
    unittest.main()
