"""What `make bench` measures, and what it says of what it measured."""
import json
import os
import tempfile
import unittest

from benchmark import goals, ground, page, report, workloads
from benchmark.measure import Figures
from benchmark.workloads import Workload
from harness import etcd


def figures(rate=100.0, cpu=100.0, server=1000.0, memory=30.0, algorithm=10.0):
    return Figures(rate=rate, told_rate=rate, first_s=1.0, cpu_ms=cpu, server_cpu_ms=server, memory_mib=memory, algorithm_us=algorithm)


def goals_of(name, ours, theirs, basic=None, nodes=5000):
    measured = [(Workload("basic", nodes, 10, 1), {"berth": basic})] if basic else []
    return goals.of_workloads(measured + [(Workload(name, nodes, 10, 1), {"berth": ours, "kube-scheduler": theirs})])


def missed(found):
    return [goal.what.partition(": ")[2] for goal in found if not goal.holds]


class TheWorkloads(unittest.TestCase):
    def test_are_those_of_the_decisions_and_a_pod_keeps_what_it_asks_for(self):
        spread = workloads.objects(Workload("spreading", 20, 3, 1))
        self.assertEqual((len(spread.nodes), len(spread.placed), len(spread.waiting)), (20, 10, 3))
        self.assertEqual(spread.waiting[0]["spec"]["topologySpreadConstraints"][0]["maxSkew"], 5)
        self.assertEqual(spread.waiting[0]["metadata"]["labels"]["color"], "blue")

    def test_measured_pods_alone_carry_the_label_that_the_observer_goes_by(self):
        made = workloads.objects(Workload("pod affinity", 20, 3, 1))
        self.assertTrue(all(workloads.MEASURED in pod["metadata"]["labels"] for pod in made.waiting))
        self.assertFalse(any(workloads.MEASURED in pod["metadata"]["labels"] for pod in made.placed))

    def test_a_priority_comes_by_a_class_that_is_made(self):
        made = workloads.objects(Workload("preemption", 5, 2, 1))
        there = {one["metadata"]["name"]: one["value"] for one in workloads.priority_classes()}
        for pod in made.placed + made.waiting:
            self.assertNotIn("priority", pod["spec"])
            self.assertIn(pod["spec"].get("priorityClassName", "priority-1"), there)
        self.assertEqual(there[made.waiting[0]["spec"]["priorityClassName"]], 100)

    def test_claims_come_before_the_pods_that_name_them(self):
        kinds = [item["kind"] for item in workloads.objects(Workload("bound claims", 2, 1, 1)).storage]
        self.assertEqual(sorted(kinds), ["CSINode", "CSINode", "PersistentVolume", "PersistentVolumeClaim"])

    def test_no_more_pods_than_nodes_are_left_where_no_two_share_one(self):
        self.assertEqual([each.pods for each in workloads.chosen(["pod anti-affinity", "basic"], nodes=100, pods=80)], [50, 80])

    def test_a_choice_of_nodes_is_for_all_of_them(self):
        self.assertEqual([each.name for each in workloads.chosen(nodes=1000)], workloads.NAMES)

    def test_what_is_not_chosen_is_everything_on_the_larger_cluster(self):
        self.assertEqual([each.name for each in workloads.chosen() if each.nodes == 5000], workloads.NAMES)


class APlacedPod(unittest.TestCase):
    def test_is_what_the_api_server_made_of_one_like_it_under_its_own_name(self):
        admitted = json.dumps({"metadata": {"name": "placed-0", "uid": "u", "resourceVersion": "7", "labels": {}, "creationTimestamp": "now"},
                               "spec": {"nodeName": "node-0", "priority": 3}, "status": {"phase": "Pending"}})
        made = ground.copied(admitted, {"metadata": {"name": "placed-1", "labels": {"app": "low"}}, "spec": {"nodeName": "node-1"}})
        self.assertNotEqual(made["metadata"].pop("uid"), "u")
        self.assertEqual(made, {"metadata": {"name": "placed-1", "labels": {"app": "low"}, "creationTimestamp": "now"},
                                "spec": {"nodeName": "node-1", "priority": 3}, "status": {"phase": "Pending"}})


