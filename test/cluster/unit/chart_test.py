"""The chart's README, its schema and values.yaml know the same values, key by key, with the same defaults; and the plugins that its
roles go by are those that berth has."""
import json
import os
import re
import unittest

import yaml

from harness.walker import ROOT

CHART = os.path.join(ROOT, "charts", "berth")
# Objects of Kubernetes' own, described as a whole.
WHOLE = {"resources", "podSecurityContext", "securityContext", "config", "extender.config", "extender.resources"}
# What an umbrella chart hands down: no values of ours.
HANDED_DOWN = {"global", "enabled"}
REGISTRIES = ("scoring/plugins/default_registry.cpp", "scoring/plugins/not_yet.cpp")


def content(*name):
    with open(os.path.join(ROOT, *name), encoding="utf-8") as file:
        return file.read()


def of_chart(name):
    return content("charts", "berth", name)


def leaves(tree, prefix=""):
    """(name, default) of every value that holds no others."""
    for key, value in tree.items():
        name = prefix + key
        if isinstance(value, dict) and value and name not in WHOLE:
            yield from leaves(value, name + ".")
        else:
            yield name, value


def as_written(value):
    """As the README's table shows a default: texts as they are, anything else in JSON."""
    return value if isinstance(value, str) and value else json.dumps(value)


class TheChart(unittest.TestCase):
    def setUp(self):
        self.values = dict(leaves(yaml.safe_load(of_chart("values.yaml"))))
        self.schema = json.loads(of_chart("values.schema.json"))

    def resolved(self, at):
        return self.schema["definitions"][at["$ref"].rpartition("/")[2]] if "$ref" in at else at

    def known_to_schema(self, at, prefix=""):
        """The names of the properties that have none of their own, as deep as values.yaml goes."""
        for key, below in at["properties"].items():
            name, below = prefix + key, self.resolved(below)
            if "properties" in below and name not in WHOLE and name not in self.values:
                yield from self.known_to_schema(below, name + ".")
            else:
                yield name

    def test_readme_has_a_row_for_every_value_and_no_other(self):
        table = of_chart("README.md").partition("## Values")[2]
        rows = re.findall(r"^\| `([\w.]+)` \| (.*?) \|", table, re.MULTILINE)
        self.assertEqual(list(self.values), [name for name, _ in rows], "not the same values, or not in the same order")
        for name, shown in rows:
            if name not in WHOLE:
                self.assertEqual(f"`{as_written(self.values[name])}`", shown, name)

    def test_schema_knows_every_value_and_no_other(self):
        self.assertEqual(sorted(self.values), sorted(set(self.known_to_schema(self.schema)) - HANDED_DOWN))

    def test_every_value_is_explained_by_a_comment_that_begins_with_its_name(self):
        text = of_chart("values.yaml")
        for name in self.values:
            self.assertTrue(re.search(rf"^ *# {re.escape(name)} ", text, re.MULTILINE), name)

    def test_schema_refuses_what_it_does_not_know_wherever_it_lists_fields(self):
        def look(at, path):
            if "properties" in at:
                self.assertIs(at.get("additionalProperties"), False, path)
            for key, value in at.items():
                if isinstance(value, dict):
                    look(value, f"{path}/{key}")
        look(self.schema, "")

    def test_rights_go_by_the_plugins_that_there_are(self):
        ours = {name for path in REGISTRIES for name in re.findall(r'(?:\.add\(|\(plugins, |plugins, )"(\w+)"', content(path))}
        text = of_chart("templates/_rights.tpl")
        others = re.search(r'define "berth.otherPlugins" -\}\}\n(.*?)\{\{- end', text, re.DOTALL)[1].split()
        needing = re.findall(r'"(\w+)"', "".join(re.findall(r"\(list [^)]*\)", text.partition("$other :=")[0])))
        self.assertEqual(ours, set(others) | set(needing))

    def test_renders_the_same_every_time(self):
        """Nothing is asked of the cluster, and nothing is random: Argo CD renders anew each time it looks (argoproj/argo-cd 3263,
        apache/apisix-helm-chart 993)."""
        templates = os.path.join(CHART, "templates")
        for folder, _, files in os.walk(templates):
            for file in files:
                text = content(os.path.relpath(os.path.join(folder, file), ROOT))
                for word in (r"\blookup\b", r"\brand\w*", r"\bgen(CA|SelfSignedCert|SignedCert|PrivateKey)\w*", r"\bnow\b", r"\buuidv4\b",
                             r"\.Release\.(Is|Revision)", r"\.APIVersions"):
                    self.assertNotRegex(re.sub(r"\{\{-? */\*.*?\*/ *-?\}\}|^ *#.*$", "", text, flags=re.DOTALL | re.MULTILINE), word, file)


if __name__ == "__main__":
    unittest.main()
