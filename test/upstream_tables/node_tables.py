"""The tables of the plugins that look at one node after another, in one form:

    {plugin, table, name, kind: filter | score | hint, pod, placed, nodes, args, about, old_*, new_*, want}

`form` returns None for rows that ask for what is not there by default: a gate that is off, devices, arguments that are refused.
"""
from forms import named, without_noise

PLUGINS = {
    "imagelocality": "ImageLocality",
    "nodeaffinity": "NodeAffinity",
    "nodename": "NodeName",
    "nodeports": "NodePorts",
    "noderesources": "NodeResourcesFit",
    "nodeunschedulable": "NodeUnschedulable",
    "tainttoleration": "TaintToleration",
    "volumerestrictions": "VolumeRestrictions",
}
# Tables whose rows are not about a decision, or about what is off by default.
LEFT_OUT = ("SignPod", "Signature", "TestEventsToRegister", "TestDeferredResizeFit", "TestScorePlacement", "DeviceClass",
            "TestComputePodResourceRequest", "TestNodeMatch", "TestDeviceMatch", "TestResourceAllocationScorer", "TestIsFit",
            "TestHaveAnyRequestedResourcesIncreased", "TestBrokenLinearFunction", "TestAccessModeConflicts", "PersistentVolumeClaimChange",
            "TestCalculateResourceAllocatableRequest")


def amounts(cpu, memory, pods, extended, storage, huge_pages):
    return {"cpu": f"{cpu}m", "memory": str(memory), "pods": str(pods), "example.com/aaa": str(extended),
            "ephemeral-storage": str(storage), "hugepages-2Mi": str(huge_pages)}


# What the tests set outside their tables.
ROOM = {
    "testEnoughRequests": amounts(10, 20, 32, 5, 20, 5),
    "testNotEnoughRequests": amounts(10, 20, 1, 0, 0, 0),
    "testStorageRequests": amounts(10, 20, 32, 5, 20, 5),
    "testRestartableInitContainers": amounts(2, 0, 1, 0, 0, 0),
}
STRATEGIES = {
    "TestLeastAllocatedScoringStrategy": {"type": "LeastAllocated"},
    "TestMostAllocatedScoringStrategy": {"type": "MostAllocated"},
    "TestRequestedToCapacityRatioScoringStrategy": {"type": "RequestedToCapacityRatio", "shape": [(0, 10), (100, 0)]},
    "TestResourceBinPackingSingleExtended": {"type": "RequestedToCapacityRatio", "shape": [(0, 0), (100, 1)],
                                             "resources": [("intel.com/foo", 1)]},
    "TestResourceBinPackingMultipleExtended": {"type": "RequestedToCapacityRatio", "shape": [(0, 0), (100, 1)],
                                               "resources": [("intel.com/foo", 3), ("intel.com/bar", 5)]},
}


def lower(value):
    """Arguments of the internal type, as the file has them."""
    if isinstance(value, dict):
        return {k[0].lower() + k[1:]: lower(v) for k, v in value.items() if v not in (None, [], {})}
    return [lower(v) for v in value] if isinstance(value, list) else value


def strategy(kind, resources, shape):
    made = {"type": kind, "resources": [{"name": name, "weight": weight} for name, weight in resources]}
    if shape:
        made["requestedToCapacityRatio"] = {"shape": [{"utilization": u, "score": s} for u, s in shape]}
    return {"scoringStrategy": made}


def args_of(row):
    table = row["table"]
    if table in STRATEGIES:
        made = STRATEGIES[table]
        resources = [(r["Name"], r["Weight"]) for r in row.get("resources") or []] or made.get("resources", [])
        shape = [(p["Utilization"], p["Score"]) for p in row.get("shape") or []] or made.get("shape", [])
        return strategy(made["type"], resources, shape)
    given = row.get("args") or row.get("nodeResourcesFitArgs") or {}
    return lower(given) if isinstance(given, dict) else {}


def node_of(node, name="node"):
    node = without_noise({k: node[k] for k in ("metadata", "spec", "status") if k in node})
    for noise in ("daemonEndpoints", "nodeInfo"):
        node.get("status", {}).pop(noise, None)
    node.setdefault("metadata", {}).setdefault("name", name)
    return node


def first(row, *keys):
    return next((row[k] for k in keys if row.get(k) is not None), None)


