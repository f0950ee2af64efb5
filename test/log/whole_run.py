#!/usr/bin/env python3
"""whole_run.py BERTH MEMORY_API_SERVER: the JSON log of a whole run at -v 10. Every key has one type in all lines, and the lines
that are to be there are."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

from json_log import GO_DURATION, faults_of, object_of, types_of

PATIENCE = 60  # seconds, for what takes one
NODES, PODS = "/api/v1/nodes", "/api/v1/namespaces/default/pods"
CONFIGURATION = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
podInitialBackoffSeconds: 1
profiles:
- schedulerName: berth
  plugins:
    multiPoint: {enabled: [{name: Trace}]}
    preScore: {enabled: [{name: NodeLabelFilter}]}
  pluginConfig:
  - {name: Trace, args: {nodes: 2, hold: 200ms}}
  - {name: NodeLabelFilter, args: {labels: {pool: any}}}
- schedulerName: plain
  plugins: {postFilter: {disabled: [{name: "*"}]}}
extenders:
- urlPrefix: http://127.0.0.1:1
  filterVerb: filter
  prioritizeVerb: prioritize
  weight: 1
  ignorable: true
  managedResources: [{name: example.com/asked, ignoredByScheduler: true}]
"""
# What the run must have come by: the words, and who is named as the caller.
LINES = {
    "Starting berth": "commands/app.cpp",
    "Listed": "observe/watch_log.cpp",
    "Add event for node": "schedule/scheduler_log.cpp",
    "Update event for node": "schedule/scheduler_log.cpp",
    "Delete event for node": "schedule/scheduler_log.cpp",
    "Add event for unscheduled pod": "schedule/scheduler_events.cpp",
    "Add event for scheduled pod": "schedule/scheduler_log.cpp",
    "Update event for scheduled pod": "schedule/scheduler_log.cpp",
    "Delete event for scheduled pod": "schedule/scheduler_log.cpp",
    "Update event for unscheduled pod": "schedule/scheduler_events.cpp",
    "About to try and schedule pod": "schedule/scheduler.cpp",
    "Attempting to schedule pod": "schedule/scheduler.cpp",
    "Filter": "plugins/trace.cpp",
    "PostBind": "plugins/trace.cpp",
    "NodeLabelFilter saw the feasible nodes": "plugins/node_label_filter.cpp",
    "Attempting to bind pod to node": "plugins/default_binder.cpp",
    "Plugin scored node for pod": "observe/stage_clock.cpp",
    "Calculated node's final score for pod": "observe/stage_clock.cpp",
    "Pod waiting on permit": "schedule/scheduler.cpp",
    "Successfully bound pod to node": "schedule/scheduler_outcomes.cpp",
    "Unable to schedule pod; no fit; waiting": "schedule/scheduler_outcomes.cpp",
    "No PostFilter plugins are registered, so no preemption will be performed": "schedule/scheduler_log.cpp",
    "Checking events for in-flight pod": "schedule/scheduler_outcomes.cpp",
    "Pod moved to an internal scheduling queue": "schedule/scheduler_log.cpp",
    "Entity moved to an internal scheduling queue": "schedule/scheduler_log.cpp",
    "Entity moved to an internal scheduling queue, because it is gated": "schedule/scheduler_log.cpp",
    "Entity moved to an internal scheduling queue because the Pod is updated": "schedule/scheduler_log.cpp",
    "Status after running PreEnqueue plugin": "schedule/scheduler_log.cpp",
    "Event is not making entity schedulable": "schedule/scheduler_log.cpp",
    "Failed to bind pod": "schedule/binding_cycle.cpp",
    "Error scheduling pod; retrying": "schedule/scheduler_outcomes.cpp",
    "Skipping extender as it returned error and has ignorable flag set": "extenders/consultation.cpp",
    "Cannot follow the API server; trying again": "observe/watch_log.cpp",
    "Following the API server again": "observe/watch_log.cpp",
    "An object could not be read and is left out": "observe/watch_log.cpp",
    "Unable to get configmap/extension-apiserver-authentication in kube-system: clients are not known by their certificates":
        "access/secure_server.cpp",
    "Asked to stop": "commands/app.cpp",
    "Stopped": "process/process.cpp",
}
TYPES = {  # of what others parse; the rest need only have one each
    **dict.fromkeys(("ts", "v", "score", "evaluatedNodes", "feasibleNodes", "nodesNotListed", "items", "hint", "schedulingCycle",
                     "inFlightPodsSize", "inFlightEventsSize"), "number"),
    **dict.fromkeys(("caller", "msg", "err", "node", "plugin", "event", "queue", "status", "type", "retryIn", "after",
                     "remedy"), "string"),
    **dict.fromkeys(("pod", "entity"), "reference"),
    **dict.fromkeys(("unschedulable plugins", "unschedulablePlugins"), "object"),
}
DURATIONS = ("retryIn", "after")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """The in-memory API server, by plain HTTP."""

    def __init__(self, program, folder):
        self.kubeconfig, port_file = folder / "kubeconfig", folder / "port"
        self.process = subprocess.Popen([program, "--kubeconfig", self.kubeconfig, "--port-file", port_file], stdin=subprocess.DEVNULL)
        until("the API server listens", port_file.exists)
        self.port = int(port_file.read_text())

    def call(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": kind})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text.strip() else None

    def patch(self, path, body):
        self.call("PATCH", path, body, "application/merge-patch+json")

    def fault(self, **fields):
        self.call("POST", "/memory-api/faults", fields)

    def node(self, name, **labels):
        self.call("POST", NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels},
                                  "status": {"capacity": {"cpu": "16", "memory": "32Gi", "pods": "110"}}})

    def pod(self, name, scheduler="berth", requests=None, **spec):
        self.call("POST", PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
            "schedulerName": scheduler, **spec,
            "containers": [{"name": "main", "image": "nginx", "resources": {"requests": requests or {"cpu": "100m"}}}]}})

    def bound(self, name):
        return bool(self.call("GET", f"{PODS}/{name}")["spec"].get("nodeName"))


