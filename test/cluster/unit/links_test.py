"""A link from one page of the project to another leads to a file."""
import glob
import os
import re
import unittest

from harness.walker import ROOT

FOLDERS = ("docs", "examples", "charts", "k8s", "scoring", "controller")


class EveryLink(unittest.TestCase):
    def test_leads_to_a_file(self):
        pages = [os.path.relpath(page, ROOT) for folder in FOLDERS
                 for page in glob.glob(os.path.join(ROOT, folder, "**", "*.md"), recursive=True)]
        pages += ["README.md", "CONTRIBUTING.md"]
        links = 0
        for page in pages:
            with open(os.path.join(ROOT, page), encoding="utf-8") as file:
                for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read()):
                    if "://" not in target:
                        links += 1
                        self.assertTrue(os.path.exists(os.path.join(ROOT, os.path.dirname(page), target)), f"{page}: {target}")
        self.assertGreater(links, 50)


if __name__ == "__main__":
    unittest.main()
