"""The tables of the plugins that read volumes and claims, in the form of node_tables.py with `objects` beside it:

    {plugin, table, name, kind: filter | hint | find, pod, placed, nodes, objects, args, about, old_*, new_*, want}

`find` are the binder's: what a pod's claims find on one node.

Much of what these tests ask is made outside their tables: EXTRA says in Go what is written beside a row.
"""
from node_tables import lower

PLUGINS = {
    "nodevolumelimits": "NodeVolumeLimits",
    "volumebinding": "VolumeBinding",
    "volumerestrictions": "VolumeRestrictions",
    "volumezone": "VolumeZone",
}
LISTERS = '"pvs", pvLister, "pvcs", pvcLister'
CSI_NODE = """"csiNode", func() any {{
	_, made := getNodeWithPodAndVolumeLimits({0}.limitSource, nil, {1}, {2}...)
	if made != nil {{
		enableMigrationOnNode(made, csilibplugins.AWSEBSInTreePluginName)
		return made
	}}
	return nil
}}()"""
EXTRA = {
    "TestSingleZone": LISTERS,
    "TestMultiZone": LISTERS,
    "TestWithBinding": LISTERS + ', "classes", scLister',
    "TestCSILimits": '"pvs", getFakeCSIPVLister(test.filterName, test.driverNames...), '
                     '"pvcs", append(getFakeCSIPVCLister(test.filterName, scName, test.driverNames...), test.extraClaims...), '
                     '"classes", getFakeCSIStorageClassLister(scName, test.driverNames[0]), '
                     + CSI_NODE.format("test", "test.maxVols", "test.driverNames"),
    "TestVolumeLimitScalingGate": '"newPod", newPod, "pvs", getFakeCSIPVLister("csi", ebsCSIDriverName), '
                                  '"pvcs", getFakeCSIPVCLister("csi", scName, ebsCSIDriverName), '
                                  '"classes", getFakeCSIStorageClassLister(scName, ebsCSIDriverName), '
                                  + CSI_NODE.format("tt", "tt.limit", "[]string{ebsCSIDriverName}"),
    "TestCSILimitsAfterCSINodeUpdatedQHint": '"newPod", testPod',
    "TestFindPodVolumesWithoutProvisioning": '"tracking", description, "driver", csiDriver',
    "TestFindPodVolumesWithProvisioning": '"tracking", description, "driver", csiDriver',
    "TestCapacity": '"tracking", name, "optIn", optIn, "driver", makeCSIDriver(provisioner, optIn)',
    "TestVolumeBinding": '"classes", []*storagev1.StorageClass{immediateSC, waitSC, waitHDDSC, waitSCWithStorageCapacity}, '
                         '"drivers", []*storagev1.CSIDriver{driverWithStorageCapacity}',
}
# What a loop goes over, beside the usual names.
LOOPS = {"volumebinding": "table|scenarios", "nodevolumelimits": "cases"}

TABLES = {
    "volumezone": ("TestSingleZone", "TestMultiZone", "TestWithBinding", "TestIsSchedulableAfter"),
    "nodevolumelimits": ("TestCSILimits", "TestVolumeLimitScalingGate"),
    "volumebinding": ("TestVolumeBinding", "TestIsSchedulableAfter", "TestFindPodVolumes", "TestCapacity"),
    "volumerestrictions": ("TestAccessModeConflicts", "Test_isSchedulableAfterPersistentVolumeClaimChange"),
}
KINDS = {
    "pvs": "PersistentVolume",
    "pvcs": "PersistentVolumeClaim",
    "existingPVCs": "PersistentVolumeClaim",
    "pvcLister": "PersistentVolumeClaim",
    "existingPVC": "PersistentVolumeClaim",
    "classes": "StorageClass",
    "csiNode": "CSINode",
    "initCSINodes": "CSINode",
    "driver": "CSIDriver",
    "drivers": "CSIDriver",
    "capacities": "CSIStorageCapacity",
}
# The objects of an event, and what it is about; by the table's name.
EVENTS = [
    ("AddedPVC", "persistent_volume_claim"),
    ("VolumeAttachment", "volume_attachment"),
    ("CSINode", "csi_node"),
    ("PersistentVolumeClaim", "persistent_volume_claim"),
    ("PersistentVolume", "persistent_volume"),
    ("StorageClass", "storage_class"),
    ("CSIStorageCapacity", "csi_storage_capacity"),
    ("CSIDriver", "csi_driver"),
    ("CSILimitsQHint", "assigned_pod"),
]
KIND_OF = {
    "persistent_volume": "PersistentVolume",
    "persistent_volume_claim": "PersistentVolumeClaim",
    "storage_class": "StorageClass",
    "csi_node": "CSINode",
    "csi_driver": "CSIDriver",
    "csi_storage_capacity": "CSIStorageCapacity",
    "volume_attachment": "VolumeAttachment",
}
KEPT = ("ephemeral", "emptyDir", "nodeTopology", "labelSelector", "selector")  # empty they mean something else than absent
NODE = "node-for-max-pd-test-1"


