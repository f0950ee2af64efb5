#!/usr/bin/env python3
"""memory_given_back.py BERTH MEMORY_API_SERVER: 45,000 pods come and go; what they took is given back within five minutes."""
import http.client
import json
import time

from rig import NODES, PODS, Run, arguments, check, until

SPIKE, ALLOWED, PATIENCE = 45_000, 1.10, 300


class Caller:
    """One connection for all: 45,000 of them would wait in TIME_WAIT."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __call__(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()[:200]}")


def pod(name):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name[:3]}}, "spec": {
        "schedulerName": "berth", "containers": [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "1m"}}}]}}


def mebibytes(scheduler):
    return scheduler.metric("process_resident_memory_bytes") / 2**20


def come_and_go(call, scheduler, prefix, pods):
    """What was resident while all were there."""
    for number in range(pods):
        call("POST", PODS, pod(f"{prefix}-{number}"))
    until("all are placed", lambda: scheduler.metric('scheduler_cache_size{type="pods"}') >= pods, 300)
    most = mebibytes(scheduler)
    for number in range(pods):
        call("DELETE", f"{PODS}/{prefix}-{number}")
    until("all are gone", lambda: scheduler.metric('scheduler_cache_size{type="pods"}') == 0, 300)
    return most


def main():
    berth, memory_api_server = arguments("BERTH", "MEMORY_API_SERVER")
    with Run(memory_api_server) as run:
        scheduler = run.scheduler(berth, "-v", "0")
        call = Caller(run.server.port)
        for number in range(50):
            call("POST", NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"n{number}"},
                                 "status": {"capacity": {"cpu": "640", "memory": "128Gi", "pods": "5000"}}})
        until("ready", scheduler.ready)
        # What is kept of pods that are gone, within its bounds, is there before and after.
        come_and_go(call, scheduler, "warm", 6_000)
        time.sleep(70)  # the look at spare memory comes once a minute
        before = mebibytes(scheduler)
        most = come_and_go(call, scheduler, "spike", SPIKE)
        print(f"  {before:.0f} MiB before, {most:.0f} MiB with {SPIKE} pods, {mebibytes(scheduler):.0f} MiB when they were gone", flush=True)
        took = until("it is given back", lambda: time.sleep(1) or mebibytes(scheduler) <= ALLOWED * before, PATIENCE)
        check(f"{mebibytes(scheduler):.0f} MiB after {took:.0f} s", True)


if __name__ == "__main__":
    main()
