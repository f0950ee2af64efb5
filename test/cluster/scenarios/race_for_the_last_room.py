"""kube-scheduler and berth, each with as many pods (RACE_PODS, 500), race for nodes that have room for half of them. Neither waits
for the other, and the API server binds whatever it is told. berth looks at its decision again before it binds; where both
bound at the same moment all the same, it counts the node that holds too much; and no room is left that a pod waits for."""
import os
import re

from harness.objects import pod
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import until

ROOM = 50
PODS = int(os.environ.get("RACE_PODS", "500"))
NODES = PODS // ROOM
SCHEDULERS = ("berth", "default-scheduler")
RACES = re.compile(r'^berth_races_total\{outcome="(\w+)"\} (\S+)$', re.M)


def of_each(cluster):
    """By node: its pods."""
    found = {}
    for one in cluster.api.get("/api/v1/namespaces/default/pods")["items"]:
        found.setdefault(one["spec"].get("nodeName"), []).append(one["spec"]["schedulerName"])
    return found


def run(cluster):
    cluster.nodes(*(f"node-{n:02}" for n in range(NODES)), cpu=str(ROOM // 10))
    kube_scheduler = start_kube_scheduler(cluster.plane, configuration({"schedulerName": SCHEDULERS[1]}))
    kube_scheduler.wait_ready()
    berth = cluster.berth()
    cluster.pods((pod(f"{scheduler}-{n:04}", scheduler=scheduler) for n in range(PODS) for scheduler in SCHEDULERS), workers=8)
    until(lambda: all(len(of_each(cluster).get(f"node-{n:02}", [])) >= ROOM for n in range(NODES)), 120,
          "there is room, and pods wait")

    placed = {node: names for node, names in of_each(cluster).items() if node}
    beyond = sum(len(names) - ROOM for names in placed.values())

    def races():
        return {outcome: int(float(value)) for outcome, value in RACES.findall(berth.fetch("/metrics")[1])}

    until(lambda: races()["overcommitted"] >= beyond, 5,
          lambda: f"{beyond} pods lie where there is no room, and of races were counted {races()}")
    mine = sum(name == "berth" for names in placed.values() for name in names)
    return f"{mine} of berth and {sum(map(len, placed.values())) - mine} of kube-scheduler placed, {beyond} beyond the room; {races()}"
