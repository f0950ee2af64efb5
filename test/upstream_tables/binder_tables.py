"""Tables of volumebinding about what comes after a node is chosen, and its scorer's, in the form of storage_tables.py and:

    {kind: bind, plan: {bindings: [{claim, volume}], provisions: [claim]}, server, then, gone, want}

`server` are the volumes and claims as the API server has them when they are written, `then` and `gone` is what happens to them
afterwards. `want`: whether it fails, whether all is bound, and of volumes (their claims) and claims (their nodes) what counts in
the end, and what the server has.
"""
import copy

from storage_tables import BINDER_CLASSES, BINDER_NODE, clean, name_of, objects_of, pod_of, storage_object

SCORES = """"given", func() any {
	var out []any
	for _, c := range tt.cases {
		out = append(out, map[string]any{"resources": c.classResources, "score": c.score})
	}
	return out
}()"""
EXTRA = {"TestScore": SCORES}
TABLES = ("TestAssumePodVolumes", "TestBindAPIUpdate", "TestCheckBindings", "TestCheckBindingsWithCSIMigration",
          "TestBindPodVolumes", "TestScore")
SELECTED = "volume.kubernetes.io/selected-node"
COMPLETED = "pv.kubernetes.io/bind-completed"
VOLUME, CLAIM = "PersistentVolume", "PersistentVolumeClaim"
DEADLINE = ("binding-times-out", "binding-fails")  # nothing happens until the time is up


def is_left_out(row):
    """Lists that are nil, which are a programmer's error there; volumes and claims that are to be assumed and went since they
    were found, of which two parts of that program have different views. What becomes of a pod that is deleted is told in
    test/controller/schedule/volumes_test.cpp."""
    nil = row["table"].startswith(("TestBindAPI", "TestCheck")) and None in (row["bindings"], row["provisionedPVCs"])
    unlike_views = row["table"] == "TestAssumePodVolumes" and row["shouldFail"]
    return nil or unlike_views or row.get("bindingsNil") or row["name"] == "pod-deleted-after-time"


def newer(one):
    """As the API server has it after an update."""
    made = copy.deepcopy(one)
    made["metadata"]["resourceVersion"] = str(int(made["metadata"]["resourceVersion"]) + 1)
    return made


def laid_over(old, new):
    return list({name_of(one): one for one in old + new}.values())


def bound_to(claim, volume):
    made = copy.deepcopy(claim)
    made["spec"]["volumeName"] = volume
    made["metadata"].setdefault("annotations", {})[COMPLETED] = "yes"
    made["metadata"]["resourceVersion"] = "9"
    return made


def what_follows(row, claims):
    """Volumes and claims after the pod's were written: these rows have functions for it."""
    if row["name"] == "binding-static-pv-succeeds-after-time":
        return [], [bound_to(claims[0], "pv-node1a")], []
    if row["name"] == "binding-dynamic-pv-succeeds-after-time":
        chosen = copy.deepcopy(claims[0])
        chosen["metadata"].setdefault("annotations", {})[SELECTED] = "node1"
        volume = {"metadata": {"name": "dynamic-pv", "resourceVersion": "1"},
                  "spec": {"capacity": {"storage": "1G"}, "storageClassName": "waitClass", "claimRef": {
                      "namespace": "testns", "name": name_of(chosen), "uid": chosen["metadata"]["uid"]},
                      "nodeAffinity": {"required": {"nodeSelectorTerms": [
                          {"matchExpressions": [{"key": "nodeKey", "operator": "In", "values": ["node1"]}]}]}}}}
        return [volume], [bound_to(chosen, "dynamic-pv")], []
    if row["name"] == "node-affinity-fails-dynamic-provisioning":
        return [], [bound_to(claims[0], "pv-node2")], []
    return [], [], [name_of(claims[0])] if row["name"] == "check-fails" else []


def shown(volumes, claims):
    """Whose claim each volume is, and for which node each claim is provisioned."""
    return {"volumes": {name_of(one): name_of({"metadata": one["spec"].get("claimRef") or {"name": ""}}) for one in volumes},
            "claims": {name_of(one): (one["metadata"].get("annotations") or {}).get(SELECTED, "") for one in claims}}


def all_of(volumes, claims):
    return [storage_object(VOLUME, one) for one in volumes] + [storage_object(CLAIM, one) for one in claims]


