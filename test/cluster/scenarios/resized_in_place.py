"""Pods that are resized in place, with kube-scheduler on the same script beside berth: one that goes from 3 cpu to 1 holds
3 until its status says 1, and a pod that waits for that is bound then, at once; one that is to grow holds what it is to have,
unless the node says that it never can."""
import time

from harness.cluster import PODS
from harness.objects import pod
from harness.observer import Observer
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, never

INFEASIBLE = {"type": "PodResizePending", "status": "True", "reason": "Infeasible"}
AT_ONCE = 2


class Script:
    """The steps, for one scheduler: on nodes and with pods of its own."""

    def __init__(self, cluster, scheduler, observer):
        self.cluster = cluster
        self.observer = observer
        self.scheduler = scheduler
        self.reported = 0.0
        self.took = []

    def node(self, name):
        full = f"{self.scheduler}-{name}"
        self.cluster.nodes(full, cpu="4", labels={"only": full})

    def pod(self, node, name, cpu, **spec):
        full = f"{self.scheduler}-{node}-{name}"
        self.cluster.pods([pod(full, cpu=cpu, scheduler=self.scheduler,
                               nodeSelector={"only": f"{self.scheduler}-{node}"}, **spec)])
        return full

    def running(self, node, name, cpu, **spec):
        full = self.pod(node, name, cpu, **spec)
        self.cluster.wait_bound(full, 10)
        return full

    def patch(self, name, subresource, body):
        self.cluster.api.request("PATCH", f"{PODS}/{name}/{subresource}", body, "application/strategic-merge-patch+json")

    def resize(self, name, cpu):
        self.patch(name, "resize", {"spec": {"containers": [{"name": "main", "resources": {"requests": {"cpu": cpu}}}]}})

    def report(self, name, allocated, actual, container=None, conditions=()):
        """What a kubelet since 1.36 writes: of the pod and of its container."""
        def of(cpu):
            return {"cpu": cpu, "memory": "128Mi"}

        self.reported = time.monotonic()
        self.patch(name, "status", {"status": {
            "phase": "Running", "allocatedResources": of(allocated), "resources": {"requests": of(actual)},
            "conditions": list(conditions), "containerStatuses": [{
                "name": "main", "image": "nginx", "imageID": "", "ready": True, "restartCount": 0,
                "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                "allocatedResources": of(container or allocated),
                "resources": {"requests": of(container or actual)}}]}})

    def refused(self, name):
        condition = self.cluster.wait_refused(name)
        expect("Insufficient cpu" in condition["message"], f"{name} waits for another reason: {condition['message']}")

    def waits(self, name):
        never(lambda: self.cluster.node_of(name), AT_ONCE, f"{name} is bound too early")

    def bound_at_once(self, name):
        self.cluster.wait_bound(name, AT_ONCE)
        # By the observer's watch: whoever asks again and again sees no less than the pause between two questions.
        self.took.append(self.observer.wait_bound_at(self.cluster.pod(name)["metadata"]["uid"]) - self.reported)

    def down(self):
        self.node("down")
        resized = self.running("down", "resized", "3")
        self.report(resized, "3", "3")
        waiting = self.pod("down", "waiting", "2")
        self.refused(waiting)
        self.resize(resized, "1")
        self.waits(waiting)
        self.report(resized, "1", "3")
        self.waits(waiting)
        self.report(resized, "1", "1")
        self.bound_at_once(waiting)

    def up_and_infeasible(self):
        self.node("up")
        resized = self.running("up", "resized", "1")
        self.report(resized, "1", "1")
        self.resize(resized, "3")
        spec = self.cluster.pod(resized)["spec"]["containers"][0]["resources"]["requests"]
        expect(spec["cpu"] == "3", f"the API server kept {spec}")
        waiting = self.pod("up", "waiting", "2")
        self.refused(waiting)
        self.report(resized, "1", "1", conditions=[INFEASIBLE])
        self.bound_at_once(waiting)


def beside_kube_scheduler(cluster, *steps):
    """Each of these functions is given a Script: berth's, then kube-scheduler's."""
    cluster.berth()
    # Not the cluster's own, which would count the pod whose resize is infeasible with what it will never have.
    observer = Observer(cluster.plane.api("observer", "system:masters"))
    kube_scheduler = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "kube-scheduler"}))
    cluster.schedulers.append(kube_scheduler.wait_ready())
    scripts = [Script(cluster, name, observer) for name in ("berth", "kube-scheduler")]
    for script in scripts:
        for step in steps:
            step(script)
    observer.stop()
    return "; ".join(f"{script.scheduler}: bound {', '.join(f'{took * 1000:.0f}' for took in script.took)} ms after the status"
                     for script in scripts)


def run(cluster):
    return beside_kube_scheduler(cluster, Script.down, Script.up_and_infeasible)
