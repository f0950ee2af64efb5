"""`helm lint --strict`, `helm install` and `helm test` of the chart on the real API server; then two berths run as the installed
Deployment would run them, with its ServiceAccount's token. Nothing that they ask is Forbidden, each right is asked for and, taken
away, is missed; there is none beyond the list of what a scheduler needs; when the one that holds the lease stops, the other goes on."""
import subprocess

from harness import chart, rights
from harness.api import ApiError
from harness.cluster import PODS
from harness.in_cluster import start_as_deployed
from harness.objects import pod
from harness.refusals import create_picky_pod, refuse_again
from harness.wait import expect, until
from scenarios import volumes_bound as volumes

USER = rights.user_of("berth")
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
ROLES = (f"{chart.PATHS['ClusterRole']}/kube-system:berth", f"{chart.PATHS['Role'].format(chart.NAMESPACE)}/kube-system:berth")
AUTHORITIES = f"{chart.PATHS['RoleBinding'].format(chart.NAMESPACE)}/kube-system:berth:authentication-reader"
LOOK, CHANGE = {"list", "watch"}, {"list", "watch", "patch"}
# All that a scheduler needs, whatever namespace is asked about.
EVERYWHERE = {
    ("nodes", ""): LOOK, ("namespaces", ""): LOOK, ("services", ""): LOOK, ("replicationcontrollers", ""): LOOK,
    ("replicasets.apps", ""): LOOK, ("statefulsets.apps", ""): LOOK, ("poddisruptionbudgets.policy", ""): LOOK,
    ("pods", ""): {"get", "list", "watch", "delete"}, ("pods/binding", ""): {"create"}, ("pods/status", ""): {"patch"},
    ("persistentvolumes", ""): CHANGE, ("persistentvolumeclaims", ""): CHANGE,
    **{(f"{kind}.storage.k8s.io", ""): LOOK
       for kind in ("storageclasses", "csinodes", "csidrivers", "csistoragecapacities", "volumeattachments")},
    ("events.events.k8s.io", ""): {"create", "patch"}, ("tokenreviews.authentication.k8s.io", ""): {"create"},
    ("subjectaccessreviews.authorization.k8s.io", ""): {"create"}}
IN_ITS_NAMESPACE = {
    **EVERYWHERE, ("leases.coordination.k8s.io", ""): {"create"}, ("leases.coordination.k8s.io", "berth"): {"get", "update"},
    ("configmaps", "extension-apiserver-authentication"): {"get", "list", "watch"}}


def run(cluster):
    cluster.observe()
    code, out, error = chart.helm(cluster.options.control_plane, "lint", "--strict", chart.CHART)
    expect(code == 0, f"helm lint --strict: {out}{error}")
    out = chart.install(cluster, "--set-json", 'rbac.metricsReaders=[{"name":"prometheus","namespace":"default"}]')
    expect("kubectl describe pod web" in out, f"helm install says: {out}")

    leader = start_as_deployed(cluster, "berth-1")
    holder = until(lambda: lease_holder(cluster), 20, "nobody holds the lease")
    follower = start_as_deployed(cluster, "berth-2")

    create_picky_pod(cluster)
    cluster.pods([pod("web")])
    cluster.wait_event("web", f"Successfully assigned default/web to {cluster.wait_bound('web', 10)}")
    cluster.wait_refused("picky")
    helm_test(cluster)
    refuse_again(cluster, 2)
    writes_volumes(cluster)
    make_room(cluster)
    loses_a_race(cluster)
    lets_in_whom_rbac_lets_in(cluster, leader)
    expect(lease_holder(cluster) == holder, "the lease changed hands for no reason")

    code = leader.process.stop()
    expect(code == 0, f"the leader was told to stop and exited with {code}")
    cluster.pods([pod("after")])
    cluster.wait_bound("after", 25)
    expect(lease_holder(cluster) != holder, "a berth without the lease bound a pod")
    follower.process.stop()
    for scheduler in (leader, follower):
        expect("forbidden" not in scheduler.log().lower(), f"{scheduler.name}'s log speaks of Forbidden")
    events = rights.requests(cluster, USER)
    rights.expect_nothing_forbidden(events)
    has_no_more_rights(cluster)
    count = rights.expect_each_is_used(cluster, USER, events, ROLES) + reads_authorities(cluster, events)
    return f"helm test passed; {count} rights, each missed when it is taken away, and no other; the second took over"


def helm_test(cluster):
    """The pod that it makes is bound by berth; that it then ends well, a kubelet would say."""
    words = [cluster.plane.program("helm"), "test", "berth", "--namespace", chart.NAMESPACE, "--kubeconfig", cluster.admin_kubeconfig]
    path = f"/api/v1/namespaces/{chart.NAMESPACE}/pods/berth-test"

    def bound():
        try:
            return cluster.api.get(path)["spec"].get("nodeName")
        except ApiError:
            return None

    # With no kube-controller-manager nobody else makes it, and without it no pod is admitted.
    cluster.api.apply(chart.PATHS["ServiceAccount"].format(chart.NAMESPACE), {"metadata": {"name": "default"}})
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as helm:
        try:
            until(bound, 20, "the pod of `helm test` is not bound")
            cluster.api.merge(f"{path}/status", {"status": {"phase": "Succeeded"}})
            out, _ = helm.communicate(timeout=30)
        finally:
            helm.kill()
    expect(helm.returncode == 0 and "Succeeded" in out, f"helm test: {out}")