def until(what, happened):
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {PATIENCE} s: {what}")
        time.sleep(0.02)


def play(server, said):
    """Pods of every fate; `said(words)` tells whether the log has them."""
    for name in ("n1", "n2", "n3"):
        server.node(name, pool="any")
    server.node("leaves")
    server.pod("early", nodeName="n1")
    for number in range(40):
        server.pod(f"fits-{number}", "berth" if number % 2 else "plain")
    for number in range(5):
        server.pod(f"large-{number}", "plain", {"cpu": "40"})
    server.pod("late", nodeSelector={"disk": "ssd"})
    server.pod("gated", schedulingGates=[{"name": "example.com/gate"}])
    server.pod("asked", requests={"example.com/asked": "1"})
    until("the first forty are bound", lambda: all(server.bound(f"fits-{number}") for number in range(40)))
    until("a refusal", lambda: said("Unable to schedule pod; no fit; waiting"))
    server.patch(f"{PODS}/early", {"metadata": {"labels": {"a": "b"}}})
    server.patch(f"{NODES}/n1", {"metadata": {"labels": {"else": "where"}}})
    until("an event that does not help", lambda: said("Event is not making entity schedulable"))
    server.patch(f"{NODES}/n1", {"metadata": {"labels": {"disk": "ssd"}}})
    server.patch(f"{PODS}/gated", {"spec": {"schedulingGates": None}})
    until("late and gated are bound", lambda: server.bound("late") and server.bound("gated"))
    server.patch(f"{PODS}/large-0", {"metadata": {"labels": {"a": "b"}}})
    server.fault(kind="answer", method="POST", path="/binding", status=403)
    server.pod("unlucky")
    until("an error", lambda: said("Error scheduling pod; retrying"))
    until("and then it is bound", lambda: server.bound("unlucky"))
    server.call("DELETE", f"{PODS}/early")
    server.call("DELETE", f"{NODES}/leaves")
    server.node("odd")
    server.patch(f"{NODES}/odd/status", {"status": {"allocatable": {"cpu": "many"}}})
    until("an object is left out", lambda: said("An object could not be read and is left out"))
    server.fault(kind="answer", method="GET", path="/nodes?watch=true", status=500)
    server.call("POST", "/memory-api/drop-connections")

    def heard():
        server.patch(f"{NODES}/n2", {"metadata": {"labels": {"at": str(time.monotonic_ns())}}})
        return said("Following the API server again")

    until("the watches are back", heard)


def run(berth, memory_api_server, folder):
    processes = []
    try:
        server = Server(memory_api_server, folder)
        processes.append(server.process)
        (folder / "scheduler.yaml").write_text(CONFIGURATION)
        log = folder / "log"
        with open(log, "wb") as out:
            scheduler = subprocess.Popen([berth, "--config", folder / "scheduler.yaml", "--kubeconfig", server.kubeconfig, "-v", "10",
                                          "--logging-format", "json", "--bind-address", "127.0.0.1", "--secure-port",
                                          str(free_port())], stdin=subprocess.DEVNULL, stderr=out)
        processes.append(scheduler)

        def said(words):
            if scheduler.poll() is not None:
                raise SystemExit(f"the scheduler ended:\n{log.read_text()[-2000:]}")
            return json.dumps(words) in log.read_text()

        until("the scheduler starts", lambda: said("Starting berth"))
        play(server, said)
        scheduler.send_signal(signal.SIGTERM)
        if (code := scheduler.wait(PATIENCE)) != 0:
            raise SystemExit(f"the scheduler ended with {code}:\n{log.read_text()[-2000:]}")
        return log.read_text().splitlines()
    finally:
        for process in processes:
            process.kill()
            process.wait()


def judge(lines):
    faults = faults_of(lines)
    types = types_of(lines)
    for key, wanted in TYPES.items():
        if set(types.get(key, ())) != {wanted}:
            faults.append(f"{key} is not {wanted} alone, but {sorted(types.get(key, ()))}")
    callers = {}
    for line in lines:
        callers.setdefault(line["msg"], set()).add(line["caller"])
        for key in DURATIONS:
            if key in line and not GO_DURATION.match(line[key]):
                faults.append(f"no duration: {line}")
        if "v" not in line and "err" not in line:
            faults.append(f"neither a level nor an error: {line}")
    for words, caller in LINES.items():
        found = callers.get(words, set())
        if not found:
            faults.append(f"no line says {words!r}")
        elif not all(re.fullmatch(re.escape(caller) + r":\d+", one) for one in found):
            faults.append(f"{words!r} is not of {caller}, but of {sorted(found)}")
    return faults


def main():
    berth, memory_api_server = (os.path.abspath(argument) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        text = run(berth, memory_api_server, pathlib.Path(folder))
    lines = [object_of(line) for line in text]
    faults = judge(lines)
    for fault in faults:
        print(fault)
    print(f"{len(lines)} lines, {len(types_of(lines))} keys, {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
