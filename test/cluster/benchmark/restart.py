"""A scheduler starts where 5,000 nodes and 150,000 pods are: until its first binding, and in how much memory."""
import json
import time
import uuid
from dataclasses import dataclass

from benchmark import ground, workloads
from benchmark.contender import start
from benchmark.goals import Goal, middle
from benchmark.report import span
from harness.wait import Failure, expect, until

TITLE = "## Start with 150,000 pods"
NODES = 5000
PODS = 150_000
ROUNDS = 2
WORKLOADS = 1500  # as many different kinds of pod
NAMESPACES = 50
SETTLED_S = 10  # after the first binding, for the memory that stays
PATIENCE = 300
CONTENDERS = ("berth", "kube-scheduler")

HEAD = """{date}, {cpu} ({cores} cores, shared by everything), {memory:.0f} GiB. On the real API server, {nodes:,} nodes and {pods:,} running pods of {workloads:,}
workloads in {namespaces} namespaces, each {size:.1f} KiB of JSON as its kubelet would report it. One pod waits; each scheduler is
started in turn (A B A B). *first binding* is counted from the start of the process; *most* is VmHWM, *settled* what is resident {settled} s after
the binding. *server CPU* is kube-apiserver's from the start to the binding. The pods were written into etcd directly, in {written:.0f} s.

| | first binding, s | CPU until then, s | server CPU, s | most, MiB | settled, MiB |
| --- | ---: | ---: | ---: | ---: | ---: |
"""


@dataclass
class Figures:
    first_s: float
    cpu_s: float
    server_cpu_s: float
    most_mib: float
    settled_mib: float


