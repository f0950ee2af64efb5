"""What the scenarios of several examples do: their pages run, their manifests are what a cluster can use."""
import os

from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect
from harness.walker import ROOT


def example(path):
    """A file of the folder examples, from wherever the scenarios are run."""
    return os.path.join(ROOT, "examples", path)


def start_everything(cluster):
    """The parts of a cluster that a page takes for granted: controllers, kubelets, the default scheduler."""
    cluster.plane.start_controller_manager()
    cluster.plane.start_kwok()
    cluster.schedulers.append(start_kube_scheduler(cluster.plane, configuration({"schedulerName": "default-scheduler"})).wait_ready())


def expect_nothing_forbidden(cluster, account):
    """Of what this service account of kube-system asked for, by the API server's audit log."""
    user = f"system:serviceaccount:kube-system:{account}"
    asked = [event for event in cluster.plane.audit() if event["user"]["username"] == user]
    refused = [f"{event['verb']} {event['requestURI']}" for event in asked if event["responseStatus"]["code"] in (401, 403)]
    expect(asked, f"{user} asked for nothing")
    expect(not refused, f"forbidden by the API server: {refused[:5]}")
