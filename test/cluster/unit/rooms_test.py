"""What the pages say of where things are: every room has its sentence, and every answer to "Where is ...?" is a file that is there."""
import glob
import os
import re
import unittest

from harness.walker import ROOT

LAYERS = ("k8s", "scoring", "controller")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


class EveryRoom(unittest.TestCase):
    def test_has_a_sentence_in_the_readme_of_its_layer(self):
        for layer in LAYERS:
            told = set(re.findall(r"^\| `(\w+)/` \|", read(f"{layer}/README.md"), re.MULTILINE))
            there = {os.path.basename(os.path.dirname(path)) for path in glob.glob(os.path.join(ROOT, layer, "*", ""))}
            self.assertEqual(there, told, layer)


class EveryAnswer(unittest.TestCase):
    def test_names_a_file_in_its_room(self):
        table = read("docs/architecture.md").partition("## Where is ...?")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| [^|]*\? \| `([\w/]+)/`[^|]*\| `([\w.]+)`", table, re.MULTILINE)
        self.assertGreaterEqual(len(rows), 10)
        for room, name in rows:
            self.assertTrue(os.path.exists(os.path.join(ROOT, room, name)), f"{room}/{name}")


if __name__ == "__main__":
    unittest.main()
