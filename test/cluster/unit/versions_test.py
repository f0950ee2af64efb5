"""Scenarios that an older API server cannot run are named, never taken as passed."""
import types
import unittest

from harness import versions

SCENARIO = types.SimpleNamespace(NEEDS=("v1.36", "nodes declare features"))


class AScenario(unittest.TestCase):
    def test_runs_from_the_version_on_that_it_needs(self):
        for version in ("v1.36", "v1.37", "v1.100"):
            self.assertIsNone(versions.not_on(version, SCENARIO), version)

    def test_is_not_on_an_older_one_and_says_why(self):
        self.assertEqual(versions.not_on("v1.35", SCENARIO), "not on v1.35: nodes declare features (since v1.36)")
        self.assertTrue(versions.not_on("v1.9", SCENARIO))

    def test_that_names_no_version_runs_on_all(self):
        self.assertIsNone(versions.not_on("v1.27", types.SimpleNamespace()))


class KubeScheduler(unittest.TestCase):
    def test_does_not_wait_for_what_an_older_one_does_not_serve(self):
        self.assertEqual(versions.kube_scheduler_flags("v1.36"), ["--feature-gates=DRADeviceTaintRules=false"])
        self.assertEqual(versions.kube_scheduler_flags("v1.37"), [])

    def test_is_told_by_its_version(self):
        self.assertEqual(versions.minor("Kubernetes v1.36.3"), 36)


if __name__ == "__main__":
    unittest.main()
