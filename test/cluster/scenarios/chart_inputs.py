"""What broke other charts, by their issues, is rendered as it was meant here: null, numbers for texts, long names, an umbrella chart's
values, versions with a suffix, OpenShift's users, a render that must come out the same."""
import os
import re
import shutil
import tempfile

import yaml

from harness import chart
from harness.chart import one
from harness.in_cluster import read
from harness.scheduler import write
from harness.wait import expect

PROFILES = [{"plugins": {"multiPoint": {"disabled": [{"name": "*"}], "enabled": [{"name": "PrioritySort"}, {"name": "DefaultBinder"}]}}}]
EXTENDER = {"enabled": True, "config": {"profiles": PROFILES}, "tls": {"certManager": {"enabled": True}}}
EVERYTHING = {"reservations": {"enabled": True}, "networkPolicy": {"enabled": True}, "serviceMonitor": {"enabled": True},
              "dashboard": {"enabled": True}, "prometheusRule": {"enabled": True}, "extender": EXTENDER,
              "rbac": {"metricsReaders": [{"name": "prometheus", "namespace": "monitoring"}]}}
LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
DNS = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")


def run(cluster):
    programs = cluster.options.control_plane
    inputs = (nulls, numbers, long_names, overrides, pull_secrets, umbrella, as_a_dependency, suffixes, openshift, the_same_again, spread, images, a_lease)
    for each in inputs:
        each(programs)
    return f"{len(inputs)} kinds of input that broke other charts"


def pods(objects):
    """(name, spec) of every pod that the chart has run."""
    for each in objects:
        if each["kind"] in ("Deployment", "Pod"):
            yield each["metadata"]["name"], each["spec"]["template"]["spec"] if each["kind"] == "Deployment" else each["spec"]


def merged(*layers):
    out = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, dict) and isinstance(out.get(key), dict)
            out[key] = merged(out[key], value) if both else value
    return out


def nulls(programs):
    """Everything that may be null is; first whole sections, then, with everything on, what lies in them."""
    schema = yaml.safe_load(read(os.path.join(chart.CHART, "values.schema.json")))

    def resolved(at):
        return schema["definitions"][at["$ref"].rpartition("/")[2]] if "$ref" in at else at

    def may_be_null(at):
        return "null" in resolved(at).get("type", ()) or None in resolved(at).get("enum", ())

    def inside(at):
        """Null for what may be, as deep as there are sections."""
        out = {}
        for name, below in resolved(at).get("properties", {}).items():
            if "$ref" not in below and "properties" in below:
                out[name] = inside(below)
            elif may_be_null(below) and name != "enabled":
                out[name] = None
        return out

    sections = {name: None for name, below in schema["properties"].items() if may_be_null(below)}
    expect(len(sections) > 25, f"these may be null: {sorted(sections)}")
    kinds = [each["kind"] for each in chart.render(programs, values=sections)]
    expect("Deployment" in kinds and "Service" not in kinds, f"without its sections it renders {kinds}")
    deep = merged(inside(schema), EVERYTHING)
    deep["extender"]["serviceAccount"] = {"name": "mine"}
    deep["extender"]["resources"] = None
    kinds = [each["kind"] for each in chart.render(programs, values=deep)]
    expect({"ServiceMonitor", "NetworkPolicy", "Certificate", "PrometheusRule"} <= set(kinds), f"with null inside it renders {kinds}")


def numbers(programs):
    """Numbers and truths where Kubernetes wants texts (influxdata/helm-charts 839, score-spec/score-helm-charts 9), large ones
    as they are (infrahq/infra 3061, vidispine/hull 262)."""
    texts = {"port": 10259, "large": 123456789, "on": True, "text": "1.10"}
    objects = chart.render(programs, values=merged(EVERYTHING, {
        "podAnnotations": texts, "podLabels": texts, "nodeSelector": texts, "serviceAccount": {"annotations": texts},
        "service": {"annotations": texts, "labels": texts}, "dashboard": {"labels": texts}, "prometheusRule": {"labels": texts},
        "serviceMonitor": {"labels": texts}, "extraEnv": [{"name": "A", "value": 123456789}], "tolerations": [{"key": "a", "value": True}],
        "extender": {"service": {"annotations": texts}, "serviceAccount": {"annotations": texts}, "extraEnv": [{"name": "A", "value": True}]}}))
    expected = {"port": "10259", "large": "123456789", "on": "true", "text": "1.10"}
    deployment, service = one(objects, "Deployment", "berth"), one(objects, "Service", "berth")
    pod = deployment["spec"]["template"]
    for place in (pod["metadata"]["annotations"], pod["metadata"]["labels"], pod["spec"]["nodeSelector"], service["metadata"]["annotations"]):
        expect(expected.items() <= place.items(), f"{place}")
    expect(pod["spec"]["containers"][0]["env"] == [{"name": "A", "value": "123456789"}], f"{pod['spec']['containers'][0]['env']}")
    for each in objects:
        of_pods = each["spec"].get("template", {}).get("metadata", {}) if each["kind"] == "Deployment" else {}
        for metadata in (each["metadata"], of_pods):
            for texts in (metadata.get("labels", {}), metadata.get("annotations", {})):
                expect(all(isinstance(text, str) for text in texts.values()), f"{each['kind']} has {texts}")
    for name, spec in pods(objects):
        values = [*spec["nodeSelector"].values(), *(one["value"] for one in spec["tolerations"]),
                  *(one["value"] for one in spec["containers"][0].get("env", []))]
        expect(all(isinstance(value, str) for value in values), f"{name}: {values}")


