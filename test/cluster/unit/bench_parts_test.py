"""The parts of the benchmark beside its workloads: half load, the start among many pods, scale, and the pictures."""
import json
import os
import tempfile
import unittest
import xml.etree.ElementTree as xml

from benchmark import contender, encodings, endurance, goals, half_load, plots, report, restart, scale, svg


def created(name, answered, code=201):
    return {"verb": "create", "objectRef": {"resource": "pods", "name": name}, "responseStatus": {"code": code},
            "requestReceivedTimestamp": "2026-01-01T00:00:00.000000Z", "stageTimestamp": answered}


def bound(name, asked, code=201):
    return {"verb": "create", "objectRef": {"resource": "pods", "subresource": "binding", "name": name}, "responseStatus": {"code": code},
            "requestReceivedTimestamp": asked, "stageTimestamp": "2026-01-01T00:00:09.000000Z"}


class TimeWithin(unittest.TestCase):
    def test_is_from_the_answer_of_the_creation_to_the_request_to_bind(self):
        times = half_load.times_within([created("a", "2026-01-01T00:00:01.000250Z"), bound("a", "2026-01-01T00:00:01.002750Z")])
        self.assertAlmostEqual(times["a"], 2.5, places=3)

    def test_is_known_of_pods_that_were_created_and_bound(self):
        audit = [created("a", "2026-01-01T00:00:01Z"), created("b", "2026-01-01T00:00:01Z", code=409), bound("b", "2026-01-01T00:00:02Z"),
                 created("c", "2026-01-01T00:00:01Z"), bound("c", "2026-01-01T00:00:02Z", code=409), bound("d", "2026-01-01T00:00:02Z")]
        self.assertEqual(half_load.times_within(audit), {})

    def test_begins_with_the_first_binding_that_was_granted(self):
        audit = [created("a", "2026-01-01T00:00:01Z"), bound("a", "2026-01-01T00:00:02Z", code=500), bound("a", "2026-01-01T00:00:03Z"), bound("a", "2026-01-01T00:00:04Z")]
        self.assertAlmostEqual(half_load.times_within(audit)["a"], 2000, places=3)

    def test_at_a_percentile_is_one_of_those_measured(self):
        values = list(range(1000, 0, -1))
        self.assertEqual([half_load.percentile(values, share) for share in (50, 99, 99.9, 100)], [501, 991, 1000, 1000])
        self.assertEqual(half_load.percentile([7], 99.9), 7)

    def test_is_shown_beside_what_the_null_scheduler_needs(self):
        text = half_load.table({"berth": half_load.Figures([3.0] * 10, 2), "null": half_load.Figures([2.0] * 10, 1)})
        self.assertIn("| berth | 10 | 5 | 3.00 | 3.00 | 3.00 | 1.00 | 1.00 |", text)
        self.assertIn("| null | 10 | 10 | 2.00 | 2.00 | 2.00 |  |  |", text)

    def test_is_held_to_a_fifth(self):
        for ours, holds in ((2.0, True), (2.1, False)):
            figures = {"berth": half_load.Figures([ours]), "kube-scheduler": half_load.Figures([10.0])}
            self.assertEqual(half_load.goals_of(figures)[0].holds, holds)


class TheEncodings(unittest.TestCase):
    def test_are_set_beside_each_other_with_their_ratio(self):
        def run(first, cpu, server, most, settled):
            return restart.Figures(first, cpu, server, most, settled)

        text = encodings.table({"protobuf": [run(1, 2, 3, 40, 50), run(3, 2, 3, 40, 50)], "json": [run(4, 4, 4, 80, 100)]}, encodings.STARTING)
        self.assertIn("| protobuf | 2.00 (1.00–3.00) | 2.00 (2.00–2.00) | 3.00 (3.00–3.00) | 40 (40–40) | 50 (50–50) |", text)
        self.assertIn("| json | 4.00 | 4.00 | 4.00 | 80 | 100 |\n| ratio | 0.50 | 0.50 | 0.75 | 0.50 | 0.50 |\n", text)

    def test_are_those_that_berth_can_be_told_to_ask_for(self):
        self.assertEqual(set(encodings.CONTENDERS), set(contender.ENCODINGS))


class AMultitudeOfPods(unittest.TestCase):
    TEMPLATE = json.dumps({"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z", "resourceVersion": "7"},
                           "spec": {"nodeName": "node-0", "containers": [{"name": "c"}]}, "status": {"phase": "Pending"}})

    def test_has_a_key_of_its_own_for_each_and_as_many_kinds_as_there_are_workloads(self):
        made = [restart.running(self.TEMPLATE, number, 10) for number in range(2 * restart.WORKLOADS)]
        self.assertEqual(len({key for key, _ in made}), len(made))
        self.assertEqual(len({pod["metadata"]["uid"] for _, pod in made}), len(made))
        self.assertEqual(len({pod["metadata"]["labels"]["app"] for _, pod in made}), restart.WORKLOADS)

    def test_runs_on_all_nodes_and_has_no_version_of_another(self):
        made = [pod for _, pod in (restart.running(self.TEMPLATE, number, 10) for number in range(20))]
        self.assertEqual({pod["spec"]["nodeName"] for pod in made}, {f"node-{number}" for number in range(10)})
        self.assertFalse(any("resourceVersion" in pod["metadata"] for pod in made))
        self.assertEqual({pod["status"]["phase"] for pod in made}, {"Running"})

    def test_is_held_to_a_third_of_the_time_and_an_eighth_of_the_memory(self):
        figures = lambda first, most: [restart.Figures(first, 1, 1, most, most)]  # noqa: E731
        found = restart.goals_of({"berth": figures(1, 150), "kube-scheduler": figures(3, 1200)})
        self.assertEqual([goal.holds for goal in found], [True, True, True])
        found = restart.goals_of({"berth": figures(1.1, 151), "kube-scheduler": figures(3, 1200)})
        self.assertEqual([goal.holds for goal in found], [False, False, False])


