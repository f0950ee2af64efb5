"""Volumes: classes, volumes, claims, drivers, and the pods' use of them. Every claim belongs to one pod or to several."""

from .selectors import HOST, REGION, ZONE

DRIVERS = ["csi.example.com", "csi.example.com", "disk.example.com"]
CLASSES = ["wait", "now", "local", "other"]
SIZES = ["1Gi", "2Gi", "5Gi", "8Gi", "20Gi", "50Gi"]
MIGRATED_TO = ["ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com", "file.csi.azure.com", "cinder.csi.openstack.org", "pxd.portworx.com", "csi.vsphere.vmware.com"]
MIGRATED = [
    "kubernetes.io/aws-ebs,kubernetes.io/gce-pd",
    "kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,kubernetes.io/cinder,kubernetes.io/gce-pd,kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume",
]
BETA_CLASS = "volume.beta.kubernetes.io/storage-class"


def classes(dice):
    made = []
    for name in CLASSES:
        one = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": name},
            "provisioner": "kubernetes.io/no-provisioner" if name == "local" else dice.choice(DRIVERS),
            "volumeBindingMode": "Immediate" if name == "now" else "WaitForFirstConsumer",
        }
        if name == "other":
            one["provisioner"] = dice.choice(["kubernetes.io/aws-ebs", "kubernetes.io/gce-pd", "kubernetes.io/azure-disk", "kubernetes.io/portworx-volume", "csi.example.com"])
        if name in ("wait", "other") and dice.maybe(0.4):
            terms = [{"matchLabelExpressions": [{"key": ZONE, "values": dice.sample(["z1", "z2", "z3"], dice.randint(1, 2))}]} for _ in range(dice.randint(1, 2))]
            one["allowedTopologies"] = terms
        if dice.maybe(0.95):
            made.append(one)
    return made


def drivers(dice):
    return [
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "CSIDriver",
            "metadata": {"name": name},
            "spec": {"storageCapacity": dice.maybe(0.6), "preventPodSchedulingIfMissing": dice.maybe(0.2)},
        }
        for name in sorted(set(DRIVERS))
        if dice.maybe(0.8)
    ]


def csi_node(dice, node):
    found = []
    for name in sorted(set(DRIVERS)):
        if dice.maybe(0.8):
            one = {"name": name, "nodeID": node, "topologyKeys": [ZONE]}
            if dice.maybe(0.8):
                one["allocatable"] = {"count": dice.choice([0, 1, 2, 3, 20])}
            found.append(one)
    for name in MIGRATED_TO:  # whose volumes count as theirs
        if dice.maybe(0.15):
            found.append({"name": name, "nodeID": node, "topologyKeys": [], "allocatable": {"count": dice.choice([0, 1, 2])}})
    made = {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": node}, "spec": {"drivers": found}}
    if dice.maybe(0.5):
        made["metadata"]["annotations"] = {"storage.alpha.kubernetes.io/migrated-plugins": dice.choice(MIGRATED)}
    return made


def capacities(dice):
    made = []
    for number in range(dice.randint(0, 5)):
        one = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "CSIStorageCapacity",
            "metadata": {"name": f"cap-{number}", "namespace": "default"},
            "storageClassName": dice.choice(["wait", "other"]),
        }
        if dice.maybe(0.9):
            one["capacity"] = dice.choice(["1Gi", "10Gi", "100Gi", "0"])
        if dice.maybe(0.2):
            one["maximumVolumeSize"] = dice.choice(["1Gi", "5Gi"])
        if dice.maybe(0.9):
            one["nodeTopology"] = dice.choice([{"matchLabels": {ZONE: dice.choice(["z1", "z2", "z3"])}}, {}, {"matchExpressions": [{"key": ZONE, "operator": "Exists"}]}])
        made.append(one)
    return made


def attachment(dice, number, node, volume):
    source = {"persistentVolumeName": volume}
    if dice.maybe(0.1):
        source = {"inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "csi": {"driver": dice.choice(DRIVERS), "volumeHandle": f"h{number}"}}}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "VolumeAttachment",
        "metadata": {"name": f"va-{number}"},
        "spec": {"attacher": dice.choice(DRIVERS), "nodeName": node, "source": source},
        "status": {"attached": dice.maybe(0.8)},
    }