def clean(value):
    if isinstance(value, dict):
        return {k: w for k, v in value.items() if (w := clean(v)) not in (None, {}, []) or k in KEPT and w is not None}
    return [clean(v) for v in value] if isinstance(value, list) else value


def storage_object(kind, value):
    made = {"apiVersion": "v1" if kind.startswith("PersistentVolume") else "storage.k8s.io/v1", "kind": kind, **clean(value)}
    made.setdefault("metadata", {}).setdefault("name", "object")
    if kind in ("PersistentVolumeClaim", "CSIStorageCapacity"):
        made["metadata"].setdefault("namespace", "default")
    for owner in made["metadata"].get("ownerReferences", []):
        owner["uid"] = owner.get("uid") or "pod"  # as pod_of has it
    return made


def pod_of(pod, name):
    made = clean({k: pod[k] for k in ("metadata", "spec", "status") if k in pod})
    meta = made.setdefault("metadata", {})
    meta.setdefault("name", name)
    meta.setdefault("namespace", "default")
    meta.setdefault("uid", name)
    return made


def objects_of(row):
    found = []
    for key, kind in KINDS.items():
        given = row.get(key) or []
        found += [storage_object(kind, one) for one in (given if isinstance(given, list) else [given])]
    for driver in row.get("driverNames") or []:
        for number in range(row.get("vaCount") or 0):
            found.append(storage_object("VolumeAttachment", {
                "metadata": {"name": f"va-{driver}-{number}"},
                "spec": {"attacher": driver, "nodeName": NODE, "source": {"persistentVolumeName": f"csi-{driver}-{number}"}}}))
    if row.get("csiDriverPresent"):
        found.append(storage_object("CSIDriver", {
            "metadata": {"name": "ebs.csi.aws.com"},
            "spec": {"preventPodSchedulingIfMissing": row["preventPodSchedulingIfMissing"]}}))
    return found


def nodes_of(row):
    given = row.get("nodes") or row.get("existingNodes") or [n for n in (row.get("Node"), row.get("node")) if n]
    nodes = [clean({k: n[k] for k in ("metadata", "spec", "status") if k in n}) for n in given]
    return nodes or [{"metadata": {"name": NODE}}]


def placed_of(row, nodes):
    found = [pod_of(p, f"placed-{n}") for n, p in enumerate(row.get("existingPods") or [])]
    uids = set()
    for n, pod in enumerate(found):
        if pod["metadata"]["uid"] in uids or pod["metadata"]["uid"] == (row.get("newPod") or {}).get("metadata", {}).get("uid"):
            pod["metadata"]["uid"] = f"placed-{n}"
        uids.add(pod["metadata"]["uid"])
        pod.setdefault("spec", {}).setdefault("nodeName", nodes[0]["metadata"]["name"])
    return found


def event_of(row, about):
    before = next((row[k] for k in ("oldObj", "oldPVC", "oldSC", "oldCap", "deletedVA") if row.get(k) is not None), None)
    after = next((row[k] for k in ("newObj", "newPVC", "newSC", "newCap", "addedPvc") if row.get(k) is not None), None)
    if about == "assigned_pod":
        gone = pod_of(row["deletedPod"], "gone")
        gone.setdefault("spec", {})["nodeName"] = "" if row["deletedPodNotScheduled"] else NODE
        return {"old_pod": gone}
    if "oldDrivers" in row:
        before, after = ({"metadata": {"name": "test-node"}, "spec": {"drivers": row[k]}} for k in ("oldDrivers", "newDrivers"))
    made = {}
    if before is not None:
        made["old_object"] = storage_object(KIND_OF[about], before)
    if after is not None:
        made["new_object"] = storage_object(KIND_OF[about], after)
    return made


def name_of(one):
    return one["metadata"]["name"]


BINDER_NODE = {"metadata": {"name": "node1", "labels": {"nodeKey": "node1"}}}


def binder_class(name, mode, provisioner, *values):
    made = {"metadata": {"name": name}, "volumeBindingMode": mode, "provisioner": provisioner}
    if values:
        made["allowedTopologies"] = [{"matchLabelExpressions": [{"key": "nodeKey", "values": list(values)}]}]
    return storage_object("StorageClass", made)


