"""5,000 pods on 1,000 nodes: all bound, none twice, no node over its allocatable. How fast is for `make bench` to say."""
from harness.objects import pod
from harness.wait import expect

PODS, NODES = 5000, 1000


def run(cluster):
    observer = cluster.observe()
    cluster.nodes(*(f"node-{n:04}" for n in range(NODES)), cpu="4", pods="10")
    cluster.berth()
    # Of three sizes, so that nodes fill up unevenly; together three quarters of all CPUs.
    cluster.pods(pod(f"many-{n:04}", cpu=("200m", "600m", "1000m")[n % 3], memory="256Mi") for n in range(PODS))
    cluster.wait_all_bound(PODS, 120)
    expect(len(observer.names) == PODS, f"there are {len(observer.names)} pods")
    first, last = min(observer.bound_at.values()), max(observer.bound_at.values())
    return f"bound in {last - first:.1f} s while they were being created"
