"""One run: the pods wait, the scheduler is started, and an observer who is not the scheduler times the bindings."""
import time
from dataclasses import dataclass
from typing import Optional

from benchmark import ground, workloads
from benchmark.contender import algorithm_mean_us, start
from harness.load import create_all
from harness.observer import Observer, check_bindings, check_room
from harness.wait import Failure, expect, until

PATIENCE = 300  # seconds for a run


@dataclass
class Figures:
    rate: float  # pods bound per second (refused, where none fits), from the first decision that is seen to the last
    told_rate: float  # the same, until every pod also has its event
    first_s: float  # from the start of the process to the first decision: a binding, or a refusal
    cpu_ms: float  # of the scheduler, user and system, per 1,000 pods, from the first decision to the last event
    server_cpu_ms: float  # of kube-apiserver, meanwhile
    memory_mib: float  # the most that was resident
    algorithm_us: Optional[float]


def run(cluster, workload, objects, contender, number):
    """`number` makes the names of its files unique. The cluster is furnished; the waiting pods come from here."""
    create_all(cluster.api, ground.PODS, objects.waiting)
    observer = Observer(cluster.api, workloads.MEASURED)
    server = cluster.plane.api_server
    audited = cluster.plane.audit_position()
    counted, seen = (observer.bound_count, observer.bound_at) if workload.bound else (observer.refused_count, observer.refused_at)

    started = time.monotonic()
    scheduler = start(cluster, contender, f"{contender}-{number}")
    try:
        before = None  # until the first decision it reads lists, which is no matter of how many pods there are to decide

        def done():
            nonlocal before
            if not scheduler.process.running():
                raise Failure(f"{contender} ended with {scheduler.process.exit_code()}:\n{scheduler.process.log_tail()}")
            now, used = counted(), (scheduler.process.cpu_seconds(), server.cpu_seconds())
            if not before or not observer.bound_count() + observer.refused_count():
                before = used
            return now >= workload.pods

        until(done, PATIENCE, lambda: f"{counted()} of {workload.pods} pods are decided", every=0.02)
        until(lambda: ground.count(cluster, ground.EVENTS) >= workload.pods, 60, f"{contender} did not write an event for each pod", every=0.1)
        told = time.monotonic()
        thousands = workload.pods / 1000
        # Where somebody is preempted the refusals come first, and the bindings after a while.
        first, last = min([*observer.bound_at.values(), *observer.refused_at.values()]), max(seen.values())
        figures = Figures(
            rate=(workload.pods - 1) / (last - first), told_rate=workload.pods / (told - first), first_s=first - started,
            cpu_ms=(scheduler.process.cpu_seconds() - before[0]) * 1000 / thousands,
            server_cpu_ms=(server.cpu_seconds() - before[1]) * 1000 / thousands,
            memory_mib=scheduler.process.peak_memory_mib(),
            algorithm_us=algorithm_mean_us(scheduler) if contender != "null" else None)
        granted = check_bindings(cluster.plane.audit(audited))
        expect(granted == workload.bound, f"the API server granted {granted} bindings")
        if contender != "null":
            check_room(cluster.api)  # The null scheduler does not look.
    finally:
        scheduler.process.stop()
        observer.stop()
    return figures