def reached_from(dice):
    """A node selector term of a volume."""
    if dice.maybe(0.1):
        return {"matchExpressions": [{"key": HOST, "operator": "In", "values": dice.sample(["n000", "n001", "n002"], dice.randint(1, 2))}]}
    if dice.maybe(0.05):
        return dice.choice([{}, {"matchExpressions": [{"key": "size", "operator": "Gt", "values": ["4"]}]}, {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n001"]}]}])
    return {"matchExpressions": [{"key": ZONE, "operator": "In", "values": dice.sample(["z1", "z2", "z3"], dice.randint(1, 2))}]}


def volume(dice, number, bound_to=None):
    spec = {
        "capacity": {"storage": dice.choice(SIZES)},
        "accessModes": dice.choice([["ReadWriteOnce"], ["ReadWriteOnce"], ["ReadWriteOnce", "ReadOnlyMany"], ["ReadWriteMany"], ["ReadWriteOncePod"]]),
        "persistentVolumeReclaimPolicy": "Delete",
        "volumeMode": dice.weighted((9, "Filesystem"), (1, "Block")),
        "storageClassName": dice.weighted((4, "local"), (2, "wait"), (2, "now"), (1, "other"), (1, "")),
    }
    source = dice.weighted((10, "csi"), (4, "local"), (2, "ebs"), (2, "gce"), (2, "other"))
    if source == "csi":
        spec["csi"] = {"driver": dice.choice(DRIVERS), "volumeHandle": f"h{number}"}
    elif source == "local":
        spec["local"] = {"path": "/mnt"}
    elif source == "ebs":
        spec["awsElasticBlockStore"] = {"volumeID": f"vol-{number}"}
    elif source == "gce":
        spec["gcePersistentDisk"] = {"pdName": f"pd-{number}"}
    else:
        spec.update(
            dice.choice(
                [
                    {"azureDisk": {"diskName": "d", "diskURI": f"/d{number}", "kind": "Managed"}},
                    {"azureFile": {"secretName": "s", "shareName": f"share-{number}"}},
                    {"cinder": {"volumeID": f"c-{number}"}},
                    {"vsphereVolume": {"volumePath": f"[store] v{number}"}},
                    {"portworxVolume": {"volumeID": f"p-{number}"}},
                    {"nfs": {"server": "s", "path": "/"}},
                ]
            )
        )
    if dice.maybe(0.5) or source == "local":
        terms = [reached_from(dice) for _ in range(dice.weighted((9, 1), (1, 2)))]
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": terms}}
    labels = {}
    if dice.maybe(0.7 if source in ("ebs", "gce", "other") else 0.35):
        labels[dice.choice([ZONE, ZONE, "failure-domain.beta.kubernetes.io/zone"])] = dice.choice(["z1", "z2", "z3", "z1__z2", "z2__z3"])
    if dice.maybe(0.1):
        labels[dice.choice([REGION, "failure-domain.beta.kubernetes.io/region"])] = dice.choice(["r1", "r2", "r1__r2", "__"])
    if dice.maybe(0.05):
        spec["volumeAttributesClassName"] = dice.choice(["gold", "silver"])
    if dice.maybe(0.2):
        labels["kind"] = "fast"
    metadata = {"name": f"pv-{number:03d}", "labels": labels}
    if dice.maybe(0.02):
        metadata["annotations"] = {BETA_CLASS: spec.pop("storageClassName")}
    phase = "Available"
    if bound_to:
        spec["claimRef"] = bound_to
        phase = "Bound"
    elif dice.maybe(0.05):
        phase = dice.choice(["Released", "Failed", "Pending"])
    if dice.maybe(0.03):
        metadata["deletionTimestamp"] = "2026-01-01T02:10:00Z"
        metadata["finalizers"] = ["kubernetes.io/pv-protection"]
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": spec, "status": {"phase": phase}}


def claim(dice, name, namespace, bound_volume=None, nodes=()):
    spec = {
        "accessModes": [dice.weighted((7, "ReadWriteOnce"), (1, "ReadWriteMany"), (2, "ReadWriteOncePod"))],
        "resources": {"requests": {"storage": dice.choice(SIZES)}},
        "volumeMode": dice.weighted((12, "Filesystem"), (1, "Block")),
    }
    annotations = {}
    kind = dice.weighted((5, "wait"), (2, "now"), (4, "local"), (1, "other"), (1, "gone"), (1, ""), (1, None))
    if kind is not None:
        if dice.maybe(0.05) and kind:
            annotations[BETA_CLASS] = kind
        else:
            spec["storageClassName"] = kind
    if dice.maybe(0.08):
        spec["selector"] = {"matchLabels": {"kind": "fast"}}
    if dice.maybe(0.04):
        spec["volumeAttributesClassName"] = dice.choice(["gold", "silver", ""])
    phase = "Pending"
    if bound_volume:
        spec["volumeName"] = bound_volume
        if dice.maybe(0.9):
            annotations["pv.kubernetes.io/bind-completed"] = "yes"
            phase = "Bound"
    elif dice.maybe(0.08) and nodes:
        annotations["volume.kubernetes.io/selected-node"] = dice.choice(list(nodes))
    metadata = {"name": name, "namespace": namespace, "uid": f"u-{namespace}-{name}"}
    if annotations:
        metadata["annotations"] = annotations
    if dice.maybe(0.02):
        metadata["deletionTimestamp"] = "2026-01-01T02:10:00Z"
    if dice.maybe(0.03):
        phase = "Lost"
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec, "status": {"phase": phase}}


DISKS = [
    {"gcePersistentDisk": {"pdName": "pd-1"}},
    {"gcePersistentDisk": {"pdName": "pd-1", "readOnly": True}},
    {"awsElasticBlockStore": {"volumeID": "vol-1"}},
    {"awsElasticBlockStore": {"volumeID": "vol-1", "readOnly": True}},
    {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.2026-01.com.example:a", "lun": 0}},
    {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.2026-01.com.example:a", "lun": 0, "readOnly": True}},
    {"rbd": {"monitors": ["m1", "m2"], "image": "i", "pool": "p"}},
    {"rbd": {"monitors": ["m2"], "image": "i", "pool": "p", "readOnly": True}},
    {"azureDisk": {"diskName": "d", "diskURI": "/d"}},
    {"cinder": {"volumeID": "c-1"}},
    {"azureFile": {"secretName": "s", "shareName": "share"}},
    {"vsphereVolume": {"volumePath": "[store] v"}},
    {"portworxVolume": {"volumeID": "p-1"}},
    {"csi": {"driver": "csi.example.com"}},
    {"emptyDir": {}},
    {"configMap": {"name": "c"}},
]


class Store:
    """The storage objects of one cluster, growing as pods ask for volumes."""

    def __init__(self, dice, nodes):
        self.dice, self.nodes = dice, nodes
        self.claims, self.volumes = {}, []
        self.objects = [*classes(dice), *drivers(dice), *capacities(dice)]
        self.objects += [csi_node(dice, node) for node in nodes if dice.maybe(0.9)]
        for _ in range(dice.randint(0, 8)):
            self.volumes.append(volume(dice, len(self.volumes)))

    def add_to(self, pod, runs):
        dice = self.dice
        volumes = []
        for number in range(dice.weighted((5, 0), (5, 1), (2, 2), (1, 3))):
            entry = {"name": f"v{number}"}
            kind = dice.weighted((7, "claim"), (1, "ephemeral"), (2, "disk"))
            if kind == "disk":
                entry.update(dice.choice(DISKS))
            elif kind == "ephemeral":
                entry["ephemeral"] = {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}
                if dice.maybe(0.8):
                    self._claim(f"{pod['metadata']['name']}-v{number}", pod["metadata"]["namespace"], runs, owner=pod)
            else:
                entry["persistentVolumeClaim"] = {"claimName": self._claim_for(pod, number, runs)}
            volumes.append(entry)
        if volumes:
            pod["spec"].setdefault("volumes", []).extend(volumes)

    def _claim_for(self, pod, number, runs):
        dice, namespace = self.dice, pod["metadata"]["namespace"]
        shared = [name for space, name in self.claims if space == namespace]
        if shared and dice.maybe(0.15):
            return dice.choice(shared)
        name = f"pvc-{pod['metadata']['name']}-{number}" if dice.maybe(0.9) else f"pvc-shared-{number}"
        if dice.maybe(0.96):
            self._claim(name, namespace, runs)
        return name

    def _claim(self, name, namespace, runs, owner=None):
        dice = self.dice
        if (namespace, name) in self.claims:
            return
        bound = None
        if runs and dice.maybe(0.9) or not runs and dice.maybe(0.4):
            number = len(self.volumes)
            bound = f"pv-{number:03d}" if dice.maybe(0.96) else "pv-gone"
            reference = {"namespace": namespace, "name": name, "uid": f"u-{namespace}-{name}"}
            self.volumes.append(volume(dice, number, reference))
        made = claim(dice, name, namespace, bound, self.nodes)
        if bound and dice.maybe(0.85):
            made["spec"].pop("selector", None)
        if not bound and self.volumes and dice.maybe(0.08):  # a volume that was made for it beforehand
            free = dice.choice(self.volumes)
            free["spec"].setdefault("claimRef", {"namespace": namespace, "name": name})
        if owner is not None and dice.maybe(0.9):
            made["metadata"]["ownerReferences"] = [
                {"apiVersion": "v1", "kind": "Pod", "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}
            ]
        self.claims[(namespace, name)] = made

    def all(self):
        dice = self.dice
        attachments = []
        for number in range(dice.few(4)):
            if self.nodes and self.volumes:
                attachments.append(attachment(dice, number, dice.choice(self.nodes), dice.choice(self.volumes)["metadata"]["name"]))
        return [*self.objects, *attachments, *self.volumes, *self.claims.values()]


