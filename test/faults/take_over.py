#!/usr/bin/env python3
"""take_over.py BERTH MEMORY_API_SERVER: how long a cluster is without a scheduler when the leader stops, and when it dies. The
lease lasts 15 s, as by default."""
import json
import time

from rig import LEASE, Run, arguments, check, request, until

STOPPED, DIED = 1, 17  # seconds
TIMES = 5


def holder(server):
    status, text = request(server.port, "GET", LEASE)
    return json.loads(text)["spec"].get("holderIdentity", "") if status == 200 else ""


def replica(run, berth, name):
    one = run.scheduler(berth, "--leader-elect", name=name)
    until("ready", one.ready)
    return one


def main():
    berth, memory_api_server = arguments("BERTH", "MEMORY_API_SERVER")
    with Run(memory_api_server) as run:
        run.server.node("n1")
        leader = replica(run, berth, "replica-0")
        until("it leads", lambda: holder(run.server))
        took = {"stops": [], "dies": []}
        for number in range(2 * TIMES):
            other = replica(run, berth, f"replica-{number + 1}")
            how = "stops" if number % 2 == 0 else "dies"
            before = holder(run.server)
            time.sleep(0.37 * number)  # at any moment between two renewals
            begun = time.monotonic()
            leader.process.terminate() if how == "stops" else leader.process.kill()
            until("another leads", lambda: holder(run.server) not in ("", before))
            run.server.pod(f"pod-{number}")
            until("a pod is bound", lambda: run.server.bound(f"pod-{number}"))
            took[how].append(time.monotonic() - begun)
            leader = other
        print(f"| the leader | a pod is bound by another, {TIMES} times |\n| --- | --- |")
        for how, seconds in took.items():
            print(f"| {how} | {min(seconds):.1f} to {max(seconds):.1f} s |", flush=True)
        check(f"within {STOPPED} s where it stops, {DIED} s where it dies",
              max(took["stops"]) <= STOPPED and max(took["dies"]) <= DIED)


if __name__ == "__main__":
    main()
