"""One run: the pods wait, the scheduler is started, and an observer who is not the scheduler times the bindings."""
import time
from dataclasses import dataclass
from typing import Optional

from benchmark.contender import algorithm_mean_us, start
from harness.api import ApiError
from harness.observer import Observer, check_bindings, check_room
from harness.wait import Failure, expect, until

PODS = "/api/v1/namespaces/default/pods"
AT_ONCE = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}
PATIENCE = 300  # seconds for a run


@dataclass
class Figures:
    rate: float  # bindings per second, from the first to the last
    told_rate: float  # the same, from the first binding until every pod also has its Scheduled event
    first_s: float  # from the start of the process to the first binding
    cpu_s: float  # of the scheduler, user and system, from its start to the last event
    server_cpu_s: float  # of kube-apiserver, meanwhile
    memory_mib: float  # the most that was resident
    algorithm_us: Optional[float]


def run(cluster, workload, contender, number):
    """`number` makes the names of its files unique."""
    cluster.pods(workload.make_pods())
    observer = Observer(cluster.api)
    server = cluster.plane.api_server
    audited = len(cluster.plane.audit())
    server_before, started = server.cpu_seconds(), time.monotonic()
    scheduler = start(cluster, contender, f"{contender}-{number}")
    try:
        def done():
            if not scheduler.process.running():
                raise Failure(f"{contender} ended with {scheduler.process.exit_code()}:\n{scheduler.process.log_tail()}")
            return observer.bound_count() >= workload.pods

        until(done, PATIENCE, lambda: f"{observer.bound_count()} of {workload.pods} pods are bound", every=0.02)
        wait_for_events(cluster, workload.pods, contender)
        told = time.monotonic()
        cpu, server_cpu = scheduler.process.cpu_seconds(), server.cpu_seconds() - server_before
        times = observer.bound_at.values()
        figures = Figures(
            rate=(workload.pods - 1) / (max(times) - min(times)), told_rate=workload.pods / (told - min(times)), first_s=min(times) - started, cpu_s=cpu, server_cpu_s=server_cpu,
            memory_mib=scheduler.process.peak_memory_mib(),
            algorithm_us=algorithm_mean_us(scheduler) if contender != "null" else None)
        granted = check_bindings(cluster.plane.audit()[audited:])
        expect(granted == workload.pods, f"the API server granted {granted} bindings")
        if contender != "null":
            check_room(cluster.api)  # The null scheduler does not look.
            expect(figures.algorithm_us, f"{contender} does not serve scheduler_scheduling_algorithm_duration_seconds")
    finally:
        scheduler.process.stop()
        observer.stop()
    return figures


def wait_for_events(cluster, count, contender):
    """Every contender writes one for each pod."""
    path = "/apis/events.k8s.io/v1/namespaces/default/events"

    def written():
        answer = cluster.api.get(path + "?limit=1")
        return len(answer["items"]) + answer["metadata"].get("remainingItemCount", 0) >= count

    until(written, 60, f"{contender} did not write an event for each pod", every=0.1)


def clear(cluster):
    """Pods (at once: no kubelet will confirm) and events, in portions that a request has time for."""
    for path in (PODS, "/api/v1/namespaces/default/events"):
        until(lambda p=path: emptied(cluster, p), 120, f"{path} does not become empty", every=0.2)


def emptied(cluster, path):
    try:
        cluster.api.request("DELETE", path, AT_ONCE)
    except (OSError, ApiError):
        return False
    return not cluster.api.get(path + "?limit=1")["items"]
