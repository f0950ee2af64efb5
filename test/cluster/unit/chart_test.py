"""The chart's README and its schema know every value of values.yaml, and the README no other."""
import json
import os
import re
import unittest

import yaml

from harness.walker import ROOT

CHART = os.path.join(ROOT, "charts", "berth")
# Objects of Kubernetes' own, described as a whole.
WHOLE = {"resources", "podSecurityContext", "securityContext", "config"}


def content(name):
    with open(os.path.join(CHART, name), encoding="utf-8") as file:
        return file.read()


def values(tree, prefix=""):
    for key, value in tree.items():
        name = prefix + key
        if isinstance(value, dict) and value and name not in WHOLE:
            yield from values(value, name + ".")
        else:
            yield name


class TheChart(unittest.TestCase):
    def setUp(self):
        self.values = sorted(values(yaml.safe_load(content("values.yaml"))))

    def test_readme_has_a_row_for_every_value_and_no_other(self):
        table = content("README.md").partition("## Values")[2]
        self.assertEqual(self.values, sorted(re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)))

    def test_schema_knows_every_value(self):
        schema = json.loads(content("values.schema.json"))
        for name in self.values:
            at = schema
            for part in name.split("."):
                self.assertIn(part, at["properties"], name)
                at = at["properties"][part]

    def test_schema_refuses_what_it_does_not_know_wherever_it_lists_fields(self):
        def look(at, path):
            if "properties" in at:
                self.assertIs(at.get("additionalProperties"), False, path)
            for key, value in at.items():
                if isinstance(value, dict):
                    look(value, f"{path}/{key}")
        look(json.loads(content("values.schema.json")), "")


if __name__ == "__main__":
    unittest.main()