def bind_form(row):
    first = lambda *keys: next((row[key] for key in keys if row.get(key)), [])
    volumes, claims = first("cachedPVs", "initPVs", "pvs"), first("cachedPVCs", "initPVCs", "podPVCs")
    bindings = row.get("bindings") or [one for one in [row.get("binding")] if one]
    provisions = row.get("provisionedPVCs") or [one for one in [row.get("claimToProvision")] if one] or \
        [one["pvc"] for one in row.get("dynamicProvisions") or []]
    cached = {name_of(one): one for one in volumes}
    plan = {"bindings": [{"claim": storage_object(CLAIM, one["pvc"]),
                          "volume": storage_object(VOLUME, cached.get(name_of(one["pv"]), one["pv"]))} for one in bindings],
            "provisions": [storage_object(CLAIM, one) for one in provisions]}
    made = {"plugin": "VolumeBinding", "table": row["table"], "name": row["name"], "kind": "bind", "plan": plan,
            "nodes": [clean({k: n[k] for k in ("metadata", "spec", "status") if k in n})
                      for n in (row.get("initNodes") or row.get("nodes") or [BINDER_NODE])]}
    mounted = [{"name": f"vol{n}", "persistentVolumeClaim": {"claimName": name_of(one)}} for n, one in enumerate(first("podPVCs"))]
    made["pod"] = pod_of({"metadata": {"name": "test-pod", "namespace": "testns"}, "spec": {"volumes": mounted}}, "pod")
    others = BINDER_CLASSES + objects_of({"initCSINodes": row.get("initCSINodes")})
    want = {"fails": row["shouldFail"]}
    if row["table"] == "TestAssumePodVolumes":
        want["all_bound"] = row["expectedAllBound"]
        want.update(shown([one["pv"] for one in row["expectedBindings"] or []],
                          [one["pvc"] for one in row["expectedProvisionings"] or []]))
    elif row["table"] == "TestBindAPIUpdate":
        made["server"] = all_of(row["apiPVs"] or volumes, row["apiPVCs"] or claims)
        want.update(shown(row["expectedPVs"] or [], row["expectedPVCs"] or []))
        want["server"] = shown(row["expectedAPIPVs"] or row["expectedPVs"] or [], row["expectedAPIPVCs"] or row["expectedPVCs"] or [])
    elif row["table"] == "TestBindPodVolumes":
        updated = [[newer(row[key])] if row.get(key) else [] for key in ("apiPV", "apiPVC")]
        made["server"] = all_of(laid_over(volumes, updated[0]), laid_over(claims, updated[1]))
        more_volumes, more_claims, made["gone"] = what_follows(row, claims)
        made["then"] = all_of(more_volumes, more_claims)
        late = row["name"] in DEADLINE
        want = {"fails": row["shouldFail"] and not late, "bound": not row["shouldFail"]}
    else:
        volumes = [] if row.get("deletePVs") else laid_over(volumes, [newer(one) for one in row["apiPVs"] or []])
        claims = [] if row.get("deletePVCs") else laid_over(claims, [newer(one) for one in row["apiPVCs"] or []])
        want["bound"] = row["expectedBound"]
    return {**made, "objects": others + all_of(volumes, claims), "want": want}


def score_forms(row):
    """Each class with a claim of what is requested, and a volume of the capacity."""
    made = []
    for number, case in enumerate(row["given"]):
        objects, mounted = [], []
        for name, share in sorted(case["resources"].items()):
            objects.append(storage_object("StorageClass", {
                "metadata": {"name": name}, "provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": "WaitForFirstConsumer"}))
            objects.append(storage_object(VOLUME, {
                "metadata": {"name": f"volume-{name}"}, "status": {"phase": "Available"},
                "spec": {"storageClassName": name, "capacity": {"storage": str(share["Capacity"])}}}))
            objects.append(storage_object(CLAIM, {
                "metadata": {"name": f"claim-{name}"},
                "spec": {"storageClassName": name, "resources": {"requests": {"storage": str(share["Requested"])}}}}))
            mounted.append({"name": name, "persistentVolumeClaim": {"claimName": f"claim-{name}"}})
        success = {"code": "Success", "message": ""}
        made.append({"plugin": "VolumeBinding", "table": row["table"], "name": f"{row['name']} {number}", "kind": "filter",
                     "args": {"shape": [{"utilization": p["Utilization"], "score": p["Score"] // 10} for p in row["shape"]]},
                     "pod": pod_of({"spec": {"volumes": mounted}}, "pod"), "nodes": [BINDER_NODE], "objects": objects,
                     "want": {"pre": success, "filters": {"node1": success}, "pre_score": success,
                              "scores": {"node1": case["score"]}}})
    return made


def form(row):
    if row["table"] == "TestScore":
        return score_forms(row)
    return None if is_left_out(row) else bind_form(row)
