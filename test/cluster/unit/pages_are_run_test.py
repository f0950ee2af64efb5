"""An example that no test runs does not count: each is named by a scenario, in its `PAGES`."""
import ast
import glob
import os
import re
import unittest

from harness.page import runs_in_memory, steps
from harness.walker import ROOT

SCENARIOS = os.path.join(ROOT, "test", "cluster", "scenarios")
COMMANDS = re.compile(r"^ *```+console", re.MULTILINE)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def pages_of(scenario):
    """What the module assigns to PAGES; run.py fails where it does not run them."""
    for statement in ast.parse(read(scenario)).body:
        if isinstance(statement, ast.Assign) and any(getattr(target, "id", "") == "PAGES" for target in statement.targets):
            return ast.literal_eval(statement.value)
    return ()


def every_page_run():
    return {page for scenario in glob.glob(os.path.join(SCENARIOS, "*.py")) for page in pages_of(scenario)}


def examples():
    return sorted(os.path.relpath(folder, ROOT) for folder in glob.glob(os.path.join(ROOT, "examples", "*", "")))


class EveryExample(unittest.TestCase):
    def test_has_a_readme_that_a_scenario_runs(self):
        run = every_page_run()
        for folder in examples():
            self.assertTrue(os.path.exists(os.path.join(ROOT, folder, "README.md")), f"{folder} has no README.md")
            self.assertIn(f"{folder}/README.md", run, "no scenario runs it")

    def test_links_to_its_page_in_docs(self):
        for folder in examples():
            linked = re.findall(r"\]\(\.\./\.\./(docs/[\w-]+\.md)", read(f"{folder}/README.md"))
            self.assertTrue(linked, f"{folder}/README.md links to no page ../../docs/NAME.md")
            self.assertTrue(all(os.path.exists(os.path.join(ROOT, page)) for page in linked), f"{folder}: {linked}")


class EveryPageWithCommands(unittest.TestCase):
    def pages(self):
        found = glob.glob(os.path.join(ROOT, "*.md")) + glob.glob(os.path.join(ROOT, "docs", "*.md")) + glob.glob(os.path.join(ROOT, "examples", "*", "*.md"))
        return [os.path.relpath(page, ROOT) for page in sorted(found) if COMMANDS.search(read(page))]

    def test_is_run_by_a_scenario(self):
        run = every_page_run()
        for page in self.pages():
            self.assertIn(page, run, "no scenario runs it")

    def test_can_be_read_for_every_place_it_is_for(self):
        for page in self.pages():
            self.assertTrue(steps(read(page), page, "real"))
            if runs_in_memory(read(page)):
                self.assertTrue(steps(read(page), page, "in-memory"))


    def test_is_in_the_table_of_pages(self):
        for page in self.pages():
            self.assertIn(f"({os.path.relpath(page, 'docs')})", read("docs/README.md"), "docs/README.md does not list it")


class EveryScenario(unittest.TestCase):
    def test_names_pages_that_exist(self):
        for page in every_page_run():
            self.assertTrue(os.path.exists(os.path.join(ROOT, page)), page)


if __name__ == "__main__":
    unittest.main()