def running(template, number, nodes):
    """(key in etcd, object) of a pod that runs: `template` is one that the API server has admitted."""
    app = number % WORKLOADS
    namespace, name = f"team-{app % NAMESPACES}", f"app-{app}-5d8f7c9b64-{number:06}"
    pod = json.loads(template)
    metadata = pod["metadata"]
    metadata.update(
        name=name, namespace=namespace, uid=str(uuid.UUID(int=number)), labels={"app": f"app-{app}", "pod-template-hash": "5d8f7c9b64", "team": f"team-{app % NAMESPACES}"},
        generateName=f"app-{app}-5d8f7c9b64-", ownerReferences=[{
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"app-{app}-5d8f7c9b64", "uid": str(uuid.UUID(int=10**9 + app)),
            "controller": True, "blockOwnerDeletion": True}])
    metadata.pop("resourceVersion", None)
    pod["spec"]["nodeName"] = f"node-{number % nodes}"
    container = pod["spec"]["containers"][0]
    container["image"] = f"registry.example.com/team/app-{app}:1.0"
    container["resources"] = {"requests": {"cpu": f"{50 + app % 100}m", "memory": f"{100 + app % 400}Mi"}}
    moment = metadata["creationTimestamp"]
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    pod["status"] = {
        "phase": "Running", "qosClass": "Burstable", "startTime": moment, "podIP": address, "podIPs": [{"ip": address}], "hostIP": "192.0.2.1",
        "conditions": [{"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": moment}
                       for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")],
        "containerStatuses": [{
            "name": container["name"], "image": container["image"], "imageID": f"registry.example.com/team/app-{app}@sha256:{app:064x}",
            "containerID": f"containerd://{number:064x}", "ready": True, "started": True, "restartCount": 0, "lastState": {},
            "state": {"running": {"startedAt": moment}}}]}
    return f"/registry/pods/{namespace}/{name}", pod


def fill(cluster, nodes, pods):
    """Returns (seconds, bytes of a pod)."""
    ground.prepare(cluster, workloads.objects(workloads.Workload("basic", nodes, 0, 0)).nodes)
    example = workloads.live(next(item for item in workloads.decisions.objects("basic", 1, 1) if item["kind"] == "Pod"))
    example["spec"]["nodeName"] = "node-0"
    cluster.api.create(ground.PODS, example)
    template = json.dumps(cluster.api.get(f"{ground.PODS}/{example['metadata']['name']}"))
    cluster.plane.store.delete_all("/registry/pods/")
    began, sizes = time.monotonic(), []

    def texts():
        for number in range(pods):
            key, pod = running(template, number, nodes)
            text = json.dumps(pod, separators=(",", ":"))
            sizes.append(len(text))
            yield key, text

    cluster.plane.store.put_all(texts())
    written = time.monotonic() - began
    until(lambda: ground.count(cluster, "/api/v1/pods") == pods, PATIENCE, "the API server does not see all pods", every=1)
    return written, sum(sizes) / len(sizes)


def run(cluster, pod, contender, name):
    cluster.api.create(ground.PODS, pod)
    version = cluster.api.get(f"{ground.PODS}/{pod['metadata']['name']}")["metadata"]["resourceVersion"]
    server = cluster.plane.api_server
    server_before, began = server.cpu_seconds(), time.monotonic()
    scheduler = start(cluster, contender, name)
    try:
        wait_bound(cluster, pod["metadata"]["name"], version)
        first, cpu, server_cpu = time.monotonic() - began, scheduler.process.cpu_seconds(), server.cpu_seconds() - server_before
        time.sleep(SETTLED_S)
        expect(scheduler.process.running(), f"{contender} ended with {scheduler.process.exit_code()}:\n{scheduler.process.log_tail()}")
        return Figures(first, cpu, server_cpu, scheduler.process.peak_memory_mib(), scheduler.process.memory_mib())
    finally:
        scheduler.process.stop()
        ground.sweep_run(cluster)


def wait_bound(cluster, name, version):
    """By a watch of that pod alone."""
    for _, pod in cluster.api.watch(ground.PODS, version, PATIENCE, fieldSelector=f"metadata.name={name}"):
        if pod.get("spec", {}).get("nodeName"):
            return
    raise Failure(f"pod {name} was not bound within {PATIENCE} s")


def measure(cluster, nodes=NODES, pods=PODS, rounds=ROUNDS, without=(), contenders=CONTENDERS):
    """(contender -> rounds, seconds of writing, bytes of a pod)."""
    written, size = fill(cluster, nodes, pods)
    print(f"{pods:,} pods of {size:.0f} bytes written in {written:.0f} s", flush=True)
    waiting = workloads.objects(workloads.Workload("basic", 1, 1, 1)).waiting[0]
    figures = {each: [] for each in contenders if each not in without}
    for round_ in range(rounds):
        for contender in figures:
            one = run(cluster, waiting, contender, f"{contender}-start-{round_}")
            figures[contender].append(one)
            print(f"start with {pods:,} pods, round {round_ + 1}, {contender}: {one.first_s:.1f} s, {one.cpu_s:.1f} s of CPU, {one.server_cpu_s:.1f} of "
                  f"the API server's, at most {one.most_mib:.0f} MiB, settled {one.settled_mib:.0f}", flush=True)
    return figures, written, size


def goals_of(figures):
    if not all(figures.get(each) for each in CONTENDERS):
        return []
    ours, theirs = (figures[each] for each in CONTENDERS)

    def share(field):
        return middle(ours, field) / middle(theirs, field)

    return [Goal("start with many pods: first binding, share of kube-scheduler's", share("first_s"), at_most=1 / 3),
            Goal("start with many pods: memory, share of kube-scheduler's", share("most_mib"), at_most=1 / 8),
            Goal("start with many pods: memory", middle(ours, "most_mib"), at_most=150, unit="MiB")]


def table(figures):
    return "".join(
        f"| {contender} | " + " | ".join(span([getattr(one, field) for one in runs], digits) for field, digits in
                                        (("first_s", 1), ("cpu_s", 1), ("server_cpu_s", 1), ("most_mib", 0), ("settled_mib", 0))) + " |\n"
        for contender, runs in figures.items())
