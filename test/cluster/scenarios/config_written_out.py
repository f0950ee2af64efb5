"""`--write-config-to`: what berth writes of a configuration is what kube-scheduler writes of it, and each reads what the other
wrote to the same effect. Where berth's defaults differ on purpose, the configurations here say what they want."""
import difflib
import os
import subprocess

from harness.scheduler import configuration, write
from harness.wait import expect

SECONDS = 60
SAID = {"clientConnection": {"qps": 50}, "percentageOfNodesToScore": 0, "leaderElection": {"resourceName": "kube-scheduler"}}


def profile(**parts):
    return {"schedulerName": "default-scheduler", **parts}


def arguments(**of):
    return [{"name": name, "args": args} for name, args in of.items()]


CONFIGURATIONS = {
    "plain": [],
    "extenders": [profile()],
    "two profiles": [profile(), profile(schedulerName="other", percentageOfNodesToScore=30)],
    "plugins": [profile(plugins={
        "multiPoint": {"disabled": [{"name": "NodePorts"}], "enabled": [{"name": "NodeAffinity", "weight": 7}, {"name": "TaintToleration"}]},
        "score": {"disabled": [{"name": "*"}], "enabled": [{"name": "NodeResourcesFit", "weight": 5}, {"name": "ImageLocality"}]},
        "preEnqueue": {"disabled": [{"name": "DefaultPreemption"}]}})],
    "no defaults": [profile(plugins={"multiPoint": {"disabled": [{"name": "*"}], "enabled": [
        {"name": "PrioritySort"}, {"name": "DefaultBinder"}, {"name": "NodeResourcesFit"}]}})],
    "packing": [profile(pluginConfig=arguments(
        NodeResourcesFit={"ignoredResources": ["example.com/a"], "ignoredResourceGroups": ["example.org"],
                          "scoringStrategy": {"type": "MostAllocated", "resources": [{"name": "cpu", "weight": 3}, {"name": "memory"}]}},
        NodeResourcesBalancedAllocation={"resources": [{"name": "cpu"}]}))],
    "ratio": [profile(pluginConfig=arguments(NodeResourcesFit={"scoringStrategy": {
        "type": "RequestedToCapacityRatio", "resources": [{"name": "cpu", "weight": 1}],
        "requestedToCapacityRatio": {"shape": [{"utilization": 0, "score": 0}, {"utilization": 100, "score": 10}]}}}))],
    "arguments": [profile(pluginConfig=arguments(
        InterPodAffinity={"hardPodAffinityWeight": 30, "ignorePreferredTermsOfExistingPods": True},
        PodTopologySpread={"defaultingType": "List", "defaultConstraints": [
            {"maxSkew": 2, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}]},
        VolumeBinding={"bindTimeoutSeconds": 60}, DefaultPreemption={"minCandidateNodesAbsolute": 5},
        NodeAffinity={"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": "a", "operator": "In", "values": ["5", "yes", "b"]}]}]}}}))],
}


EXTENDERS = [
    {"urlPrefix": "http://127.0.0.1:8080/a", "filterVerb": "filter", "weight": 0, "nodeCacheCapable": False},
    {"urlPrefix": "https://127.0.0.1:8080/b", "prioritizeVerb": "p", "weight": 2, "httpTimeout": "70s", "enableHTTPS": True,
     "tlsConfig": {"insecure": True}, "nodeCacheCapable": True, "ignorable": True,
     "managedResources": [{"name": "example.com/x", "ignoredByScheduler": True}, {"name": "example.com/y"}]}]


def run(cluster):
    kubeconfig = cluster.kubeconfig()
    for name, profiles in CONFIGURATIONS.items():
        content = {**configuration(*profiles), **SAID}
        content["clientConnection"] = {**content["clientConnection"], "kubeconfig": kubeconfig}
        if name == "plain":
            content.pop("profiles", None)
        if name == "extenders":
            content["extenders"] = EXTENDERS
        file = write(cluster.folder, f"{name.replace(' ', '-')}.yaml", content)
        theirs, ours = (written(cluster, program, file) for program in (kube_scheduler(cluster), cluster.options.berth))
        same(name, "kube-scheduler and berth", theirs, ours)
        again = write(cluster.folder, f"{name.replace(' ', '-')}-again.yaml", ours)
        same(name, "berth's read by kube-scheduler", ours, written(cluster, kube_scheduler(cluster), again))
        same(name, "kube-scheduler's read by berth", theirs, written(cluster, cluster.options.berth, again))
    return f"{len(CONFIGURATIONS)} configurations, the same text"


def kube_scheduler(cluster):
    return cluster.plane.program("kube-scheduler")


def written(cluster, program, file):
    to = os.path.join(cluster.folder, "written.yaml")
    if os.path.exists(to):
        os.remove(to)
    done = subprocess.run([program, "--config", file, "--write-config-to", to], timeout=SECONDS, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env={"HOME": cluster.folder})
    expect(done.returncode == 0, f"{program} {file}: exit code {done.returncode}: {done.stderr[-2000:]}")
    with open(to, encoding="utf-8") as out:
        return out.read()


def same(name, what, left, right):
    lines = difflib.unified_diff(left.splitlines(), right.splitlines(), lineterm="", n=2)
    expect(left == right, f"{name}: {what} differ:\n" + "\n".join(lines))
