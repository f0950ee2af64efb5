"""Which Kubernetes the API server is. Everything else is of the version that berth follows, v1.37."""
import functools
import os
import re
import subprocess


def minor(version):
    """36 of "v1.36", "v1.36.3" or what `kube-apiserver --version` prints."""
    return int(re.search(r"v1\.(\d+)", version)[1])


@functools.cache
def served(programs):
    """"v1.36": the API server in this folder."""
    said = subprocess.run([os.path.join(programs, "kube-apiserver"), "--version"], check=True, text=True, stdout=subprocess.PIPE).stdout
    return f"v1.{minor(said)}"


def not_on(version, scenario):
    """Why this scenario cannot run on that API server, None where it can. It says so itself: NEEDS = ("v1.36", "the reason")."""
    needs = getattr(scenario, "NEEDS", None)
    if not needs or minor(version) >= minor(needs[0]):
        return None
    return f"not on {version}: {needs[1]} (since {needs[0]})"


def kube_scheduler_flags(version):
    """resource.k8s.io/v1 has DeviceTaintRule since v1.37; kube-scheduler is not ready before it has listed them."""
    return ["--feature-gates=DRADeviceTaintRules=false"] if minor(version) < 37 else []
