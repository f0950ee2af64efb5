"""Volumes in two clusters that go through the same steps: what exists beforehand, and what the volume controller, a
provisioner and the controller of ephemeral volumes do, done here in both clusters at the same point of the story."""
import copy

from harness.twin_side import admitted, key_of
from generator.selectors import HOST, ZONE
from generator.storage import BETA_CLASS, Store, volume

COMPLETED = "pv.kubernetes.io/bind-completed"
BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
SELECTED = "volume.kubernetes.io/selected-node"
FREE_VOLUMES = 48
CURES = 0.5  # of the pods whose claims somebody else must make or bind: somebody does
IMMEDIATE = "pod has unbound immediate PersistentVolumeClaims"
EPHEMERAL = "waiting for ephemeral volume controller"


def pointer(namespace, name):
    return {"kind": "PersistentVolumeClaim", "metadata": {"namespace": namespace, "name": name}}


def claims_of(pod):
    """Pointers to them, in the pod's order."""
    metadata = pod["metadata"]
    found = []
    for entry in pod["spec"].get("volumes", []):
        if "persistentVolumeClaim" in entry:
            found.append(pointer(metadata["namespace"], entry["persistentVolumeClaim"]["claimName"]))
        elif "ephemeral" in entry:
            found.append(pointer(metadata["namespace"], f"{metadata['name']}-{entry['name']}"))
    return found


def complete(claim):
    return claim["spec"].get("volumeName") and COMPLETED in claim["metadata"].get("annotations", {})


def owned_claim(pod, name, source):
    """As the controller of ephemeral volumes makes it."""
    owner = {"apiVersion": "v1", "kind": "Pod", "name": pod["metadata"]["name"], "uid": "", "controller": True}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": source["volumeClaimTemplate"]["spec"],
            "metadata": {"name": name, "namespace": pod["metadata"]["namespace"], "ownerReferences": [owner]}}


def class_name(claim):
    return claim["metadata"].get("annotations", {}).get(BETA_CLASS, claim["spec"].get("storageClassName") or "")


