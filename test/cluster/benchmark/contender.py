"""Starting a contender: all as the same user, with the same configuration file, events on."""
import re

from harness.proxy import JSON, PROTOBUF
from harness.scheduler import Scheduler, configuration, start_berth, start_kube_scheduler

# Enough never to be reached, as in scheduler_perf; kube-scheduler's default of 50 would be all that is measured.
QPS = 5000
USER = "system:kube-scheduler"
# berth again, told what to ask for lists and watches in.
ENCODINGS = {"protobuf": PROTOBUF, "json": JSON}


def start(cluster, contender, name):
    plane, options = cluster.plane, cluster.options
    connection = {"qps": QPS, "burst": QPS}
    if contender in ENCODINGS:
        connection["contentType"] = ENCODINGS[contender]
    config = configuration(clientConnection=connection)
    if contender in ("berth", "before", *ENCODINGS):
        program = options.before if contender == "before" else options.berth
        started = start_berth(plane, program, plane.kubeconfig(USER, None), config, name)
    elif contender == "kube-scheduler":
        started = start_kube_scheduler(plane, config, name)
    else:
        started = Scheduler(plane.start(name, [
            plane.program("null-scheduler"), "--kubeconfig", plane.kubeconfig(USER, None), "--scheduler-name", "berth",
            "--qps", QPS, "--burst", QPS]), 0)
    return started


def algorithm_mean_us(scheduler):
    """The mean of scheduler_scheduling_algorithm_duration_seconds, in microseconds; None where it is not served."""
    sum_, count = (scheduler.metric(f"scheduler_scheduling_algorithm_duration_seconds_{part}") for part in ("sum", "count"))
    return sum_ / count * 1e6 if count else None


def version_of(text):
    """The first thing in it that looks like a version."""
    match = re.search(r"v?\d+\.\d+\.\d+\S*", text)
    return match[0] if match else "unknown"
