"""Three replicas, one of which leads, under a stream of pods. The leader is told to stop, killed, and made to stand
still (SIGSTOP, SIGCONT) in turn, FAILOVERS times (3): another leads, every pod is bound, and once; nobody binds without
having the lease; who stood still ends with 1; and at the end the room is full to the last place. The lease lasts LEASE
seconds (4)."""
import base64
import json
import os
import time

from harness import audit, chart
from harness.delays import in_words
from harness.scheduler import configuration, write
from harness.stream import RATE, Stream, furnish
from harness.wait import expect, until

FAILOVERS = int(os.environ.get("FAILOVERS", "3"))
LEASE = int(os.environ.get("LEASE", "4"))
WAYS = ("stopped", "killed", "frozen", "stopped", "stopped")
WITHIN = {"stopped": 1 + 1, "killed": LEASE + 2 + 2, "frozen": LEASE + 2 + 2}  # what is promised, and what a busy machine adds
ELECTION = {"leaderElect": True, "leaseDuration": f"{LEASE}s", "renewDeadline": f"{LEASE * 2 / 3:.3f}s",
            "retryPeriod": f"{LEASE * 2 / 15:.3f}s"}


class Replica:
    """A berth with a token of its own, by which the audit log tells it from the others."""

    def __init__(self, cluster, name):
        token = chart.token(cluster.api)
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self.credential = f"JTI={claims['jti']}"
        kubeconfig = cluster.plane.kubeconfig("berth", token_file=write(cluster.folder, f"{name}-token", token))
        self.scheduler = cluster.berth(configuration(leader_election=ELECTION), name, kubeconfig=kubeconfig)
        self.process = self.scheduler.process

    def leads(self):
        return self.scheduler.metric("leader_election_master_status") == 1

    def start_again(self):
        self.process.start()
        self.scheduler.wait_ready()


def run(cluster):
    cluster.observe()
    places = furnish(cluster, int(FAILOVERS * (LEASE + 4) * RATE))
    chart.grant(cluster.api, chart.render(cluster.options.control_plane))
    replicas = [Replica(cluster, f"berth-{n}") for n in range(3)]
    until(lambda: any(each.leads() for each in replicas), 20, "nobody leads")
    stream = Stream(cluster, places)
    took = {way: [] for way in WAYS}
    for number in range(FAILOVERS):
        way = WAYS[number % len(WAYS)]
        cluster.wait_all_bound(len(stream.created), 20)
        leaders = until(lambda: [each for each in replicas if each.leads()], 20, "nobody leads")
        expect(len(leaders) == 1, f"{[each.process.name for each in leaders]} lead")
        took[way].append(fail_over(cluster, leaders[0], way))
    stream.fill()
    pods, slowest = stream.all_bound()
    events = cluster.plane.audit()
    hands = audit.check_leaders(events)
    expect(hands >= FAILOVERS, f"the lease changed hands {hands} times: the scenario shows less than it says")
    for way, delays in took.items():
        expect(max(delays, default=0) < WITHIN[way], f"{way}: bound by another after {in_words(delays)}")
    said = "; ".join(f"{way}: {in_words(delays)}" for way, delays in took.items() if delays)
    return f"{FAILOVERS} leaders gone, bound by another after: {said}; {pods} pods bound once, " \
           f"the slowest after {slowest:.1f} s, {len(audit.refused(events))} bindings refused"


def fail_over(cluster, leader, way):
    """Takes the leader away and gives it back as a replica. Returns the seconds until another had a pod bound."""
    position, began = cluster.plane.audit_position(), time.time()
    if way == "stopped":
        code = leader.process.stop()
        expect(code == 0, f"{leader.process.name} was told to stop and exited with {code}")
    elif way == "killed":
        leader.process.kill()
    else:
        leader.scheduler.pause()
    first = audit.first_binding(cluster.plane, position, 60, f"{way}: no other replica bound a pod", leader.credential)
    if way == "frozen":
        leader.scheduler.resume()
        code = until(lambda: leader.process.exit_code(), 20, f"{leader.process.name} stood still and goes on without the lease")
        expect(code == 1, f"{leader.process.name} lost the lease and exited with {code}")
    leader.start_again()
    return first.at - began
