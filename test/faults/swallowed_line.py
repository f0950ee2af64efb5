#!/usr/bin/env python3
"""swallowed_line.py BERTH MEMORY_API_SERVER: something in between swallows lines of watches: that a pod was created, that a
node was cordoned, that a placed pod is gone. Each is found all the same."""
from rig import NODES, PODS, Run, arguments, check, until

MISSED = 'berth_watch_missed_total{resource="%s"}'
PLACED = 'scheduler_cache_size{type="pods"}'


def lose(run, path, change, lines=1):
    """The next lines of the watches of that path."""
    run.server.fault(kind="drop", method="WATCH", path=path, times=lines)
    change()


def main():
    berth, memory_api_server = arguments("BERTH", "MEMORY_API_SERVER")
    with Run(memory_api_server) as run:
        scheduler = run.scheduler(berth)
        run.server.node("n1")
        run.server.node("n2")
        until("ready", scheduler.ready)
        run.server.pod("gone")
        until("the first pod is bound", lambda: run.server.bound("gone"))
        until("the watch confirms it", lambda: scheduler.metric(PLACED) == 1)

        lose(run, NODES, lambda: run.server.call("PUT", f"{NODES}/n2", cordoned(run)))
        # That it is terminating, and that it is gone.
        lose(run, "/api/v1/pods", lambda: run.server.call("DELETE", f"{PODS}/gone", {"gracePeriodSeconds": 0}), lines=2)
        lose(run, "/api/v1/pods", lambda: run.server.pod("lost"))
        run.server.pod("seen")
        until("the next pod is bound", lambda: run.server.bound("seen"))
        until("the watch shows it, and still the pod that is gone", lambda: scheduler.metric(PLACED) == 2)
        check("the lines are lost", not run.server.bound("lost"))

        took = until("the lost pod is found and bound", lambda: run.server.bound("lost"), 150)
        check(f"its pod is bound after {took:.0f} s", "The watch has not brought a pod; it is taken over" in scheduler.said())
        took += until("the rest is found", lambda: scheduler.metric(MISSED % "nodes") and scheduler.metric(MISSED % "pods"), 300)
        until("the pod that is gone takes no room", lambda: scheduler.metric(PLACED) == 2)  # seen and lost
        check(f"the cordon and the deletion are found after {took:.0f} s", True)
        run.server.pod("last")
        until("a pod is bound", lambda: run.server.bound("last"))
        check("none is bound to the cordoned node", run.server.call("GET", f"{PODS}/last")["spec"]["nodeName"] == "n1")


def cordoned(run):
    node = run.server.call("GET", f"{NODES}/n2")
    node["spec"] = {**node.get("spec", {}), "unschedulable": True}
    return node


if __name__ == "__main__":
    main()
