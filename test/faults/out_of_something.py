#!/usr/bin/env python3
"""out_of_something.py BERTH MEMORY_API_SERVER: no room for the log, no descriptors, peers that never read. Binding goes on."""
import os
import resource
import socket
import subprocess
import time

from rig import Run, arguments, check, until

PODS = 300


def bind_all(run, prefix, pods=PODS, resources=None):
    begun = time.monotonic()
    for number in range(pods):
        run.server.pod(f"{prefix}-{number}", resources=resources)
    until("all are bound", lambda: all(run.server.bound(f"{prefix}-{number}") for number in reversed(range(0, pods, 25))))
    return time.monotonic() - begun


def begin(run, berth, *flags, **how):
    scheduler = run.scheduler(berth, *flags, **how)
    run.server.node("n1")
    until("ready", scheduler.ready)
    return scheduler


def unread_log(berth, memory_api_server):
    print("a standard error that nobody reads, at -v 10:")
    with Run(memory_api_server) as run:
        scheduler = begin(run, berth, "-v", "10", stderr=subprocess.PIPE)
        for batch in range(4):
            bind_all(run, f"p{batch}")
        check(f"{4 * PODS} pods are bound", True)
        check("it ends with 0 when it is told to", scheduler.stop() == 0)


def no_room_for_log(berth, memory_api_server):
    print("a full disk below standard error:")
    with Run(memory_api_server) as run, open("/dev/full", "wb") as full:
        scheduler = begin(run, berth, stderr=full)
        bind_all(run, "p")
        check(f"{PODS} pods are bound", True)
        check("lines that were lost are counted", scheduler.metric("berth_log_lines_dropped_total") >= PODS)


def closed_at_start(berth, memory_api_server):
    print("descriptors 0 to 2 closed at the start:")

    def close_all():
        for descriptor in (0, 1, 2):
            os.close(descriptor)

    with Run(memory_api_server) as run:
        scheduler = begin(run, berth, preexec_fn=close_all, stdin=None)
        bind_all(run, "p")
        check(f"{PODS} pods are bound", True)
        shown = [os.readlink(f"/proc/{scheduler.process.pid}/fd/{d}") for d in (0, 1, 2)]
        check("they are /dev/null, and no sockets", shown == ["/dev/null"] * 3)


def few_descriptors(berth, memory_api_server):
    print("100 silent peers, with a limit of 64 open files:")
    with Run(memory_api_server) as run:
        scheduler = begin(run, berth, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
        silent = [socket.create_connection(("127.0.0.1", scheduler.port)) for _ in range(100)]
        check("/livez answers", scheduler.get("/livez")[0] == 200)
        bind_all(run, "p")
        check(f"{PODS} pods are bound", True)
        check("/readyz answers", scheduler.get("/readyz")[0] == 200)
        for one in silent:
            one.close()


def limit_is_raised(berth, memory_api_server):
    print("a soft limit of 64 open files, a hard one of 4096:")
    with Run(memory_api_server) as run:
        scheduler = begin(run, berth, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096)))
        check("the limit is 4096", scheduler.metric("process_max_fds") == 4096)


def answers(scheduler, path):
    try:
        return scheduler.get(path)[0] == 200
    except OSError:
        return False


ASKS = {"requests": {"cpu": "10m", "memory": "1Mi"}, "limits": {"cpu": "20m"}}


def never_read(berth, memory_api_server, path="/metrics"):
    print(f"64 peers that ask for {path} without end and never read:")
    with Run(memory_api_server) as run:
        scheduler = begin(run, berth)
        alone = bind_all(run, "alone", resources=ASKS)
        deaf = []
        for _ in range(64):
            one = socket.create_connection(("127.0.0.1", scheduler.port))
            one.setblocking(False)
            deaf.append(one)
        asks = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 1000
        for one in deaf:
            try:
                one.send(asks)
            except BlockingIOError:
                pass
        # For a moment each of them still takes in what is in its buffer, and none makes room for a 65th peer.
        until("/livez answers", lambda: answers(scheduler, "/livez"), 5)
        beside = bind_all(run, "beside", resources=ASKS)
        check(f"{PODS} pods are bound in {beside:.1f} s, {alone:.1f} s without them", beside < 2 * alone + 1)
        check("/livez answers", scheduler.get("/livez")[0] == 200)
        for one in deaf:
            one.close()


def resources_never_read(berth, memory_api_server):
    never_read(berth, memory_api_server, "/metrics/resources")


def resources_of_all(berth, memory_api_server):
    print("what pods ask for, and their limits:")
    with Run(memory_api_server) as run:
        scheduler = begin(run, berth)
        bind_all(run, "p", resources=ASKS)
        run.server.pod("waits", resources={"requests": {"cpu": "1k"}})

        def lines(family):
            status, text = scheduler.get("/metrics/resources")
            return [line for line in text.splitlines() if line.startswith(family + "{")] if status == 200 else []

        until("all are shown", lambda: len(lines("kube_pod_resource_request")) == 2 * PODS + 1)
        check("each pod's requests are there, also of one that waits", True)
        check("and its limits", len(lines("kube_pod_resource_limit")) == PODS)
        until("bindings are shown", lambda: sum('node="n1"' in line for line in lines("kube_pod_resource_limit")) == PODS)
        check("with its node", True)


def main():
    berth, memory_api_server = arguments("BERTH", "MEMORY_API_SERVER")
    for one in (unread_log, no_room_for_log, closed_at_start, few_descriptors, limit_is_raised, never_read,
                resources_never_read, resources_of_all):
        one(berth, memory_api_server)


if __name__ == "__main__":
    main()
