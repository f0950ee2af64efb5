"""The chart, rendered with several sets of values: what a careful operator looks for is there, and a mistake is named."""
import re

from harness import chart
from harness.chart import CHART, one
from harness.wait import expect

DIGEST = "sha256:" + "ab" * 32
ELSEWHERE = ("--set", "fullnameOverride=other,schedulerName=other", "--set", f"image.digest={DIGEST}")
ALONE = ("--set", "replicaCount=1,leaderElection.enabled=false,service.enabled=false")
# Values, and the words that the error names them by.
MISTAKES = (
    (("--set", "replicaCont=3"), "replicaCont"),
    (("--set", "leaderElection.enabled=false"), "leaderElection.enabled must be true"),
    (("--set", "leaderElection.leaseDuration=soon"), "leaseDuration"),
    (("--set", "image.digest=sha256:12"), "digest"),
    (("--set", "config.profile=x"), "profile"),
    (("--set", "serviceAccount.create=false"), "serviceAccount.name"),
    (("--set", "reservations.enabled=perhaps"), "reservations"),
)


def run(cluster):
    programs = cluster.options.control_plane
    default(chart.render(programs))
    elsewhere(chart.render(programs, *ELSEWHERE, namespace="other-place"))
    alone(chart.render(programs, *ALONE))
    configured(programs)
    reserving(chart.render(programs, "--set", "reservations.enabled=true"))
    for flags, words in MISTAKES:
        code, _, error = chart.helm(programs, "template", "berth", CHART, "--kube-version", "v1.37.2", *flags)
        expect(code != 0 and words in error, f"{flags[1]} is not refused by name: {error}")
    return f"3 renderings and {len(MISTAKES)} mistakes"


def pod_of(objects):
    return one(objects, "Deployment")["spec"]["template"]


def default(objects):
    deployment, pod = one(objects, "Deployment"), pod_of(objects)
    container = pod["spec"]["containers"][0]
    expect(deployment["spec"]["replicas"] == 2, "not two replicas")
    expect(pod["spec"]["schedulerName"] == "default-scheduler", "berth's own pods would wait for berth")
    expect(pod["spec"]["priorityClassName"] == "system-cluster-critical", "no priority class")
    expect(pod["spec"]["securityContext"]["runAsNonRoot"] and pod["spec"]["securityContext"]["runAsUser"] == 65532, "runs as root")
    expect(pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, "no seccomp profile")
    expect(container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                            "capabilities": {"drop": ["ALL"]}}, "the container is not hardened")
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        expect(container[probe]["httpGet"] == {"path": path, "port": "metrics"}, f"{probe} asks elsewhere")
    expect(container["ports"] == [{"name": "metrics", "containerPort": 10251}], "another port")
    expect(re.fullmatch("[0-9a-f]{64}", pod["metadata"]["annotations"]["checksum/config"]), "no checksum of the configuration")
    selector = deployment["spec"]["selector"]["matchLabels"]
    expect(selector.items() <= pod["metadata"]["labels"].items(), "the Deployment does not select its pods")
    expect(not any("version" in key for key in selector), "an upgrade would change the selector")
    expect(one(objects, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == selector, "the budget selects others")
    expect(one(objects, "Service")["spec"]["selector"] == selector, "the Service selects others")
    config = one(objects, "ConfigMap")["data"]["config.yaml"]
    expect("leaderElect: true" in config and "schedulerName: berth" in config, f"the configuration reads {config}")
    lease = [rule for rule in one(objects, "Role")["rules"] if "update" in rule["verbs"]]
    expect([rule["resourceNames"] for rule in lease] == [["berth"]], "the lease is not limited by name")
    expect("--reserve-on-recreate" not in container["args"], "reserves without being asked to")
    for rule in one(objects, "ClusterRole")["rules"]:
        expect(rule["resources"] != ["nodes"] or "patch" not in rule["verbs"], "may patch nodes without need")
        expect("*" not in rule["verbs"] + rule["resources"] + rule["apiGroups"], "a wildcard")
        expect("secrets" not in rule["resources"], "secrets")


def elsewhere(objects):
    """Nothing is left of the default name, so two releases do not meet."""
    for each in objects:
        namespace = each["metadata"].get("namespace")
        expect(each["metadata"]["name"].startswith("other"), f"{each['kind']} is called {each['metadata']['name']}")
        expect(namespace in (None, "other-place"), f"{each['kind']} lies in {namespace}")
    expect(pod_of(objects)["spec"]["containers"][0]["image"] == f"berth@{DIGEST}", "the digest is not used")
    test = one(objects, "Pod")
    expect(test["spec"]["schedulerName"] == "other" and test["metadata"]["annotations"]["helm.sh/hook"] == "test",
           "`helm test` does not test this scheduler")


def alone(objects):
    kinds = [each["kind"] for each in objects]
    for kind in ("Role", "RoleBinding", "PodDisruptionBudget", "Service"):
        expect(kind not in kinds, f"a single replica has no use for a {kind}")


def configured(programs):
    """`config` lies over what the chart writes, and another configuration is another checksum."""
    objects = chart.render(programs, "--set-json", 'config.profiles=[{"schedulerName":"mine"}]', "--set", "config.podMaxBackoffSeconds=20")
    config = one(objects, "ConfigMap")["data"]["config.yaml"]
    expect("schedulerName: mine" in config and "schedulerName: berth" not in config, f"the profiles are not replaced: {config}")
    expect("podMaxBackoffSeconds: 20" in config and "leaderElect: true" in config, f"the fields are not merged: {config}")
    first, second = (pod_of(each)["metadata"]["annotations"]["checksum/config"] for each in (chart.render(programs), objects))
    expect(first != second, "a changed configuration would not roll the pods")


def reserving(objects):
    """The flag, the plugin that it needs, and the rights that it needs come together."""
    expect("--reserve-on-recreate" in pod_of(objects)["spec"]["containers"][0]["args"], "no flag --reserve-on-recreate")
    config = one(objects, "ConfigMap")["data"]["config.yaml"]
    expect("name: NodeReservation" in config, f"the profile has no NodeReservation: {config}")
    rules = {(verb, resource) for rule in one(objects, "ClusterRole")["rules"] for verb in rule["verbs"] for resource in rule["resources"]}
    expect(("patch", "nodes") in rules, "may not patch nodes")
    for workloads in ("replicasets", "statefulsets", "replicationcontrollers"):
        expect({("list", workloads), ("watch", workloads)} <= rules, f"may not watch {workloads}")