class Storage:
    """The storage objects of both clusters."""

    def __init__(self, dice, sides, machines):
        self.dice, self.sides = dice, sides
        self.zones = {one["metadata"]["name"]: one["metadata"].get("labels", {}).get(ZONE) for one in machines}
        self.hosts = {one["metadata"]["name"]: one["metadata"].get("labels", {}).get(HOST) for one in machines}
        self.store = Store(dice, list(self.zones))
        self.owned = {}  # claims of ephemeral volumes, by pod, that their controller has yet to make
        self.selected = {}  # nodes that claims name from the beginning: no scheduler asked for a volume there

    # -- beforehand

    def add_to(self, pod, runs):
        self.store.add_to(pod, runs)

    def begin(self, running):
        """`running` are the keys of pods that exist already: their own claims are made at once."""
        for _ in range(FREE_VOLUMES):
            self.store.volumes.append(volume(self.dice, len(self.store.volumes)))
        for number, one in enumerate(self.store.volumes):
            one["spec"]["capacity"] = {"storage": distinct(one["spec"]["capacity"]["storage"], number)}
        for one in sorted(self.store.all(), key=lambda one: one["kind"] == "PersistentVolume"):  # after claims, for their uids
            owners = one["metadata"].get("ownerReferences")
            owner = owners and f"{one['metadata']['namespace']}/{owners[0]['name']}"
            if owner and owner not in running:
                self.owned.setdefault(owner, []).append(one)
                continue
            if not self.make(one) and one in self.store.objects:
                self.store.objects.remove(one)

    def make(self, one):
        """In both clusters: made, then deleted where it is to be on its way out. Whether the API servers took it."""
        if one["kind"] == "PersistentVolumeClaim":
            self.selected[key_of(one)] = one["metadata"].get("annotations", {}).get(SELECTED)
        made = [self.put(side, one) for side in self.sides]
        if all(made) and "deletionTimestamp" in one["metadata"]:
            for side in self.sides:
                side.delete(one)
        return all(made)

    def put(self, side, one):
        """Whether the API server took it. Uids are those of this cluster."""
        made = admitted(one)
        if one["kind"] == "PersistentVolume":
            reference = made["spec"].get("claimRef", {})
            claim = "uid" in reference and side.find(pointer(reference["namespace"], reference["name"]))
            if claim:
                reference["uid"] = claim["metadata"]["uid"]
        for owner in made["metadata"].get("ownerReferences", []):
            pod = side.find({"kind": "Pod", "metadata": {**made["metadata"], "name": owner["name"]}})
            if pod:
                owner["uid"] = pod["metadata"]["uid"]
        status = made.pop("status", {})
        if side.create(made) is not None:
            return False
        if status.get("phase", "Pending") != "Pending" or "attached" in status:
            side.status(made, status)
        return True

    # -- while a pod is on its way

    def bind(self, side, pod, nominated):
        """As the volume controller and a provisioner answer what the scheduler wrote for the pod's claims, whatever has
        become of the pod since."""
        for claim in filter(None, map(side.find, claims_of(pod))):
            if complete(claim) or claim["spec"].get("volumeName"):
                continue
            claim["kind"] = "PersistentVolumeClaim"
            node = claim["metadata"].get("annotations", {}).get(SELECTED)
            found = next((one for one in side.volumes().values()
                           if one["spec"].get("claimRef", {}).get("uid") == claim["metadata"]["uid"]), None)
            if found:
                self.finish(side, claim, found)
            elif node and (node == nominated or node != self.selected.get(key_of(claim))):
                self.finish(side, claim, self.provision(side, claim, self.reachable(node, local=False)))

    def provision(self, side, claim, affinity):
        metadata = claim["metadata"]
        one = {"apiVersion": "v1", "kind": "PersistentVolume",
               "metadata": {"name": f"made-{metadata['namespace']}-{metadata['name']}"},
               "spec": {"capacity": claim["spec"]["resources"]["requests"], "accessModes": claim["spec"]["accessModes"],
                        "volumeMode": claim["spec"].get("volumeMode", "Filesystem"), "storageClassName": class_name(claim),
                        "csi": {"driver": "csi.example.com", "volumeHandle": f"made-{key_of(claim).replace('/', '-')}"},
                        "claimRef": {"kind": "PersistentVolumeClaim", "namespace": metadata["namespace"],
                                     "name": metadata["name"], "uid": metadata["uid"]}}}
        if affinity:
            one["spec"]["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [affinity]}]}}
        side.create(one)
        return one

    def reachable(self, node, local):
        """What a volume of this node asks of nodes: its name, or its zone."""
        label, values = (HOST, self.hosts) if local else (ZONE, self.zones)
        return values[node] and {"key": label, "operator": "In", "values": [values[node]]}

    def finish(self, side, claim, volume):
        volume["kind"] = "PersistentVolume"
        side.status(volume, {"phase": "Bound"})
        side.change(claim, {"metadata": {"annotations": {COMPLETED: "yes", BY_CONTROLLER: "yes"}},
                            "spec": {"volumeName": volume["metadata"]["name"]}})
        side.status(claim, {"phase": "Bound"})

    # -- once it was refused

    def cure(self, pod, message):
        """Makes or binds what the pod waits for; whether the message must be another one now."""
        if self.dice.maybe(1 - CURES):
            return False
        if EPHEMERAL in message:
            self.make_ephemeral(pod)
            return True
        return IMMEDIATE in message and self.bind_immediate(pod)

    def make_ephemeral(self, pod):
        """Every claim that is not there, so that the pod waits for none of them any more."""
        metadata = pod["metadata"]
        made = {key_of(one): one for one in self.owned.pop(key_of(pod), [])}
        for entry in pod["spec"]["volumes"]:
            name = f"{metadata['name']}-{entry['name']}"
            if "ephemeral" in entry:
                made.setdefault(f"{metadata['namespace']}/{name}", owned_claim(pod, name, entry["ephemeral"]))
        for one in made.values():
            if not self.sides[0].find(one):
                self.make(one)

    def bind_immediate(self, pod):
        found = [[side.find(one) for one in claims_of(pod)] for side in self.sides]
        mine = {number for number, claim in enumerate(found[0])
                if claim and not complete(claim) and not self.waits(claim)}
        # A claim of either kind that names a volume and is not bound to it keeps the pod waiting, in the same words.
        if any(claim and not complete(claim) and claim["spec"].get("volumeName") for claim in found[0]):
            return False
        done = set()
        for number in sorted(mine):
            if key_of(found[0][number]) in done:
                continue
            done.add(key_of(found[0][number]))
            affinity = self.reachable(self.dice.choice(list(self.zones)), local=self.dice.maybe(0.5))
            for side, claims in zip(self.sides, found):
                claim = {**claims[number], "kind": "PersistentVolumeClaim"}
                self.finish(side, claim, self.provision(side, claim, affinity))
        return bool(mine)

    def waits(self, claim):
        """For its first consumer."""
        return any(one["kind"] == "StorageClass" and one["metadata"]["name"] == class_name(claim) and
                   one["volumeBindingMode"] == "WaitForFirstConsumer" for one in self.store.objects)

    # -- both clusters compared

    def unbound(self, side, pod, before):
        """Claims and volumes by kind, as they are but for those that were bound because of this pod."""
        claims, volumes = side.claims(), side.volumes()
        for key in map(key_of, claims_of(pod)):
            claim, old = claims.get(key), before["PersistentVolumeClaim"].get(key)
            if not claim or not self.waits(claim) or old and complete(old):
                continue
            name = claim["spec"].pop("volumeName", None)
            for note in (COMPLETED, BY_CONTROLLER, SELECTED):
                claim["metadata"].get("annotations", {}).pop(note, None)
            claim["status"] = {"phase": "Pending"}
            if old:
                claims[key] = old
            if name in volumes:
                volumes[name] = before["PersistentVolume"].get(name)
        return {"PersistentVolumeClaim": claims, "PersistentVolume": {name: one for name, one in volumes.items() if one}}

    def facts(self, side):
        return sorted(map(str, (shown(one) for one in [*side.claims().values(), *side.volumes().values()])))

    def copy(self, theirs, ours):
        """Makes one cluster's claims and volumes as the other's."""
        remade = set()  # claims, which have other uids then
        for kind, of in (("PersistentVolumeClaim", "claims"), ("PersistentVolume", "volumes")):
            wanted, here = getattr(theirs, of)(), getattr(ours, of)()
            for key, one in here.items():
                reference = one["spec"].get("claimRef", {})
                same = key in wanted and shown(wanted[key]) == shown(one)
                if not same or f"{reference.get('namespace')}/{reference.get('name')}" in remade:
                    ours.remove({**one, "kind": kind})
                    here[key] = None
            for key, one in wanted.items():
                if not here.get(key):
                    remade.add(key)
                    self.put_copy(ours, {**copy.deepcopy(one), "kind": kind})

    def put_copy(self, side, one):
        deleted = "deletionTimestamp" in one["metadata"]
        for field in ("resourceVersion", "managedFields", "finalizers"):
            one["metadata"].pop(field, None)
        self.put(side, one)
        if deleted:
            side.delete(one)


def distinct(size, number):
    """No two volumes are of one size: among equals each scheduler takes the one that it happens to meet first."""
    return f"{int(size.removesuffix('Gi')) * 1024 + number}Mi"


def shown(one):
    """What is compared of a claim or a volume."""
    metadata, spec = one["metadata"], one["spec"]
    annotations = metadata.get("annotations", {})
    notes = {key: annotations[key] for key in (COMPLETED, BY_CONTROLLER, SELECTED) if key in annotations}
    reference = spec.get("claimRef", {})
    return (metadata.get("namespace"), metadata["name"], notes, spec.get("volumeName"), reference.get("namespace"),
            reference.get("name"), "uid" in reference, one["status"].get("phase"), "deletionTimestamp" in metadata,
            spec.get("nodeAffinity"), spec.get("capacity"))
