"""The configuration of an example stands in two files, one for `berth --config` and one for the cluster."""
import glob
import os
import re
import unittest

from harness.walker import ROOT


class AConfigMap(unittest.TestCase):
    def test_holds_the_configuration_word_for_word(self):
        found = glob.glob(os.path.join(ROOT, "examples", "*", "manifests", "config.yaml"))
        self.assertTrue(found)
        for path in found:
            with open(path, encoding="utf-8") as file:
                held = file.read()
            keys = re.findall(r"^  (\S+): \|$", held, re.MULTILINE)
            self.assertTrue(keys, path)
            for key in keys:
                # A scheduler's goes by the name that its Deployment knows, any other by its own.
                name = "scheduler.yaml" if key == "scheduler-config.yaml" else key
                with open(os.path.join(os.path.dirname(os.path.dirname(path)), name), encoding="utf-8") as file:
                    indented = "".join(f"    {line}" if line.strip() else line for line in file)
                self.assertIn(f"{key}: |\n{indented}", held + "\n", path)


if __name__ == "__main__":
    unittest.main()