BINDER_CLASSES = [
    binder_class("waitClassWithProvisioner", "WaitForFirstConsumer", "test-provisioner", "node1", "reference-value"),
    binder_class("immediateClass", "Immediate", ""),
    binder_class("waitClass", "WaitForFirstConsumer", "kubernetes.io/no-provisioner"),
    binder_class("topoMismatchClass", "WaitForFirstConsumer", "test-provisioner", "reference-value"),
]


def find_form(row):
    mounted = row.get("podPVCs") or row.get("pvcs") or []
    known = mounted if row.get("cachePVCs") is None else row["cachePVCs"]
    names = [name_of(claim) for claim in mounted]
    volumes = [{"name": f"vol{n}", "persistentVolumeClaim": {"claimName": name}} for n, name in enumerate(names)]
    pod = row.get("pod") or {"metadata": {"name": "test-pod", "namespace": "testns"}, "spec": {"volumes": volumes}}
    off = row.get("optIn") is False
    reasons = [] if off else list(row.get("reasons") or [])
    tracked = ((row.get("driver") or {}).get("spec") or {}).get("storageCapacity")
    if row.get("needsCapacity") and tracked:
        reasons.append("node(s) did not have enough free storage")
    want = {"fails": row["shouldFail"] and not off, "reasons": sorted(reasons)}
    if not reasons and not row.get("reasons"):
        want["bindings"] = [[name_of(one["pvc"]), name_of(one["pv"])] for one in row.get("expectedBindings") or []]
        want["provisions"] = [[name_of(one["pvc"]), "" if off else one["capacity"]] for one in row.get("expectedProvisions") or []]
    node = clean((row.get("initNodes") or [BINDER_NODE])[0])
    objects = BINDER_CLASSES + objects_of({**row, "pvcs": known})
    return {"plugin": "VolumeBinding", "table": row["table"], "name": " ".join(filter(None, (row["name"], row.get("tracking")))),
            "kind": "find", "pod": pod_of(pod, "pod"), "nodes": [node], "objects": objects, "want": want}


def status_of(value):
    """The listers of these tests name resources in the plural, those of client-go in the singular."""
    status = value or {"code": "Success", "message": ""}
    message = status["message"].replace('persistentvolumeclaims "', 'persistentvolumeclaim "').replace("storageclasses.", "storageclass.")
    return {**status, "message": message}


def want_of(row, nodes):
    names = [n["metadata"]["name"] for n in nodes]
    want = {}
    for key in ("wantPreFilterStatus", "preFilterWantStatus"):
        if key in row:
            want["pre"] = status_of(row[key])
    for key in ("wantFilterStatus", "wantStatus"):
        if key in row:
            given = row[key] if isinstance(row[key], list) else [row[key]]
            want["filters"] = {name: status_of(status) for name, status in zip(names, given)}
    if (row.get("fts") or {}).get("EnableStorageCapacityScoring"):
        want["pre_score"] = status_of(row.get("wantPreScoreStatus"))
        want["scores"] = dict(zip(names, row.get("wantScores") or []))
    return want


def is_left_out(package, row):
    old_gate = row.get("enableVolumeLimitScaling") is False
    wrong_type = row.get("expectedErr") or row.get("wantErr") or row.get("err")
    return not row["table"].startswith(TABLES[package]) or "DeferredResize" in row["table"] or old_gate or wrong_type


def form(package, row):
    """None for rows about what is off, or that give a hint an object of another kind."""
    if is_left_out(package, row):
        return None
    if row["table"].startswith(("TestFindPodVolumes", "TestCapacity")):
        return find_form(row)
    hint = next((row[k] for k in ("expectedHint", "wantQHint", "expect") if k in row), None)
    pod = row.get("pod") or row.get("Pod") or row.get("newPod") or {}
    made = {"plugin": PLUGINS[package], "table": row["table"], "name": row.get("name") or row.get("test") or "",
            "pod": pod_of(pod, "pod"), "objects": objects_of(row)}
    made["pod"].get("spec", {}).pop("nodeName", None)
    if hint is not None:
        about = next(about for word, about in EVENTS if word in row["table"])
        return {**made, "kind": "hint", "about": about, **event_of(row, about), "want": {"hint": hint == 1}}
    nodes = nodes_of(row)
    args = lower(row["args"]) if row.get("args") else {}
    return {**made, "kind": "filter", "args": {k: v for k, v in args.items() if k in ("bindTimeoutSeconds", "shape")}, "nodes": nodes,
            "placed": placed_of(row, nodes), "want": want_of(row, nodes)}
