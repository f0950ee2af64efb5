"""Waiting until both schedulers are done with a pod, while controllers serve both clusters."""
import json
import time

from harness.twin_side import key_of
from harness.twin_storage import claims_of
from harness.wait import until

PATIENCE = 10  # seconds without any news of a pod
PREEMPTING = "preemption: found a potential placement"
RETRIED = 'running PreBind plugin "VolumeBinding"'


class Ending:
    """What has become of a pod in one cluster."""

    def __init__(self, side, pod, storage, after):
        self.side, self.pod, self.storage, self.after = side, pod, storage, after
        self.version, self.since = None, None
        self.status = {}
        self.node = None
        self.left = False

    def look(self):
        """Whether the scheduler is done: the pod has a node, is refused (in other words than `after`), or is left alone."""
        now = self.side.get(self.pod)
        version, self.status = now["metadata"]["resourceVersion"], now["status"]
        if version != self.version:
            self.version, self.since = version, time.monotonic()
        nominated = self.status.get("nominatedNodeName")
        if claims_of(self.pod):
            self.storage.bind(self.side, self.pod, nominated)
        self.node = now["spec"].get("nodeName")
        condition = next((c for c in self.status.get("conditions", []) if c["type"] == "PodScheduled"), None)
        if self.node or not condition:
            return self.node is not None
        # A pod that fitted once its victims are gone, and waits for its next turn: the victim that was in its way went first,
        # while the last one was still to go, and what became of that one cures nothing. kube-scheduler looks at it again after
        # five minutes.
        self.left = bool(nominated) and PREEMPTING in condition["message"] and time.monotonic() - self.since > PATIENCE
        refused = not nominated and condition["message"] != self.after and not condition["message"].startswith(RETRIED)
        return refused or self.left


def both_ends(seed, sides, pod, storage, after=None):
    """Two Endings, of one moment."""
    endings = [Ending(side, pod, storage, after) for side in sides]

    def over():
        if not all([one.look() for one in endings]):
            return False
        # One is bound already, and the other was refused on the way: between two steps of a cure, say.
        alike = len({one.node is None for one in endings}) == 1
        return alike or all(time.monotonic() - one.since > PATIENCE for one in endings)

    until(over, 60,
          lambda: f"seed {seed}, {key_of(pod)} is not decided: {[one.status for one in endings]}, {json.dumps(pod)}")
    return endings
