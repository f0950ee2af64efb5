"""Scheduler configurations that change decisions."""

from .selectors import HOST, RACK, ZONE, node_term

SCORED = ["NodeResourcesFit", "NodeResourcesBalancedAllocation", "NodeAffinity", "TaintToleration", "ImageLocality", "PodTopologySpread", "InterPodAffinity"]
FILTERS = ["NodeName", "NodeUnschedulable", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit", "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "PodTopologySpread", "InterPodAffinity"]
RESOURCES = ["cpu", "memory", "example.com/gpu", "ephemeral-storage"]


def resource_list(dice, weighted=True):
    names = dice.sample(RESOURCES, dice.randint(1, 3))
    return [{"name": name, "weight": dice.choice([1, 1, 2, 5, 100]) if weighted else 1} for name in names]


def shape(dice):
    points = sorted(dice.sample([0, 10, 25, 40, 60, 80, 100], dice.randint(1, 4)))
    return [{"utilization": point, "score": dice.randint(0, 10)} for point in points]


def fit(dice):
    args = {}
    strategy = dice.choice(["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"])
    if dice.maybe(0.8):
        args["scoringStrategy"] = {"type": strategy}
        if dice.maybe(0.8) or strategy == "RequestedToCapacityRatio":
            args["scoringStrategy"]["resources"] = resource_list(dice)
        if strategy == "RequestedToCapacityRatio":
            args["scoringStrategy"]["requestedToCapacityRatio"] = {"shape": shape(dice)}
    if dice.maybe(0.2):
        args["ignoredResources"] = ["example.com/gpu"]
    if dice.maybe(0.15):
        args["ignoredResourceGroups"] = ["example.com"]
    return args


def added_affinity(dice):
    affinity = {}
    if dice.maybe(0.6):
        affinity["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": [added_term(dice) for _ in range(dice.randint(1, 2))]}
    if dice.maybe(0.6) or not affinity:
        affinity["preferredDuringSchedulingIgnoredDuringExecution"] = [{"weight": dice.choice([1, 20, 100]), "preference": added_term(dice)}]
    return {"addedAffinity": affinity}


def added_term(dice):
    while True:
        term = node_term(dice, never_empty=True)
        if "150.1" not in str(term):  # refused at the start
            return term


def spread(dice):
    if dice.maybe(0.3):
        return {"defaultingType": "System"}
    keys = dice.sample([ZONE, HOST, RACK], dice.randint(0, 2))
    constraints = [{"maxSkew": dice.randint(1, 2), "topologyKey": key, "whenUnsatisfiable": dice.choice(["DoNotSchedule", "ScheduleAnyway"])} for key in keys]
    return {"defaultingType": "List", "defaultConstraints": constraints}


def pod_affinity(dice):
    args = {}
    if dice.maybe(0.7):
        args["hardPodAffinityWeight"] = dice.choice([0, 1, 10, 100])
    if dice.maybe(0.4):
        args["ignorePreferredTermsOfExistingPods"] = True
    return args


def preemption(dice):
    return {"minCandidateNodesPercentage": dice.choice([0, 10, 100]), "minCandidateNodesAbsolute": dice.choice([1, 100])}


def volumes(dice):
    args = {"bindTimeoutSeconds": dice.choice([0, 600])}
    if dice.maybe(0.6):
        args["shape"] = shape(dice)
    return args


ARGUMENTS = {
    "NodeResourcesFit": fit,
    "NodeResourcesBalancedAllocation": lambda dice: {"resources": resource_list(dice, weighted=False)},
    "NodeAffinity": added_affinity,
    "PodTopologySpread": spread,
    "InterPodAffinity": pod_affinity,
    "DefaultPreemption": preemption,
    "VolumeBinding": volumes,
}


def plugins(dice):
    made = {}
    if dice.maybe(0.4):
        changed = dice.sample(SCORED, dice.randint(1, 3))
        made["score"] = {"disabled": [{"name": name} for name in changed]}
        made["score"]["enabled"] = [{"name": name, "weight": dice.choice([1, 7, 100])} for name in changed if dice.maybe(0.6)]
    if dice.maybe(0.25):
        made["filter"] = {"disabled": [{"name": name} for name in dice.sample(FILTERS, dice.randint(1, 2))]}
    if dice.maybe(0.1):  # in another order
        order = dice.sample(FILTERS, len(FILTERS))
        made["filter"] = {"disabled": [{"name": "*"}], "enabled": [{"name": name} for name in order]}
    elif dice.maybe(0.1):  # never with the above: a Filter without its PreFilter, a Score without its PreScore fails in kube-scheduler
        name = dice.choice(SCORED)
        if all(name != scored["name"] for scored in made.get("score", {}).get("enabled", [])):
            made["multiPoint"] = {"disabled": [{"name": name}]}
    if dice.maybe(0.1) and "multiPoint" not in made:
        made["multiPoint"] = {"enabled": [{"name": dice.choice(SCORED), "weight": dice.choice([1, 3, 50])}]}
    if dice.maybe(0.04):
        made["preEnqueue"] = {"disabled": [{"name": dice.choice(["SchedulingGates", "*"])}]}
    if dice.maybe(0.05):
        made["postFilter"] = {"disabled": [{"name": dice.choice(["DefaultPreemption", "*"])}]}
    return made


def profile(dice, name):
    made = {"schedulerName": name}
    chosen = plugins(dice)
    if chosen:
        made["plugins"] = chosen
    arguments = [{"name": plugin, "args": make(dice)} for plugin, make in ARGUMENTS.items() if dice.maybe(0.35)]
    if arguments:
        made["pluginConfig"] = arguments
    return made


def configuration(dice):
    names = ["default-scheduler"] + (["second"] if dice.maybe(0.2) else [])
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "profiles": [profile(dice, name) for name in names],
    }
