"""How long a pod is within the scheduler when that has time: pods are created at a steady rate, whatever becomes of those before,
and the API server's audit log says when each was there and when its binding was asked for."""
import datetime
import time
from dataclasses import dataclass

from benchmark import ground, workloads
from benchmark.contender import start
from benchmark.goals import Goal
from harness.load import create_all
from harness.wait import until

TITLE = "## Time within the scheduler"
USER = ("load", "system:masters")  # whose creations are audited
NODES = 5000
RATE = 150  # pods per second: half of what kube-scheduler binds at most on these cores
SECONDS = 20
ROUNDS = 2
WORKERS = 8
CONTENDERS = ("berth", "kube-scheduler", "null")
SHARES = (50, 99, 99.9)

HEAD = """{date}, {cpu} ({cores} cores, shared by everything). {nodes:,} nodes; {rate} pods per second are created for {seconds} s, in an open loop: about half of
what kube-scheduler binds at most here. {rounds} round{s}, in turns (A B C A B C), all pods of a contender together.

The time is the API server's own: from the moment when the creation of a pod was answered to the moment when the request to bind it
came in (`stageTimestamp` and `requestReceivedTimestamp` of its audit log, microseconds). It needs nothing of a scheduler, so it is
the same measure for all. What the schedulers say of themselves is not: `scheduler_pod_scheduling_sli_duration_seconds` has the binding's own
round trip in it, and buckets no finer than 10 ms; berth's trace is berth's alone; something between a scheduler and the server would
count its own delay. The watch's way from etcd to the scheduler and the request's way back are in it: that is what the null scheduler
shows, which does nothing between the two. *of its own* is what exceeds the null scheduler's. *created* is the rate that came of it, which
is less than asked where the machine did not bear it.

| | pods | created, pods/s | p50, ms | p99, ms | p99.9, ms | of its own, p50 | of its own, p99 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


@dataclass
class Figures:
    """Of all rounds of a contender."""
    times: list  # milliseconds, one for each pod
    seconds: float = 0  # for as long as pods were created

    @property
    def rate(self):
        return len(self.times) / self.seconds if self.seconds else 0

    def at(self, share):
        return percentile(self.times, share)


def moment(text):
    """An audit event's time, in seconds."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def times_within(audit):
    """name of a pod -> milliseconds from its creation's answer to the first request that bound it."""
    created, bound = {}, {}
    for event in audit:
        reference = event.get("objectRef", {})
        if event["verb"] != "create" or reference.get("resource") != "pods" or event["responseStatus"]["code"] != 201:
            continue
        if reference.get("subresource") == "binding":
            bound.setdefault(reference["name"], moment(event["requestReceivedTimestamp"]))
        elif "subresource" not in reference:
            created[reference["name"]] = moment(event["stageTimestamp"])
    return {name: (bound[name] - there) * 1000 for name, there in created.items() if name in bound}


def percentile(values, share):
    """The nearest of the values: no more than `share` percent are less."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def send(plane, pods, rate):
    """Creates them at that rate. Returns the seconds it took."""
    began = time.monotonic()
    create_all(plane.api(*USER), ground.PODS, pods, WORKERS, rate)
    return time.monotonic() - began


def run(cluster, pods, rate, contender, name):
    first, *rest = pods
    plane = cluster.plane
    scheduler = start(cluster, contender, name)
    try:
        # Not before it has read its lists.
        cluster.api.create(ground.PODS, first)
        cluster.wait_bound(first["metadata"]["name"], 60)
        audited = plane.audit_position()
        seconds = send(plane, rest, rate)
        times = until(lambda: (found := times_within(plane.audit(audited))) and len(found) == len(rest) and found, 60,
                      f"{contender} did not bind every pod", every=1)
    finally:
        scheduler.process.stop()
        ground.sweep_run(cluster)
    return Figures(list(times.values()), seconds)


def measure(cluster, rate=RATE, seconds=SECONDS, rounds=ROUNDS, nodes=NODES, without=()):
    """contender -> its figures."""
    made = workloads.objects(workloads.Workload("basic", nodes, rate * seconds + 1, 1))
    ground.prepare(cluster, made.nodes)
    figures = {each: Figures([]) for each in CONTENDERS if each not in without}
    for round_ in range(rounds):
        for contender, all_rounds in figures.items():
            one = run(cluster, made.waiting, rate, contender, f"{contender}-load-{round_}")
            all_rounds.times += one.times
            all_rounds.seconds += one.seconds
            print(f"half load, round {round_ + 1}, {contender}: {one.rate:.0f} pods/s, " + ", ".join(f"p{share} {one.at(share):.2f} ms" for share in SHARES), flush=True)
    return figures


def goals_of(figures):
    if not {"berth", "kube-scheduler"} <= figures.keys():
        return []
    share = figures["berth"].at(99) / figures["kube-scheduler"].at(99)
    return [Goal("creation to the request to bind at half load, p99, share of kube-scheduler's", share, at_most=1 / 5)]


def table(figures):
    floor = figures.get("null")
    lines = []
    for contender, one in figures.items():
        cells = [f"{one.at(share):.2f}" for share in SHARES]
        own = [f"{one.at(share) - floor.at(share):.2f}" if floor and contender != "null" else "" for share in SHARES[:2]]
        lines.append(f"| {contender} | {len(one.times):,} | {one.rate:.0f} | " + " | ".join(cells + own) + " |")
    return "\n".join(lines) + "\n"
