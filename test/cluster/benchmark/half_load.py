"""How long a pod is within the scheduler when that has time: pods are created at a steady rate, whatever becomes of those before,
and the API server's audit log says when each was there and when its binding was asked for."""
import datetime
import threading
import time
from dataclasses import dataclass

from benchmark import ground, workloads
from benchmark.contender import start
from benchmark.goals import Goal
from harness.load import create_surely
from harness.wait import Failure, expect, until

TITLE = "## Time within the scheduler"
USER = ("load", "system:masters")  # whose creations are audited
NODES = 5000
RATE = 150  # pods per second: half of what kube-scheduler binds at most on these cores
SECONDS = 20
ROUNDS = 2
WORKERS = 8
STEADY = 1.2  # times as long as it should be, at most
CONTENDERS = ("berth", "kube-scheduler", "null")
SHARES = (50, 99, 99.9)

HEAD = """{date}, {cpu} ({cores} cores, shared by everything). {nodes:,} nodes; {rate} pods per second are created for {seconds} s, in an open loop: about half of
what kube-scheduler binds at most here. {rounds} round{s}, in turns (A B C A B C), all pods of a contender together.

The time is the API server's own: from the moment when the creation of a pod was answered to the moment when the request to bind it
came in (`stageTimestamp` and `requestReceivedTimestamp` of its audit log, microseconds). It needs nothing of a scheduler, so it is
the same measure for all. What the schedulers say of themselves is not: `scheduler_pod_scheduling_sli_duration_seconds` has the binding's own
round trip in it, and buckets no finer than 10 ms; berth's trace is berth's alone; something between a scheduler and the server would
count its own delay. The watch's way from etcd to the scheduler and the request's way back are in it: that is what the null scheduler
shows, which does nothing between the two. *of its own* is what exceeds the null scheduler's.

| | pods | p50, ms | p99, ms | p99.9, ms | of its own, p50 | of its own, p99 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


@dataclass
class Load:
    """What a run sent, in how many seconds."""
    sent: int
    seconds: float


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
    """Creates them, one each 1/rate seconds, whatever the answers take."""
    api, began, failures = plane.api(*USER), time.monotonic(), []

    def work(mine):
        try:
            for position, one in mine:
                time.sleep(max(0.0, began + position / rate - time.monotonic()))
                create_surely(api, ground.PODS, one)
        except Exception as error:  # told by the thread that waits
            failures.append(error)

    numbered = list(enumerate(pods))
    threads = [threading.Thread(target=work, args=(numbered[first::WORKERS],), daemon=True) for first in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure(f"the load: {failures[0]}")
    return Load(len(numbered), time.monotonic() - began)


def run(cluster, pods, rate, contender, name):
    """Milliseconds, one for each pod."""
    first, *rest = pods
    plane = cluster.plane
    scheduler = start(cluster, contender, name)
    try:
        # Not before it has read its lists.
        cluster.api.create(ground.PODS, first)
        cluster.wait_bound(first["metadata"]["name"], 60)
        audited = plane.audit_position()
        sent = send(plane, rest, rate)
        expect(sent.seconds < STEADY * sent.sent / rate, f"{sent.sent} pods took {sent.seconds:.1f} s: the load was not steady")
        times = until(lambda: (found := times_within(plane.audit(audited))) and len(found) == len(rest) and found, 60,
                      f"{contender} did not bind every pod", every=1)
    finally:
        scheduler.process.stop()
        ground.sweep_run(cluster)
    return list(times.values())


def measure(cluster, rate=RATE, seconds=SECONDS, rounds=ROUNDS, nodes=NODES, without=()):
    """contender -> milliseconds of all its pods."""
    made = workloads.objects(workloads.Workload("basic", nodes, rate * seconds + 1, 1))
    ground.prepare(cluster, made.nodes)
    times = {each: [] for each in CONTENDERS if each not in without}
    for round_ in range(rounds):
        for contender in times:
            found = run(cluster, made.waiting, rate, contender, f"{contender}-load-{round_}")
            times[contender] += found
            print(f"{rate} pods/s, round {round_ + 1}, {contender}: " + ", ".join(f"p{share} {percentile(found, share):.2f} ms" for share in SHARES), flush=True)
    return times


def goals_of(times):
    if not {"berth", "kube-scheduler"} <= times.keys():
        return []
    share = percentile(times["berth"], 99) / percentile(times["kube-scheduler"], 99)
    return [Goal("creation to the request to bind at half load, p99, share of kube-scheduler's", share, at_most=1 / 5)]


def table(times):
    floor = times.get("null")
    lines = []
    for contender, values in times.items():
        cells = [f"{percentile(values, share):.2f}" for share in SHARES]
        own = [f"{percentile(values, share) - percentile(floor, share):.2f}" if floor and contender != "null" else "" for share in SHARES[:2]]
        lines.append(f"| {contender} | {len(values):,} | " + " | ".join(cells + own) + " |")
    return "\n".join(lines) + "\n"
