"""The room of a rebuilt pod is kept though berth is killed in between (while the old pod is going, and after it is gone), though
the leader dies and another takes over, and with two berths that both write; it is given away when it expires, and to a
Deployment that was annotated later it is kept too. With the rights that the chart gives, and no others."""
from harness import chart, exposition
from harness.examples import expect_nothing_forbidden
from harness.scheduler import configuration, start_kube_scheduler, write
from harness.wait import expect, until

FLAGS = ("--reserve-on-recreate",)
NODE = "/api/v1/nodes/node-a"
PODS = "/api/v1/namespaces/default/pods"
SETS = "/apis/apps/v1/namespaces/default/replicasets"
OPT_IN = "berth.dev/reserve-on-recreate"
PLUGINS = {"multiPoint": {"enabled": [{"name": "NodeReservation"}]}, "postFilter": {"disabled": [{"name": "*"}]}}
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {berth.dev/reserve-on-recreate: "10m"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      schedulerName: berth
      containers: [{name: nginx, image: nginx, resources: {requests: {cpu: "1"}}}]
"""


def pod(name, scheduler="berth"):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default", "labels": {"app": "intruder"}},
            "spec": {"schedulerName": scheduler, "containers": [
                {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}]}}


def config(name="berth", **more):
    return configuration({"schedulerName": name, "plugins": PLUGINS}, **more)


class Story:
    def __init__(self, cluster):
        self.cluster = cluster
        self.api = cluster.api
        chart.grant(self.api, chart.render(cluster.options.control_plane, "--set", "reservations.enabled=true"))
        token = write(cluster.folder, "reserving-token", chart.token(self.api, "berth"))
        self.kubeconfig = cluster.plane.kubeconfig("berth", token_file=token)

    def berth(self, name, settings=None, ready=True):
        started = self.cluster.berth(settings or config(), name, FLAGS, kubeconfig=self.kubeconfig, ready=ready)
        return started

    def web(self):
        """The living pods of the Deployment, by name."""
        return {each["metadata"]["name"]: each for each in self.api.get(f"{PODS}?labelSelector=app%3Dweb")["items"]
                if "deletionTimestamp" not in each["metadata"]}

    def placed(self):
        return sorted(name for name, each in self.web().items() if each["spec"].get("nodeName"))

    def whole(self, what):
        until(lambda: len(self.placed()) == 2, 25, lambda: f"{what}: of the Deployment's pods only {self.placed()} have a node")
        self.intruders_wait(what)

    def intruders_wait(self, what):
        inside = [each["metadata"]["name"] for each in self.api.get(f"{PODS}?labelSelector=app%3Dintruder")["items"]
                  if each["spec"].get("nodeName")]
        expect(not inside, f"{what}: {inside} took the room")

    def annotations(self):
        return self.api.get(NODE)["metadata"].get("annotations") or {}

    def reserved(self):
        """uids that have a reservation."""
        return {key.removeprefix("berth.dev/reservation.") for key in self.annotations() if key.startswith("berth.dev/reservation.")}

    def none_reserved(self, what):
        until(lambda: not any("reserv" in key for key in self.annotations() if key != "reserve.cpu/by-hand"), 20,
              lambda: f"{what}: left on the node: {self.annotations()}")
        expect(self.annotations().get("reserve.cpu/by-hand") == "0", f"{what}: somebody else's annotation was touched")

    def cordon(self, yes):
        self.cluster.kubectl("cordon" if yes else "uncordon", "node-a")

    def delete(self, *more):
        name = self.placed()[0]
        uid = self.web()[name]["metadata"]["uid"]
        self.cluster.kubectl("delete", "pod", name, *more)
        return name, uid

    def wait_reserved(self, uid):
        until(lambda: uid in self.reserved(), 10, lambda: f"no reservation for {uid}: {self.annotations()}")


def run(cluster):
    cluster.nodes("node-a", cpu="2")
    cluster.api.merge(NODE, {"metadata": {"annotations": {"reserve.cpu/by-hand": "0"}}})
    cluster.plane.start_controller_manager()
    cluster.plane.start_kwok()
    story = Story(cluster)
    berth = story.berth("berth-1")
    cluster.kubectl("apply", "-f", "-", text=DEPLOYMENT)
    until(lambda: len(story.placed()) == 2, 30, "the Deployment's pods have no node")
    cluster.pods([pod("intruder-1"), pod("intruder-2")])
    cluster.wait_refused("intruder-1")

    told = [killed_after(story, berth), killed_while_going(story)]
    told.append(taken_over(story))
    told.append(both_write(story))
    told.append(annotated_later(story))
    told.append(expires(story))
    told.append(queue_is_measured(cluster, story))
    expect_nothing_forbidden(cluster, "berth")
    return "; ".join(told)


def killed_after(story, berth):
    what = "killed after the pod was gone"
    story.cordon(True)
    _, uid = story.delete()
    story.wait_reserved(uid)
    berth.kill()
    story.cluster.pods([pod("intruder-3")])
    story.cordon(False)
    story.last = story.berth("berth-2")
    story.whole(what)
    story.none_reserved(what)
    return what


def killed_while_going(story):
    """A finalizer keeps the old pod; it goes while no berth runs."""
    what = "killed while the pod was going"
    name = story.placed()[0]
    uid = story.web()[name]["metadata"]["uid"]
    story.api.merge(f"{PODS}/{name}", {"metadata": {"finalizers": ["example.com/wait"]}})
    story.cluster.kubectl("delete", "pod", name, "--wait=false")
    story.wait_reserved(uid)
    until(lambda: len(story.web()) == 2, 10, "the replacement was not made")
    story.last.kill()
    story.api.merge(f"{PODS}/{name}", {"metadata": {"finalizers": None}})
    story.cluster.kubectl("wait", "--for=delete", f"pod/{name}", "--timeout=20s")
    story.last = story.berth("berth-3")
    story.whole(what)
    story.none_reserved(what)
    story.last.process.stop()
    return what


def taken_over(story):
    what = "taken over from a dead leader"
    election = {"leaderElect": True, "leaseDuration": "4s", "renewDeadline": "3s", "retryPeriod": "1s",
                "resourceName": "berth", "resourceNamespace": "kube-system"}
    leader = story.berth("berth-4", config(leader_election=election))
    until(lambda: "Became leader" in leader.log(), 20, "nobody leads")
    follower = story.berth("berth-5", config(leader_election=election), ready=False)
    until(lambda: follower.fetch("/readyz")[0] == 200, 20, "the follower has not listed")
    story.cordon(True)
    _, uid = story.delete("--grace-period=0", "--force")
    story.wait_reserved(uid)
    leader.kill()
    story.cordon(False)
    story.whole(what)
    story.none_reserved(what)
    expect("Became leader" in follower.log(), "the follower did not take over")
    follower.process.stop()
    return what


def both_write(story):
    """One schedules the Deployment, the other other pods; each keeps reservations and heeds them."""
    one, other = story.berth("berth-6"), story.berth("berth-7", config("other"))
    story.cluster.pods([pod("other-1", "other"), pod("other-2", "other")])
    for turn in range(5):
        story.delete(*(("--grace-period=0", "--force") if turn % 2 else ()))
        story.whole(f"two beside each other, turn {turn}")
    story.none_reserved("two beside each other")
    for each in (one, other):
        expect(each.process.running(), f"{each.name} ended")
        each.process.stop()
    for name in ("other-1", "other-2"):
        story.cluster.kubectl("delete", "pod", name)
    return "five pods rebuilt under two that both write"


def annotated_later(story):
    story.last = story.berth("berth-8")
    story.cluster.kubectl("annotate", "deployment", "web", f"{OPT_IN}=5s", "--overwrite")

    def of_the_set():
        sets = [each for each in story.api.get(SETS)["items"] if each["spec"]["replicas"]]
        return sets[0]["metadata"]["annotations"].get(OPT_IN)

    until(lambda: of_the_set() == "5s", 10, lambda: f"the ReplicaSet's annotation says {of_the_set()!r}")
    return "an annotation of the Deployment reaches its ReplicaSet"


def expires(story):
    what = "expired"
    story.cordon(True)
    _, uid = story.delete("--grace-period=0", "--force")
    story.wait_reserved(uid)
    story.none_reserved(what)
    story.cluster.kubectl("scale", "deployment", "web", "--replicas=1")
    until(lambda: len(story.web()) == 1, 10, "the Deployment was not scaled")
    story.cordon(False)
    until(lambda: any(each["spec"].get("nodeName") for each in story.api.get(f"{PODS}?labelSelector=app%3Dintruder")["items"]), 15,
          "the room was kept for nobody")
    return "5 s after it was freed the room was anybody's"


def queue_is_measured(cluster, story):
    """Owners that were written, under the names that client-go gives the metrics of its queues, which kube-scheduler has some of."""
    def families(who):
        return {name: family for name, family in exposition.read(who.fetch("/metrics")[1]).items() if name.startswith("workqueue_")}

    theirs = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "nobody"})).wait_ready()
    expected, there = ({name: family.form() for name, family in families(who).items()} for who in (theirs, story.last))
    expect(len(expected) == 7 and expected == there, f"kube-scheduler has {expected}, berth {there}")

    def figures():
        return {sample.removeprefix("workqueue_"): amount for family in families(story.last).values()
                for sample, labels, amount in family.samples if labels["name"] == "reservations"}

    until(lambda: figures()["depth"] == figures()["unfinished_work_seconds"] == 0, 10, lambda: f"owners wait: {figures()}")
    now = figures()
    expect(now["adds_total"] > 0 and now["adds_total"] == now["queue_duration_seconds_count"] == now["work_duration_seconds_count"],
           f"not each owner that was added was written: {now}")
    return f"{int(now['adds_total'])} owners went through the queue"
