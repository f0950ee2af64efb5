"""`helm lint --strict` and `helm install` of the chart onto the real API server; then two berths run as the installed
Deployment would run them, with its ServiceAccount's token. Nothing that they ask is Forbidden, nothing that they may ask
goes unused, and when the one that holds the lease stops, the other goes on."""
from harness import chart
from harness.in_cluster import start_as_deployed
from harness.objects import pod
from harness.refusals import create_picky_pod, refuse_again
from harness.wait import expect, until
from scenarios import volumes_bound as volumes

USER = "system:serviceaccount:kube-system:berth"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/berth"
ROLES = ("/apis/rbac.authorization.k8s.io/v1/clusterroles/berth",
         "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/berth")
# Granted for a bad day alone: reading a pod back whose binding was refused or got no answer, and events on a server that
# has no events.k8s.io.
ON_A_BAD_DAY = {("get", "pods"), ("create", "events/core"), ("patch", "events/core")}


def run(cluster):
    cluster.observe()
    programs = cluster.options.control_plane
    code, out, error = chart.helm(programs, "lint", "--strict", chart.CHART)
    expect(code == 0, f"helm lint --strict: {out}{error}")
    code, out, error = chart.helm(programs, "install", "berth", chart.CHART, "--namespace", chart.NAMESPACE,
                                  "--kubeconfig", cluster.admin_kubeconfig)
    expect(code == 0 and "kubectl describe pod web" in out, f"helm install: {out}{error}")

    leader = start_as_deployed(cluster, "berth-1")
    holder = until(lambda: lease_holder(cluster), 20, "nobody holds the lease")
    follower = start_as_deployed(cluster, "berth-2")

    create_picky_pod(cluster)
    cluster.pods([pod("web")])
    cluster.wait_event("web", f"Successfully assigned default/web to {cluster.wait_bound('web', 10)}")
    cluster.wait_refused("picky")
    refuse_again(cluster, 2)
    writes_volumes(cluster)
    make_room(cluster)
    lets_in_whom_rbac_lets_in(cluster, leader)
    expect(lease_holder(cluster) == holder, "the lease changed hands for no reason")

    code = leader.process.stop()
    expect(code == 0, f"the leader was told to stop and exited with {code}")
    cluster.pods([pod("after")])
    cluster.wait_bound("after", 25)
    expect(lease_holder(cluster) != holder, "a berth without the lease bound a pod")

    refused = [f"{event['verb']} {event['requestURI']}" for event in requests(cluster)
               if event["responseStatus"]["code"] in (401, 403)]
    expect(not refused, f"forbidden by the API server: {refused[:5]}")
    for scheduler in (leader, follower):
        expect("forbidden" not in scheduler.log().lower(), f"{scheduler.name}'s log speaks of Forbidden")
    unused = granted(cluster) - asked(cluster) - ON_A_BAD_DAY
    expect(not unused, f"the chart grants what berth never asked for: {sorted(unused)}")
    return f"{len(asked(cluster))} kinds of request, none forbidden, no grant unused; the second took over"


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


def lets_in_whom_rbac_lets_in(cluster, berth):
    """A ServiceAccount's token is reviewed, and then what it may do, with the rights of the chart."""
    read = until(lambda: berth.fetch("/metrics")[0] == 200, 10, "the administrator's certificate does not open /metrics")
    token = chart.token(cluster.api, "default", "default")
    status, text = berth.fetch("/metrics", token)
    expect(read and status == 403 and "system:serviceaccount:default:default" in text, f"a token without rights: {status} {text}")


def lease_holder(cluster):
    names = cluster.api.get(LEASE.rpartition("/")[0])["items"]
    return next((one["spec"].get("holderIdentity") for one in names if one["metadata"]["name"] == "berth"), None)


def requests(cluster):
    return [event for event in cluster.plane.audit() if event["user"]["username"] == USER]


def name(resource, group):
    """Events are told apart by their group, everything else has but one."""
    return "events/core" if (resource, group) == ("events", "") else resource


def granted(cluster):
    """(verb, resource) of every rule of the installed roles."""
    rules = [rule for path in ROLES for rule in cluster.api.get(path)["rules"]]
    return {(verb, name(resource, group)) for rule in rules
            for verb in rule["verbs"] for resource in rule["resources"] for group in rule["apiGroups"]}


def asked(cluster):
    """The same, of what berth's account asked for, by the API server's audit log."""
    found = set()
    for event in requests(cluster):
        what = event.get("objectRef", {})
        if what.get("resource"):
            path = "/".join(filter(None, (what["resource"], what.get("subresource"))))
            found.add((event["verb"], name(path, what.get("apiGroup", ""))))
    return found
