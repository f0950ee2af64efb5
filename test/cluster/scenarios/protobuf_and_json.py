"""The same random pods, one after another, in two equal clusters, berth in both: one reads its lists and watches in protobuf, the
other in JSON. Each pod ends on the same node, with the same events letter by letter, the same condition, the same victims, the
same volumes bound to its claims; and what the API server was asked for, and answered in, is that encoding alone. SEEDS="1 2"
and PODS=300 in the environment ask for more."""
from collections import Counter

from harness import chart
from harness.proxy import JSON, PROTOBUF, Proxy
from harness.scheduler import start_berth, write
from harness.twin_side import key_of
from harness.wait import Failure, expect
from scenarios.two_clusters_alike import SEEDS, Twins

ACCEPTED = {PROTOBUF: f"{PROTOBUF}, {JSON}", JSON: JSON}
# What berth follows: nodes, pods, namespaces, services and workloads, storage, budgets.
WATCHED = {"nodes", "pods", "namespaces", "services", "replicationcontrollers", "replicasets", "statefulsets", "persistentvolumes",
           "persistentvolumeclaims", "storageclasses", "csinodes", "csidrivers", "csistoragecapacities", "volumeattachments",
           "poddisruptionbudgets"}


def through(proxy):
    """A kubeconfig with a token: the proxy ends TLS, so a client's certificate would not arrive."""
    plane = proxy.plane
    chart.grant_everything(plane.admin)
    token = write(plane.folder, "token", chart.token(plane.admin, "stand-in"))
    return plane.kubeconfig(port=proxy.port, token_file=token)


class Encodings(Twins):
    """One of each, with the same seed: among equally good nodes both draw the same."""

    names = "protobuf / JSON"

    def start(self):
        self.proxies = {kind: Proxy(side.plane) for kind, side in ((PROTOBUF, self.theirs), (JSON, self.ours))}
        self.schedulers = [
            start_berth(proxy.plane, self.cluster.options.berth, through(proxy), self.config,
                        flags=("--seed", self.seed, "--kube-api-content-type", kind))
            for kind, proxy in self.proxies.items()]
        for scheduler in self.schedulers:
            scheduler.wait_ready()

    def follow(self, one, theirs, ours, before):
        raise Failure(f"seed {self.seed}, {key_of(one)}: {self.names}: bound to {theirs} / {ours}")

    def check_encodings(self):
        """Returns how many lists and watches there were."""
        counted = Counter()
        for kind, proxy in self.proxies.items():
            for stream in proxy.streams:
                expect(stream.status == 200 and stream.accept == ACCEPTED[kind] and stream.came_in == kind,
                       f"{stream} where {kind} was asked for")
            watched = {stream.path.rsplit("/", 1)[1] for stream in proxy.streams if stream.watch}
            expect(watched >= WATCHED, f"{kind}: not watched: {WATCHED - watched}")
            counted[kind] = len(proxy.streams)
        for scheduler in self.schedulers:
            expect(not scheduler.metric("berth_dropped_objects_total"), f"{scheduler.name} has dropped objects")
        return counted


def run(cluster):
    total = []
    for seed in SEEDS:
        twins = Encodings(cluster, seed)
        try:
            twins.live()
            counted = twins.check_encodings()
        finally:
            twins.close()
        total.append(f"seed {seed}: {twins.counts}, {twins.facts} facts; {counted[PROTOBUF]} lists and watches in protobuf, "
                     f"{counted[JSON]} in JSON")
    return "; ".join(total)
