#!/usr/bin/env python3
"""swallowed_line.py BERTH MEMORY_API_SERVER: something in between swallows the line that says a pod was created."""
from rig import Run, arguments, check, until


def main():
    berth, memory_api_server = arguments("BERTH", "MEMORY_API_SERVER")
    with Run(memory_api_server) as run:
        scheduler = run.scheduler(berth)
        run.server.node("n1")
        until("ready", scheduler.ready)
        run.server.fault(kind="drop", method="WATCH", path="/api/v1/pods")
        run.server.pod("lost")
        run.server.pod("seen")
        until("the next pod is bound", lambda: run.server.bound("seen"))
        check("the line is lost", not run.server.bound("lost"))
        took = until("the lost pod is found and bound", lambda: run.server.bound("lost"), 150)
        check(f"its pod is bound after {took:.0f} s", "The watch has not brought a pod; it is taken over" in scheduler.said())


if __name__ == "__main__":
    main()