def long_names(programs):
    """Names and labels stay within 63 characters and meet no others (hashicorp/vault-secrets-operator 991,
    SonarSource/helm-chart-sonarqube 30)."""
    longest = "a" * 50 + "---"
    for release, values in ((longest[:51] + "-b", {}), ("b" * 53, {"nameOverride": "c" * 63}), ("berth", {"fullnameOverride": "d" * 63}),
                            (longest[:51] + "-b", {"nameOverride": "e" * 9 + "-" + "f" * 20})):
        objects = chart.render(programs, release=release, values=merged(EVERYTHING, values))
        names = [(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in objects]
        expect(len(set(names)) == len(names), f"{release}: two objects have one name: {sorted(map(str, names))}")
        for each in objects:
            name = each["metadata"]["name"]
            # A Deployment's name goes into its pods' names, a Service's and a volume's into DNS and labels.
            short = each["kind"] in ("Service", "Deployment", "ConfigMap", "ServiceAccount")
            expect(not short or DNS.fullmatch(name), f"{each['kind']} is called {name}, {len(name)} characters")
            for key, text in each["metadata"].get("labels", {}).items():
                expect(LABEL.fullmatch(text), f"{each['kind']} {name}: the label {key} is {text!r}")


def overrides(programs):
    """fullnameOverride and namespaceOverride hold for every object and for what they say of one another."""
    objects = chart.render(programs, values=merged(EVERYTHING, {"fullnameOverride": "other", "namespaceOverride": "elsewhere"}))
    for each in objects:
        metadata = each["metadata"]
        shared = each["kind"].startswith("Cluster") or metadata["name"].endswith(":authentication-reader")
        expect(metadata["name"].startswith("elsewhere:other" if ":" in metadata["name"] else "other"), f"{each['kind']} {metadata['name']}")
        expect(shared or metadata["namespace"] == "elsewhere", f"{each['kind']} {metadata['name']} lies in {metadata.get('namespace')}")
        for subject in each.get("subjects", []):
            expect(subject["namespace"] in ("elsewhere", "monitoring"), f"{metadata['name']} is for {subject}")
    election = yaml.safe_load(one(objects, "ConfigMap", "other")["data"]["config.yaml"])["leaderElection"]
    expect((election["resourceName"], election["resourceNamespace"]) == ("other", "elsewhere"), f"{election}")
    server, = [each["spec"] for each in objects if each["kind"] == "Certificate" and "dnsNames" in each["spec"]]
    expect("other-extender.elsewhere.svc" in server["dnsNames"], f"the certificate is for {server['dnsNames']}")


def pull_secrets(programs):
    """An umbrella chart's are names for some charts and maps for others (evryfs/helm-charts 183, seaweedfs/seaweedfs 6546)."""
    for given in ("theirs", ["theirs"], [{"name": "theirs"}]):
        objects = chart.render(programs, values={"imagePullSecrets": [{"name": "ours"}, {"name": "theirs"}], "extender": EXTENDER,
                                                 "global": {"imagePullSecrets": given}})
        for name, spec in pods(objects):
            expect(spec["imagePullSecrets"] == [{"name": "ours"}, {"name": "theirs"}], f"{name}: {spec['imagePullSecrets']}")


def umbrella(programs):
    """A parent's condition and globals of all kinds are taken (cert-manager/cert-manager 7329 and 7334, community-charts/helm-charts
    416); its registry goes before an image that names none."""
    plain = chart.render(programs)
    handed = {"enabled": True, "global": {"cattle": {"systemProjectId": "x"}, "imagePullSecrets": None}}
    expect(chart.render(programs, values=handed) == plain, "the parent's values change something")
    for repository, image in (("berth", "r.example/berth"), ("team/berth", "r.example/team/berth"), ("q.example/berth", "q.example/berth"),
                              ("localhost/berth", "localhost/berth"), ("q:5000/berth", "q:5000/berth")):
        objects = chart.render(programs, "--set", f"global.imageRegistry=r.example/,image.repository={repository}")
        expect(all(spec["containers"][0]["image"] == f"{image}:0.1.0" for _, spec in pods(objects)), f"{repository} does not become {image}")


def as_a_dependency(programs):
    """In a parent's charts/: its values reach ours, its condition takes us away. Helm forgets there what is set to null (helm/helm
    12637 and 32132), so whatever can be switched off has a value for that."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(chart.CHART, os.path.join(folder, "charts", "berth"))
        write(folder, "Chart.yaml", {"apiVersion": "v2", "name": "parent", "version": "1.0.0", "dependencies": [
            {"name": "berth", "version": "*", "condition": "berth.enabled"}]})
        write(folder, "values.yaml", {"global": {"imagePullSecrets": ["theirs"], "cattle": {}}, "berth": {
            "enabled": True, "clusterChoosesUser": True, "podDisruptionBudget": {"enabled": False}, "config": None, "affinity": None}})
        objects = chart.render(programs, release="suite", folder=folder)
        for name, spec in pods(objects):
            expect("runAsUser" not in spec["securityContext"] and spec["imagePullSecrets"] == [{"name": "theirs"}], f"{name}: {spec}")
        expect({each["metadata"]["name"].rpartition(":")[0] or each["metadata"]["name"] for each in objects} <=
               {"suite-berth", "suite-berth-test", "kube-system", "kube-system:suite-berth"}, "a dependency's names")
        expect(not chart.render(programs, "--set", "berth.enabled=false", release="suite", folder=folder), "its condition is not heard")


def suffixes(programs):
    """helm/helm 10375, cvat-ai/cvat 7182."""
    plain = chart.render(programs)
    for version in ("v1.37.2-eks-abc", "1.37", "v1.31.0+k3s1", "v1.27.0-gke.1"):
        expect(chart.render(programs, "--kube-version", version) == plain, f"on {version} it renders something else")


def openshift(programs):
    """No user is asked for (goharbor/harbor-helm 874, elastic/helm-charts 655, kubestellar/console 20824)."""
    for flags in ("clusterChoosesUser=true", "podSecurityContext.runAsUser=null,podSecurityContext.runAsGroup=null"):
        for name, spec in pods(chart.render(programs, "--set", flags, values=EVERYTHING)):
            for context in (spec["securityContext"], spec["containers"][0]["securityContext"]):
                expect(not {"runAsUser", "runAsGroup", "fsGroup"} & set(context), f"{name}: {context}")
            expect(spec["securityContext"]["runAsNonRoot"] is True, f"{name} may run as root")


def the_same_again(programs):
    """As Argo CD and Flux render: without a cluster, again and again, whether there is a release or not."""
    first = chart.render(programs, values=EVERYTHING)
    for flags in ((), ("--is-upgrade",), ("--api-versions", "monitoring.coreos.com/v1")):
        expect(chart.render(programs, *flags, values=EVERYTHING) == first, f"rendered again {flags}, it is something else")
    expect(not [each for each in first if each["kind"] == "Secret"], "a Secret lies in what is committed")


def spread(programs):
    """A values file cannot know a release's labels (gravitational/teleport 53276, Unleash/helm-charts 160)."""
    constraint = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
    own = {**constraint, "labelSelector": {"matchLabels": {"app": "mine"}}}
    deployment = one(chart.render(programs, values={"topologySpreadConstraints": [constraint, own], "affinity": {"nodeAffinity": {}}}), "Deployment")
    spec, selector = deployment["spec"]["template"]["spec"], deployment["spec"]["selector"]
    expect(spec["topologySpreadConstraints"] == [{**constraint, "labelSelector": selector}, own], f"{spec['topologySpreadConstraints']}")
    expect(set(spec["affinity"]) == {"nodeAffinity", "podAntiAffinity"}, f"{spec['affinity']}")


def images(programs):
    """A digest goes before a tag; a tag of digits is one (helm/helm 1707)."""
    digest = "sha256:" + "ab" * 32
    for flags, image in ((("--set", f"image.digest={digest},image.tag=v1"), f"berth@{digest}"),
                         (("--set-string", "image.tag=5060547"), "berth:5060547")):
        objects = chart.render(programs, *flags, values={"extender": EXTENDER})
        expect(all(spec["containers"][0]["image"] == image for _, spec in pods(objects)), f"{flags}: not {image}")


def a_lease(programs):
    """One called kube-scheduler in another namespace is nobody else's."""
    expect(chart.render(programs, "--set", "leaderElection.resourceName=kube-scheduler", namespace="elsewhere"), "nothing is rendered")