class Scale(unittest.TestCase):
    def test_has_all_that_a_case_names(self):
        case = scale.Case("x", "x", 4, 8, 6, templates=3)
        made = list(scale.objects(case))
        self.assertEqual(sum(item["kind"] == "Node" for item in made), 4)
        pods = [item for item in made if item["kind"] == "Pod"]
        self.assertEqual(sum("nodeName" in pod["spec"] for pod in pods), 8)
        self.assertEqual(len({json.dumps(pod["spec"]) for pod in pods if "nodeName" not in pod["spec"]}), 3)

    def test_is_sent_in_requests_that_the_server_takes(self):
        items = [{"n": "x" * 50, "i": i} for i in range(100)]
        bodies = list(scale.batches(iter(items), at_most=500))
        self.assertTrue(all(len(body) < 600 for body in bodies))
        self.assertEqual([item for body in bodies for item in json.loads(body)["items"]], items)

    def test_asks_of_the_million_alone(self):
        figures = scale.Figures(1, 1, 1, 1, memory_mib=1025, algorithm_us=51)
        for case in scale.CASES:
            self.assertEqual([goal.holds for goal in scale.goals_of(case, figures)], [False, False] if case.name == "million" else [])


class Endurance(unittest.TestCase):
    STEADY = [endurance.Part(1000, 100, 20.0, 5, 30), endurance.Part(2000, 200, 20.1, 5, 31)]

    def test_is_what_grows_by_no_more_than_a_hundredth(self):
        self.assertEqual(list(endurance.wrong(self.STEADY, 0.002)), [])
        grown = [self.STEADY[0], endurance.Part(2000, 200, 20.3, 6, 33)]
        self.assertEqual(list(endurance.wrong(grown, 0.02)), [
            "memory grew from 20.0 to 20.3 MiB", "threads grew from 5 to 6", "open files grew from 30 to 33", "with nothing to do it takes 2.0% of a processor"])

    def test_is_shown_with_its_growth(self):
        text = endurance.table(self.STEADY, 0.002)
        self.assertIn("| 2,000 | 200 | 20.1 | 5 | 31 |", text)
        self.assertIn("beside the fifth: +0.5%. Afterwards, with nothing to do: 0.20% of a processor.", text)


class APicture(unittest.TestCase):
    def test_places_powers_of_ten_evenly(self):
        axis = svg.Axis([1000, 90_000], 0, 200)
        self.assertEqual([round(axis.place(value)) for value in (1000, 10_000, 100_000)], [0, 100, 200])
        self.assertEqual(axis.ticks(), [1000, 10_000, 100_000])

    def test_has_room_for_a_single_point(self):
        self.assertEqual(svg.Axis([1000], 0, 100).ticks(), [1000, 10_000])

    def test_keeps_names_apart_and_in_order(self):
        self.assertEqual(svg.spread([50, 10, 51, 52], 14), [50, 10, 64, 78])

    def test_is_well_formed_whatever_a_line_is_called(self):
        text = svg.draw("a < b", "nodes", "µs", [svg.Line("R&D", [(1000, 5), (5000, 7)]), svg.Line("x", [(1000, 500)], 1, dashed=True)])
        paths = [part for part in xml.fromstring(text).iter("{http://www.w3.org/2000/svg}path") if part.get("stroke-width")]
        self.assertEqual(len(paths), 2)

    def test_is_drawn_from_the_figures_that_are_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "page.md")
            plots.keep(file, "decisions", [{"workload": "basic", "nodes": 1000, "berth_us": 5.0, "kube_scheduler_us": 1000},
                                           {"workload": "basic", "nodes": 100_000, "berth_us": 9.0, "kube_scheduler_us": None}])
            self.assertEqual(sorted(os.listdir(os.path.join(folder, "page"))), ["decisions.json", "decisions.svg"])
            with open(file, encoding="utf-8") as page:
                self.assertIn("(page/decisions.svg)", page.read())

    def test_of_scale_joins_the_clusters_that_are_alike(self):
        rows = [{"nodes": nodes, "placed": placed, "memory_mib": 10.0} for nodes, placed in ((100, 1000), (2000, 0), (10, 100))]
        self.assertEqual(plots.scale_lines(rows, "placed", "memory_mib", "berth")[0].points, [(100, 10.0), (1000, 10.0)])


class EveryGoalOfThePage(unittest.TestCase):
    def test_is_written_without_losing_its_unit(self):
        self.assertIn("| memory | 381 MiB | ≤ 150 MiB | **missed** |",
                      report.goals_table([goals.Goal("memory", 381.0, at_most=150, unit="MiB")]))


if __name__ == "__main__":
    unittest.main()
