#!/usr/bin/env python3
"""outages.py BERTH MEMORY_API_SERVER: every kind of outage, and how long after its end a pod is bound. Prints a table."""
import time

from rig import PODS, Run, arguments, until

LASTS = 25  # seconds
# All that berth asks, and nothing that this script does.
STRUCK = ("/api/v1/pods", "/api/v1/nodes", "/api/v1/services", "/api/v1/replicationcontrollers", "/api/v1/persistentvolume",
          "/api/v1/namespaces?", "/apis/", "/livez", "/pods/during", "/pods/after", "/events")
ALLOWED = 5  # seconds from the end of the outage to the first binding
KINDS = {
    "503": [{"kind": "answer", "status": 503}],
    "500": [{"kind": "answer", "status": 500}],
    "401": [{"kind": "answer", "status": 401}],
    "403": [{"kind": "answer", "status": 403}],
    "429": [{"kind": "answer", "status": 429}],
    "429, Retry-After: 1": [{"kind": "answer", "status": 429, "retryAfter": 1}],
    "reset": [{"kind": "close"}],
    "no answer": [{"kind": "delay", "delayMilliseconds": 3_600_000}],
    "HTML": [{"kind": "answer", "status": 200, "body": "<html>", "contentType": "text/html"}],
}


def bound(server):
    return {pod["metadata"]["name"] for pod in server.call("GET", PODS)["items"] if pod["spec"].get("nodeName")}


def measure(berth, memory_api_server, faults):
    with Run(memory_api_server) as run:
        scheduler = run.scheduler(berth)
        run.server.node("n1")
        until("ready", scheduler.ready)
        run.server.pod("before")
        until("bound", lambda: "before" in bound(run.server))
        for path in STRUCK:
            for fault in faults:
                run.server.fault(path=path, times=-1, **fault)
        run.server.call("POST", "/memory-api/drop-connections")
        run.server.pod("during")
        time.sleep(LASTS)  # the outage itself
        if "during" in bound(run.server):
            raise SystemExit("the outage is none")
        run.server.mend()
        ended = time.monotonic()
        run.server.pod("after")
        until("both are bound", lambda: {"during", "after"} <= bound(run.server))
        took = time.monotonic() - ended
        if scheduler.stop() != 0:
            raise SystemExit("it did not end well")
        return took


def main():
    berth, memory_api_server = arguments("BERTH", "MEMORY_API_SERVER")
    print(f"| outage of {LASTS} s | bound after its end |\n| --- | --- |", flush=True)
    late = []
    for name, faults in KINDS.items():
        took = measure(berth, memory_api_server, faults)
        print(f"| {name} | {took:.1f} s |", flush=True)
        if took > ALLOWED:
            late.append(name)
    if late:
        raise SystemExit(f"later than {ALLOWED} s: {', '.join(late)}")


if __name__ == "__main__":
    main()
