"""A pod-level request that is resized in place, with kube-scheduler on the same script beside berth: the pod holds what its status
says of the pod as a whole, and one that waits for it to shrink is bound then, at once."""
from scenarios.resized_in_place import beside_kube_scheduler

NEEDS = ("v1.36", "an older API server drops what a pod's status says of the pod as a whole (InPlacePodLevelResourcesVerticalScaling)")


def shrinks(script):
    script.node("whole")
    resized = script.running("whole", "resized", "500m", resources={"requests": {"cpu": "1", "memory": "128Mi"}})
    script.report(resized, "3", "3", container="500m")
    waiting = script.pod("whole", "waiting", "2")
    script.refused(waiting)
    script.report(resized, "1", "1", container="500m")
    script.bound_at_once(waiting)


def run(cluster):
    return beside_kube_scheduler(cluster, shrinks)
