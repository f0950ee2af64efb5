"""Long work: a million pods that come, are bound and go, and after each thousand of them every connection is cut."""
import time
from dataclasses import dataclass
from statistics import median

from benchmark.scale import node, pod, start_berth
from harness.wait import expect, until

TITLE = "## A million pods"

HEAD = """`make endurance`: berth and the API server in memory, a hundred nodes. A thousand pods come, are bound, and go again with their events;
with them come and go twenty that fit nowhere. Labels are those of no round before, requests those of none of the last fifty. Then every
connection is cut, those of the watches too. This happens a thousand times. Each line is a tenth of that: resident is the median when all
pods of a round are gone, threads and files are the most.

"""

PODS = 1000  # in a round
TOO_LARGE = 20  # more of them, which fit nowhere
TEMPLATES = 10
ROUNDS_ALIKE = 50  # after so many, requests are those of an earlier round
NODES = 100
PARTS = 10  # of the rounds, each with one line of the table
# A watch that is cut in its first second, having brought nothing, is begun again ever later. Those that have nothing to bring
# must live longer.
WATCHES_LIVE = 1.2
PATIENCE = 120


@dataclass
class Part:
    pods: int
    connections: int
    memory_mib: float  # the median over its rounds of what is resident when all pods are gone
    threads: int  # the most after a round
    files: int


def fill(server):
    server.fill([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, *map(node, range(NODES))])


def connections_opened():
    """By everybody in this network namespace since it was made."""
    with open("/proc/net/snmp", encoding="ascii") as snmp:
        names, values = (line.split() for line in snmp if line.startswith("Tcp:"))
    return int(dict(zip(names, values))["ActiveOpens"])


def pods(number):
    """Of a round. Their labels are like those of no other round, and so are their requests."""
    for which in range(PODS + TOO_LARGE):
        made = pod(f"pod-{number}-{which}", number % ROUNDS_ALIKE * TEMPLATES + which % TEMPLATES)
        made["metadata"]["labels"] = {"app": f"app-{number}-{which % TEMPLATES}", f"round-{number}": "yes"}
        if which >= PODS:
            made["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "1000"
        yield made


def refusals(berth):
    return berth.metric("scheduler_schedule_attempts_total", result="unschedulable") or 0


def one_round(number, server, berth):
    """Pods come, are bound and go, and all connections are cut."""
    began = time.monotonic()
    before, refused = server.bindings(), refusals(berth)
    server.fill(pods(number))
    told = lambda what: lambda: f"round {number}: {what()}\n{berth.process.log_tail(5)}"  # noqa: E731
    until(lambda: server.bindings() - before >= PODS, PATIENCE, told(lambda: f"{server.bindings() - before} of {PODS} pods are bound"))
    until(lambda: refusals(berth) - refused >= TOO_LARGE, PATIENCE, told(lambda: f"{refusals(berth) - refused} of {TOO_LARGE} pods are refused"))
    for gone in ("/api/v1/namespaces/default/pods", "/apis/events.k8s.io/v1/namespaces/default/events"):
        server.ask("DELETE", gone)
    until(lambda: berth.metric("scheduler_cache_size", type="pods") == 0, PATIENCE, told(lambda: "berth knows pods that are gone"))
    until(lambda: time.monotonic() - began > WATCHES_LIVE, PATIENCE, "")
    server.drop_connections()
    expect(berth.process.running(), f"berth ended with {berth.process.exit_code()}:\n{berth.process.log_tail()}")


def live(server, berth_program, folder, rounds, say):
    """The parts, one after another, and berth as it is then."""
    berth = start_berth(berth_program, server, folder)
    berth.wait_ready()
    parts, after = [], []
    for number in range(1, rounds + 1):
        one_round(number, server, berth)
        after.append((berth.process.memory_mib(), berth.process.threads(), berth.process.open_files()))
        if number * PARTS // rounds > len(parts):
            resident, threads, files = zip(*after)
            parts.append(Part(number * PODS, connections_opened(), median(resident), max(threads), max(files)))
            say(row(parts[-1]))
            after = []
    return parts, berth


def idle_share(berth, seconds):
    """Of one processor, while nothing happens."""
    before = berth.process.cpu_seconds()
    time.sleep(seconds)
    return (berth.process.cpu_seconds() - before) / seconds


def row(part):
    return f"| {part.pods:,} | {part.connections:,} | {part.memory_mib:.1f} | {part.threads} | {part.files} |"


def table(parts, idle):
    growth = parts[-1].memory_mib / middle(parts).memory_mib - 1
    return "\n".join([
        "| pods that came and went | connections opened | resident, MiB | threads | open files |", "| ---: | ---: | ---: | ---: | ---: |",
        *map(row, parts), "",
        f"Resident memory in the last tenth beside the fifth: {growth:+.1%}. Afterwards, with nothing to do: {idle:.2%} of a processor."])


def middle(parts):
    """Until then what is bounded fills up: answers that are kept by class of pod, and what is told of pods that are gone."""
    return parts[(len(parts) - 1) // 2]


def wrong(parts, idle):
    """What a cluster's operator would not put up with, in sentences."""
    first, last = parts[0], parts[-1]
    if last.memory_mib > 1.01 * middle(parts).memory_mib:
        yield f"memory grew from {middle(parts).memory_mib:.1f} to {last.memory_mib:.1f} MiB"
    if last.threads > first.threads:
        yield f"threads grew from {first.threads} to {last.threads}"
    if last.files > first.files + 2:  # a connection more or less is in flight
        yield f"open files grew from {first.files} to {last.files}"
    if idle > 0.01:
        yield f"with nothing to do it takes {idle:.1%} of a processor"

