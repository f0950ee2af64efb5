"""What it costs berth and the API server that lists and watches come in protobuf or in JSON."""
from benchmark import ground, measure, restart, workloads
from benchmark.goals import middle
from benchmark.report import span

TITLE = "## Protobuf and JSON"
CONTENDERS = ("protobuf", "json")
NODES, PODS, ROUNDS = 1000, 5000, 3
BINDING = (("pods/s", "rate", 0), ("CPU, ms", "cpu_ms", 0), ("server CPU, ms", "server_cpu_ms", 0), ("memory, MiB", "memory_mib", 1))
STARTING = (("first binding, s", "first_s", 2), ("CPU, s", "cpu_s", 2), ("server CPU, s", "server_cpu_s", 2), ("most, MiB", "most_mib", 0),
            ("settled, MiB", "settled_mib", 0))

HEAD = """{date}, {cpu} ({cores} cores, shared by everything), {memory:.0f} GiB. What `test/cluster/bench_encodings.sh` measured: berth against itself, on the
same real API server, with `clientConnection.contentType` `application/vnd.kubernetes.protobuf` and `application/json`, in turns
(A B A B). It is what lists and watches come in; bindings, events and conditions are JSON in both. Medians, and the range; *ratio* is
protobuf's to JSON's.
"""
BINDS = """
{pods:,} pods that ask for CPU and memory and wait already, {nodes:,} nodes, {rounds} rounds. CPU is per 1,000 pods, from the first binding to the last
event; the API server's includes the bindings and events themselves, and an observer's watch in JSON, the same for both.

"""
START = """
From the start of the process to the first binding, with {nodes:,} nodes and {pods:,} running pods, each {size:.1f} KiB of JSON, {rounds} rounds; the
API server's CPU is what it used meanwhile.

"""


def binds(cluster, nodes=NODES, pods=PODS, rounds=ROUNDS):
    """contender -> rounds."""
    workload = workloads.Workload("basic", nodes, pods, rounds)
    objects = workloads.objects(workload)
    ground.prepare(cluster, objects.nodes)
    figures = {each: [] for each in CONTENDERS}
    for round_ in range(rounds):
        for each in CONTENDERS:
            one = measure.run(cluster, workload, objects, each, f"encoding-{round_}")
            ground.sweep_run(cluster)
            figures[each].append(one)
            print(f"binds, round {round_ + 1}, {each}: {one.rate:.0f} pods/s, per 1,000 pods {one.cpu_ms:.0f} ms of CPU and {one.server_cpu_ms:.0f} of the "
                  f"API server's, {one.memory_mib:.1f} MiB", flush=True)
    return figures


def table(figures, columns):
    lines = ["| | " + " | ".join(title for title, _, _ in columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for each, runs in figures.items():
        lines.append(f"| {each} | " + " | ".join(span([getattr(one, field) for one in runs], digits) for _, field, digits in columns) + " |")
    ratios = (middle(figures["protobuf"], field) / middle(figures["json"], field) for _, field, _ in columns)
    lines.append("| ratio | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
    return "\n".join(lines) + "\n"


def starts(cluster, nodes=restart.NODES, pods=restart.PODS, rounds=restart.ROUNDS):
    """(contender -> rounds, seconds of writing, bytes of a pod)."""
    return restart.measure(cluster, nodes, pods, rounds, contenders=CONTENDERS)