def writes_volumes(cluster):
    """A volume gets its claim and a claim its node, whoever acts on that."""
    for name, provisioner in (("local", "kubernetes.io/no-provisioner"), ("made", "nobody.example.com")):
        cluster.api.create("/apis/storage.k8s.io/v1/storageclasses", volumes.storage_class(name, provisioner))
    cluster.api.create("/api/v1/persistentvolumes", volumes.local_volume("disk", "node-a", "1Gi"))
    cluster.api.merge("/api/v1/persistentvolumes/disk/status", {"status": {"phase": "Available"}})
    for name in ("local", "made"):
        cluster.api.create(volumes.CLAIMS, volumes.claim(name, name))
    cluster.pods([volumes.with_claim(f"with-{name}", name) for name in ("local", "made")])
    until(lambda: "claimRef" in cluster.api.get("/api/v1/persistentvolumes/disk")["spec"], 10, "the volume was not bound")
    until(lambda: cluster.api.get(f"{volumes.CLAIMS}/made")["metadata"].get("annotations"), 10, "no node was selected")


def make_room(cluster):
    """One pod evicts another: what that takes is granted."""
    cluster.api.request("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", {
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "urgent"}, "value": 1000})
    cluster.pods([pod("filler", cpu="6", terminationGracePeriodSeconds=0)])
    cluster.wait_bound("filler", 10)
    cluster.pods([pod("urgent", cpu="6", priorityClassName="urgent")])
    cluster.wait_bound("urgent", 20)


def loses_a_race(cluster):
    """Somebody else binds pods at the same moment, until berth comes second once: it reads back what became of the pod."""
    def read_back():
        return any(rights.right_of(event) == ("get", "", "pods") for event in rights.requests(cluster, USER))

    for number in range(300):
        name = f"raced-{number}"
        cluster.api.create(PODS, pod(name, cpu="1m", memory="1Mi", terminationGracePeriodSeconds=0))
        try:
            cluster.api.create(f"{PODS}/{name}/binding", {"metadata": {"name": name}, "target": {"kind": "Node", "name": "node-a"}})
        except ApiError as error:
            expect(error.code == 409, f"{error}")
        cluster.api.delete(f"{PODS}/{name}?gracePeriodSeconds=0")
        if number % 10 == 9 and read_back():
            return
    until(read_back, 5, "berth never came second in 300 races")


def lets_in_whom_rbac_lets_in(cluster, berth):
    """A ServiceAccount's token is reviewed, and then what it may do, with the rights of the chart; rbac.metricsReaders may."""
    until(lambda: berth.fetch("/metrics")[0] == 200, 10, "the administrator's certificate does not open /metrics")
    status, text = berth.fetch("/metrics", chart.token(cluster.api, "default", "default"))
    expect(status == 403 and "system:serviceaccount:default:default" in text, f"a token without rights: {status} {text}")
    cluster.api.apply(chart.PATHS["ServiceAccount"].format("default"), {"metadata": {"name": "prometheus"}})
    token = chart.token(cluster.api, "prometheus", "default")
    for path, expected in (("/metrics", 200), ("/metrics/slis", 200), ("/metrics/resources", 200), ("/configz", 403)):
        status, text = berth.fetch(path, token)
        expect(status == expected, f"rbac.metricsReaders asks for {path}: {status} {text[:200]}")


def lease_holder(cluster):
    names = cluster.api.get(LEASES)["items"]
    return next((one["spec"].get("holderIdentity") for one in names if one["metadata"]["name"] == "berth"), None)


def has_no_more_rights(cluster):
    for namespace, expected in (("default", EVERYWHERE), (chart.NAMESPACE, IN_ITS_NAMESPACE)):
        found = rights.listed(cluster, USER, namespace)
        beyond = rights.subtract(found, expected)
        expect(not beyond, f"in {namespace} the chart's account may also: {beyond}")
        expect(found == expected, f"in {namespace} kubectl auth can-i --list lacks {rights.subtract(expected, found)}")


def reads_authorities(cluster, events):
    """The right that the API server itself describes in a Role, and that the chart binds."""
    used = [event for event in events if rights.right_of(event) == ("get", "", "configmaps")]
    expect(used and rights.allowed(cluster, USER, used[0]), "the API server's authorities were not read")
    cluster.api.delete(AUTHORITIES)
    until(lambda: not rights.allowed(cluster, USER, used[0]), 10, "without its binding the authorities may still be read")
    return 1
