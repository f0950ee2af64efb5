"""deploy/*.yaml are what the chart renders today, and the kustomize base is the same objects; the real API server takes them from
`kubectl apply -f`, a second time without a change; and berth runs with the rights, the configuration and the arguments that
deploy/berth.yaml gives it."""
import filecmp
import glob
import json
import os
import subprocess

import yaml

from harness import chart
from harness.in_cluster import start_as_deployed
from harness.objects import pod
from harness.wait import expect

DEPLOY = os.path.join(os.path.dirname(os.path.dirname(chart.CHART)), "deploy")


def run(cluster):
    files = sorted(set(glob.glob(os.path.join(DEPLOY, "*.yaml"))) - {os.path.join(DEPLOY, "kustomization.yaml")})
    rendered_anew(cluster, files)
    is_a_base(cluster)
    for file in files:
        created = cluster.kubectl("apply", "-f", file).splitlines()
        expect(created and all(line.endswith(" created") for line in created), f"{file}: {created}")
        before = versions(cluster, file)
        again = cluster.kubectl("apply", "-f", file)
        expect(versions(cluster, file) == before, f"{file}: a second apply changes something:\n{again}")
    cluster.observe()
    cluster.nodes("node-a")
    start_as_deployed(cluster, "berth-1")
    cluster.pods([pod("web")])
    cluster.wait_event("web", f"Successfully assigned default/web to {cluster.wait_bound('web', 20)}")
    return f"{', '.join(os.path.basename(file) for file in files)}: as rendered, applied, at work"


def is_a_base(cluster):
    base = list(yaml.safe_load_all(cluster.kubectl("kustomize", DEPLOY)))
    with open(os.path.join(DEPLOY, "berth.yaml"), encoding="utf-8") as file:
        whole = [each for each in yaml.safe_load_all(file) if each]
    texts = [sorted(json.dumps(each, sort_keys=True) for each in objects) for objects in (base, whole)]
    expect(texts[0] == texts[1], "`kubectl kustomize deploy` is not deploy/berth.yaml")


def versions(cluster, file):
    """Not by what apply says: it calls a PodDisruptionBudget configured whenever it looks at one."""
    return cluster.kubectl("get", "-f", file, "-o", "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}\n{end}")


def rendered_anew(cluster, files):
    folder = os.path.join(cluster.folder, "rendered")
    os.makedirs(folder)
    helm = os.path.join(cluster.options.control_plane, "helm")
    subprocess.run([os.path.join(DEPLOY, "render.sh"), folder], check=True, env={**os.environ, "HELM": helm},
                   stdin=subprocess.DEVNULL)
    names = [os.path.basename(file) for file in files]
    expect(names and sorted(os.listdir(folder)) == names, f"deploy/ holds {names}; rendered are {sorted(os.listdir(folder))}")
    _, differ, broken = filecmp.cmpfiles(DEPLOY, folder, names, shallow=False)
    expect(not differ and not broken, f"{', '.join(differ + broken)}: not what the chart renders; run `make manifests`")
