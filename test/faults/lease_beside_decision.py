#!/usr/bin/env python3
"""lease_beside_decision.py HELD_UP MEMORY_API_SERVER: a decision takes longer than the lease lasts.

HELD_UP is a scheduler with a plugin that holds the decision about a pod for as long as its label `hold` says, in seconds."""
import json

from rig import LEASE, Run, arguments, check, request, until

ELECTION = ("--leader-elect=true", "--leader-elect-lease-duration=6s", "--leader-elect-renew-deadline=4s",
            "--leader-elect-retry-period=1s")
CONFIGURATION = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
profiles: [{schedulerName: berth, plugins: {multiPoint: {enabled: [{name: Hold}]}}}]
"""


def start(run, held_up, *flags, **how):
    (run.folder / "scheduler.yaml").write_text(CONFIGURATION)
    return run.scheduler(held_up, "--config", run.folder / "scheduler.yaml", "-v", "4", *flags, **how)


def renewed(server):
    return server.call("GET", LEASE)["spec"].get("renewTime")


def holder(server):
    status, text = request(server.port, "GET", LEASE)
    return json.loads(text)["spec"].get("holderIdentity", "") if status == 200 else ""


def held(scheduler):
    return '"held"' in scheduler.said()


def bindings(server, pod):
    return sum(line.startswith("POST") and line.endswith(f"/pods/{pod}/binding") for line in server.requests())


def renewed_meanwhile(held_up, memory_api_server):
    print("a decision of 20 s, a lease of 6 s:")
    with Run(memory_api_server) as run:
        scheduler = start(run, held_up, *ELECTION)
        run.server.node("n1")
        until("ready", scheduler.ready)
        check("metrics are served", scheduler.get("/metrics")[0] == 200)
        run.server.pod("slow", hold="20")
        until("the decision is under way", lambda: held(scheduler))
        seen = set()
        until("the lease is renewed five times", lambda: seen.add(renewed(run.server)) or len(seen) > 5)
        check("the lease is renewed while the decision lasts", not run.server.bound("slow"))
        check("/livez, /readyz and /healthz answer 200 meanwhile",
              all(scheduler.get(path)[0] == 200 for path in ("/livez", "/readyz", "/healthz")))
        check("/metrics answers what it last was", "scheduler_pending_pods" in scheduler.get("/metrics")[1])
        check("/configz does not wait for ever: 503", scheduler.get("/configz")[0] == 503)
        until("bound", lambda: run.server.bound("slow"))
        check("the pod is bound then, once", bindings(run.server, "slow") == 1)
        check("the log says that decisions stood still", "Decisions stand still" in scheduler.said())
        check("it ends with 0", scheduler.stop() == 0)


def lost_meanwhile(held_up, memory_api_server):
    print("the same, and the lease cannot be renewed:")
    with Run(memory_api_server) as run:
        first = start(run, held_up, *ELECTION, name="first")
        run.server.node("n1")
        until("ready", first.ready)
        until("it leads", lambda: "Became leader" in first.said())
        who = holder(run.server)
        run.server.pod("slow", hold="20")
        until("the decision is under way", lambda: held(first))
        run.server.fault(kind="answer", method="PUT", path="/leases/", status=500, times=12)
        second = start(run, held_up, *ELECTION, name="second")
        until("another leads", lambda: holder(run.server) not in ("", who))
        check("another leads while the first still decides", first.process.poll() is None)
        until("the first has ended", lambda: first.process.poll() is not None)
        check("the first ends with 1", first.process.returncode == 1)
        check("and says why", "leader election lost" in first.said())
        until("bound", lambda: run.server.bound("slow"))
        check("the pod is bound once, by the second", bindings(run.server, "slow") == 1 and
              'Successfully bound pod to node" pod="default/slow"' in second.said() and
              "Successfully bound" not in first.said())


def fails_at_last(held_up, memory_api_server):
    print("a decision that does not return:")
    with Run(memory_api_server) as run:
        scheduler = start(run, held_up, "--stuck-after", "5s")
        run.server.node("n1")
        until("ready", scheduler.ready)
        run.server.pod("stuck", hold="1000")
        until("the decision is under way", lambda: held(scheduler))
        until("/livez fails", lambda: scheduler.get("/livez")[0] == 500)
        check("/livez names what is wrong", "[-]decisions failed" in scheduler.get("/livez")[1])
        check("/readyz goes on answering", scheduler.get("/readyz")[0] == 200)


def main():
    held_up, memory_api_server = arguments("HELD_UP", "MEMORY_API_SERVER")
    for one in (renewed_meanwhile, lost_meanwhile, fails_at_last):
        one(held_up, memory_api_server)


if __name__ == "__main__":
    main()