def nodes_of(row):
    if row["table"] in ROOM:
        return [{"metadata": {"name": "node"}, "status": {"allocatable": ROOM[row["table"]]}}]
    if row["table"] == "TestNodeAffinity":
        return [node_of({"metadata": {"name": row["nodeName"] or "node", "labels": row["labels"]}})]
    if row.get("nodes"):
        return [node_of(n) for n in row["nodes"]]
    inside = first(row, "nodeInfo", "existing") or {}
    return [node_of(first(row, "node", "Node") or inside.get("node") or {})]


def placed_of(row, nodes):
    inside = first(row, "nodeInfo", "existing") or {}
    found = []
    for n, pod in enumerate(first(row, "existingPods", "pods") or inside.get("pods") or []):
        made = named(pod, f"placed-{n}")
        made["metadata"]["uid"] = f"placed-{n}"
        spec = made.setdefault("spec", {})
        if inside or "nodeName" not in spec:
            spec["nodeName"] = nodes[0]["metadata"]["name"]
        found.append(made)
    return found


def wants(row):
    want = {}
    for key in ("wantPreFilterStatus", "preFilterWantStatus"):
        if key in row:
            want["pre"] = row[key]
    if row["table"] == "TestNodeAffinity" and not row["runPreFilter"]:
        del want["pre"]
    for key in ("wantStatus", "wantFilterStatus"):
        if key in row:
            want["filter"] = row[key]
    if "expect" in row:
        want["fits"] = row["expect"]
    for key in ("wantPreFilterResult", "wantResult"):
        if key in row and row.get("runPreFilter", True):
            want["names"] = sorted(row[key]["NodeNames"]) if row[key] else None
    scores = first(row, "expectedList", "expectedScores", "expectedPriorities")
    if scores is not None:
        want["scores"] = {s["Name"]: s["Score"] for s in scores}
    for key in ("wantPreScoreStatus",):
        if row.get("runPreScore") and row.get(key):
            want["pre_score"] = row[key]
    if "expectedPreScoreStatusCode" in row and row.get("runPreScore"):
        want["pre_score"] = {"code": {0: "Success", 5: "Skip"}.get(row["expectedPreScoreStatusCode"], "?"), "message": ""}
    if "expectedHint" in row:
        want["hint"] = row["expectedHint"] == 1
    return want


def is_left_out(row):
    pod = first(row, "pod", "requestedPod") or {}
    asks_more = row.get("draObjects") or row.get("draExtendedResourceEnabled") or row.get("wantErrs") or row.get("nilDRAManager")
    gate_off = row.get("enableTaintTolerationComparisonOps") or row.get("enablePreemptionGate")
    old_levels = row.get("podLevelResourcesEnabled") is False and (pod.get("spec") or {}).get("resources")
    wrong_type = row.get("expectedErr") or row.get("wantErr")
    no_defaults = row.get("wantStatusCode")  # arguments without the defaults that a file's always have
    deferred = any(c.get("type") == "PodResizePending" for c in (pod.get("status") or {}).get("conditions") or [])
    return any(word.lower() in row["table"].lower() for word in LEFT_OUT) or asks_more or gate_off or old_levels or \
        wrong_type or no_defaults or deferred


def form(package, row):
    if is_left_out(row):
        return None
    nodes = nodes_of(row)
    plugin = PLUGINS[package]
    if row["table"] == "testNodeResourcesBalancedAllocation":
        plugin = "NodeResourcesBalancedAllocation"
    want = wants(row)
    made = {"plugin": plugin, "table": row["table"], "name": first(row, "name", "desc") or "", "args": args_of(row),
            "pod": named(first(row, "pod", "requestedPod", "Pod") or {}, "pod"), "want": want}
    if "hint" in want:
        made["kind"] = "hint"
        about = "node" if "NodeChange" in row["table"] else "pod"
        made["about"] = "target_pod" if "TargetPod" in row["table"] or "PodToleration" in row["table"] else \
            "assigned_pod" if about == "pod" else "node"
        for side in ("old", "new"):
            if row.get(f"{side}Obj") is not None:
                made[f"{side}_{about}"] = node_of(row[f"{side}Obj"]) if about == "node" else named(row[f"{side}Obj"], "other")
    else:
        made["kind"] = "score" if "scores" in want or "pre_score" in want else "filter"
        made["nodes"], made["placed"] = nodes, placed_of(row, nodes)
    return made