class AGoal(unittest.TestCase):
    def test_holds_up_to_what_was_asked(self):
        self.assertTrue(goals.Goal("x", 0.1, at_most=0.1).holds)
        self.assertFalse(goals.Goal("x", 0.11, at_most=0.1).holds)
        self.assertFalse(goals.Goal("x", 1.4, at_least=1.5).holds)

    def test_says_what_was_measured_and_what_was_asked(self):
        self.assertEqual(goals.Goal("memory", 52.04, at_most=40, unit="MiB").sentence(), "missed: memory: 52 MiB, at most 40 asked")

    def test_of_cpu_is_a_tenth_for_basic_and_a_twentieth_for_spreading(self):
        for name, cpu, misses in (("basic", 10, []), ("basic", 11, ["scheduler CPU, share of kube-scheduler's"]),
                                  ("spreading", 5, []), ("spreading", 6, ["scheduler CPU, share of kube-scheduler's"])):
            self.assertEqual(missed(goals_of(name, [figures(cpu=cpu, algorithm=1)], [figures(algorithm=100)])), misses, (name, cpu))

    def test_of_the_api_server_is_asked_of_every_workload(self):
        for name in workloads.NAMES:
            found = goals_of(name, [figures(cpu=1, server=1001, algorithm=1)], [figures(algorithm=100)])
            self.assertEqual(missed(found), ["API server CPU, share of kube-scheduler's"], name)

    def test_of_the_rate_goes_by_basic_on_the_same_nodes(self):
        for rate, misses in ((90, []), (89, ["rate, share of basic's"])):
            found = goals_of("mixed", [figures(rate=rate, algorithm=1)], [figures(algorithm=100)], basic=[figures(rate=100)])
            self.assertEqual(missed(found), misses)

    def test_is_held_to_the_median(self):
        ours = [figures(server=server, cpu=1, algorithm=1) for server in (900, 950, 5000)]
        self.assertEqual(missed(goals_of("basic", ours, [figures(algorithm=100)])), [])

    def test_is_not_asked_where_nothing_was_measured(self):
        self.assertEqual(goals.of_workloads([(Workload("basic", 5000, 10, 1), {"berth": []})]), [])
        found = goals_of("fits nowhere", [figures(algorithm=None)], [figures(algorithm=None)])
        self.assertEqual([goal.what for goal in found], ["fits nowhere, 5,000 nodes: API server CPU, share of kube-scheduler's"])


class TheTable(unittest.TestCase):
    def test_has_a_row_for_each_contender_with_its_share_of_its_own_basic(self):
        measured = [(Workload("basic", 5000, 2000, 1), {"berth": [figures(rate=800)], "kube-scheduler": [figures(rate=300)]}),
                    (Workload("mixed", 5000, 2000, 1), {"berth": [figures(rate=760)], "kube-scheduler": [figures(rate=150)]})]
        text = report.table(5000, measured)
        self.assertIn("| mixed | 2,000 | berth | 760 | 95% |", text)
        self.assertIn("| mixed | 2,000 | kube-scheduler | 150 | 50% |", text)
        self.assertIn("| mixed | 5.07 | 1.000 | 1.00 | 1.00 | 1.0000 |", text)

    def test_leaves_empty_what_was_not_measured(self):
        text = report.table(5000, [(Workload("fits nowhere", 5000, 10, 1), {"berth": [figures(algorithm=None)]})])
        self.assertIn("| 30.0 |  |", text)


class ThePage(unittest.TestCase):
    def test_keeps_the_sections_that_others_wrote(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "page.md")
            page.write_section(file, "## The webhook", "round trips")
            page.write_head(file, "# Benchmarks\n\n## 5,000 nodes\n\nfirst")
            page.write_section(file, "## Decisions alone", "microseconds")
            page.write_head(file, "# Benchmarks\n\nsecond")
            with open(file, encoding="utf-8") as written:
                self.assertEqual(written.read(), "# Benchmarks\n\nsecond\n\n## Decisions alone\n\nmicroseconds\n\n## The webhook\n\nround trips\n")

    def test_has_no_section_that_the_next_writer_would_not_know(self):
        with self.assertRaises(ValueError):
            page.write_section("page.md", "## Something else", "")


class Etcd(unittest.TestCase):
    def test_what_begins_with_a_prefix_ends_before_its_successor(self):
        self.assertEqual(etcd.after("/registry/pods/"), "/registry/pods0")
        self.assertLess("/registry/pods/default/pod-99", etcd.after("/registry/pods/default/pod-"))


if __name__ == "__main__":
    unittest.main()
