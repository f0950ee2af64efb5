"""What of a page is typed, and what is expected of it."""
import unittest

from harness.page import BadPage, runs_in_memory, steps

PAGE = """# A page

```yaml
$ this: is no command
```

```console
$ kubectl get pods
NAME  READY
web   1/1

$ kubectl apply -f - <<END
> kind: Pod
> END
pod/web created
$ kubectl wait \\
  --for=condition=Ready pod/web
$ berth &
```

```log
"Attempting to schedule pod"
```

1. in a list

   ```console in-memory
   $ true
     indented
   ```

```console real
$ false
```
"""


class Steps(unittest.TestCase):
    def test_are_the_commands_of_console_blocks_with_the_output_below_them(self):
        found = steps(PAGE, "page.md", "real")
        self.assertEqual([(step.line, step.command, step.expected) for step in found], [
            (8, "kubectl get pods", ["NAME  READY", "web   1/1", ""]),
            (12, "kubectl apply -f - <<END\nkind: Pod\nEND", ["pod/web created"]),
            (16, "kubectl wait \\\n  --for=condition=Ready pod/web", []),
            (18, "berth &", []),
            (21, "", ['"Attempting to schedule pod"']),
            (33, "false", [])])

    def test_of_the_in_memory_server_are_only_for_it_and_keep_their_own_indent(self):
        found = steps(PAGE, "page.md", "in-memory")
        self.assertEqual((found[-1].command, found[-1].expected), ("true", ["  indented"]))
        self.assertNotIn("false", [step.command for step in found])
        self.assertTrue(runs_in_memory(PAGE))
        self.assertFalse(runs_in_memory("```console\n$ true\n```"))


class ABadPage(unittest.TestCase):
    def expect_bad(self, text, words):
        with self.assertRaisesRegex(BadPage, words):
            steps(text, "page.md", "real")

    def test_has_no_command(self):
        self.expect_bad("# nothing\n", "page.md: has no command")
        self.expect_bad("```console in-memory\n$ true\n```", "page.md: has no command")

    def test_has_output_without_a_command(self):
        self.expect_bad("```console\nNAME\n```", "page.md:2: output without a command")

    def test_leaves_a_block_open(self):
        self.expect_bad("```console\n$ true\n", "not closed")

    def test_misspells_where_a_block_is_for(self):
        self.expect_bad("```console in-memry\n$ true\n```", "page.md:1: a block is one of")


if __name__ == "__main__":
    unittest.main()
