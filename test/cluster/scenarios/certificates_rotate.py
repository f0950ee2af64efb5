"""kube-apiserver serves with a certificate of another authority, and then takes clients of another authority: each time
berth is shut out for LATE seconds (2), until its files have what counts now. A pod is bound within 5 s after they were
replaced, no pod is lost, and berth is still the same process."""
import os
import shutil
import ssl
import time

from harness import audit, wire
from harness.api import Api
from harness.stream import RATE, Stream, furnish
from harness.wait import expect, until

LATE = float(os.environ.get("LATE", "2"))
ALLOWED = 5
NOTICES = 30  # seconds: kube-apiserver watches its files


class Story:
    def __init__(self, cluster):
        self.cluster = cluster
        self.keys = cluster.plane.certificates
        for name in ("servers", "clients-1", "clients-2"):
            self.keys.new_authority(name)
        shutil.copy(self.keys.authority, self.keys.path("users.crt"))
        self.pairs = [self.keys.issue(f"berth-{one}", "/O=system:masters/CN=berth", authority=one)
                      for one in ("clients-1", "clients-2")]
        self.authority = os.path.join(cluster.folder, "authority.crt")
        self.own = [os.path.join(cluster.folder, name) for name in ("own.crt", "own.key")]
        replace(self.keys.authority, self.authority)

    def berth_has(self, pair):
        for source, target in zip(pair, self.own):
            replace(source, target)

    def server_takes(self, authority, pair):
        """Clients of this authority and, as ever, the scenario's own. Waits until `pair` is taken."""
        both = self.keys.path("both.crt")
        with open(both, "wb") as out:
            for one in ("users", authority):
                with open(self.keys.path(f"{one}.crt"), "rb") as text:
                    shutil.copyfileobj(text, out)
        replace(both, self.keys.authority)
        until(lambda: self.takes(pair), NOTICES, f"the API server does not take clients of {authority}", every=0.1)

    def takes(self, pair):
        asks = Api(self.cluster.plane.port, self.keys.path("users.crt"), pair)
        asks.context.load_verify_locations(self.keys.path("servers.crt"))
        return asks.is_known()

    def serves(self, authority):
        try:
            Api(self.cluster.plane.port, self.keys.path(f"{authority}.crt")).get("/readyz")
            return True
        except ssl.SSLError:
            return False

    def shut_out(self):
        """For LATE seconds, of which in the last nothing must be bound any more."""
        time.sleep(LATE / 2)
        position = self.cluster.plane.audit_position()
        time.sleep(LATE / 2)
        bound = audit.granted(self.cluster.plane.audit(position))
        expect(not bound, f"{len(bound)} pods were bound meanwhile: the scenario shows nothing")


def replace(source, target):
    """At once, as whoever renews files does it."""
    shutil.copy(source, target + ".new")
    os.replace(target + ".new", target)


def run(cluster):
    observer = cluster.observe()
    places = furnish(cluster, int((2 * LATE + 30) * RATE))
    story = Story(cluster)
    for api in (cluster.api, observer.api):
        api.context.load_verify_locations(story.keys.path("servers.crt"))
    first, second = story.pairs
    story.berth_has(first)
    story.server_takes("clients-1", first)
    between = wire.Wire(cluster.plane.port)
    berth = cluster.berth(kubeconfig=cluster.plane.kubeconfig(
        "berth", port=between.port, authority=story.authority, certificate=story.own))
    process = berth.process.pid
    stream = Stream(cluster, places)

    story.keys.issue_server("servers")
    until(lambda: story.serves("servers"), NOTICES, "the API server does not serve with the new certificate", every=0.1)
    between.end_all()
    story.shut_out()
    served = timed(cluster, "berth has the new authority", lambda: replace(story.keys.path("servers.crt"), story.authority))

    cluster.wait_all_bound(len(stream.created), 30)
    story.server_takes("clients-2", second)
    until(lambda: not story.takes(first), NOTICES, "the API server still takes the old certificate", every=0.1)
    story.shut_out()
    taken = timed(cluster, "berth has the new certificate", lambda: story.berth_has(second))

    stream.fill()
    pods, slowest = stream.all_bound()
    expect(berth.process.running() and berth.process.pid == process, "berth did not outlive its certificates")
    return f"{LATE:.0f} s late each: a pod bound {served:.1f} s after the new authority was there, " \
           f"{taken:.1f} s after the new certificate was; {pods} pods bound once, the slowest after {slowest:.1f} s"


def timed(cluster, what, deed):
    """Seconds from the deed to the next binding."""
    position, since = cluster.plane.audit_position(), time.time()
    deed()
    took = audit.first_binding(cluster.plane, position, 60, f"{what}, and no pod is bound").at - since
    expect(took < ALLOWED, f"{what}, and a pod was bound {took:.1f} s later")
    return took
