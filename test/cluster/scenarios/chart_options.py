"""What the chart makes when asked to: a wall around the pods, certificates, monitors, volumes and arguments of one's own, the webhook;
and rights that follow the configuration."""
import json

import yaml

from harness import chart
from harness.chart import one
from harness.wait import expect
from scenarios.chart_inputs import EVERYTHING, EXTENDER, merged


def run(cluster):
    programs = cluster.options.control_plane
    nothing_unasked(programs)
    walls(programs)
    certificates(programs)
    monitors(programs)
    extras(programs)
    webhook(programs)
    rights(programs)
    return "each makes what it says, and nothing unless it is asked for"


def kinds(objects):
    return {each["kind"] for each in objects}


def container(objects, name="berth"):
    return one(objects, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]


def nothing_unasked(programs):
    expected = {"PodDisruptionBudget", "ServiceAccount", "ConfigMap", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Service",
                "Deployment", "Pod"}
    expect(kinds(chart.render(programs)) == expected, f"by default there are {kinds(chart.render(programs)) ^ expected}")
    added = {"NetworkPolicy", "ServiceMonitor", "PrometheusRule", "Certificate", "Issuer"}
    expect(kinds(chart.render(programs, values=EVERYTHING)) == expected | added, "everything is not everything")


def walls(programs):
    """Ports by name, the API server alone to go to, each component behind one of its own."""
    prometheus = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    scheduler = [{"ipBlock": {"cidr": "10.0.0.5/32"}}]
    dns = {"ports": [{"protocol": "UDP", "port": 53}]}
    open_ = one(chart.render(programs, "--set", "networkPolicy.enabled=true"), "NetworkPolicy")["spec"]
    ports = [{"protocol": "TCP", "port": port} for port in (443, 6443)]
    expect(open_["ingress"] == [{"ports": [{"protocol": "TCP", "port": "https"}]}] and open_["egress"] == [{"ports": ports}], f"{open_}")
    expect(sorted(open_["policyTypes"]) == ["Egress", "Ingress"], f"{open_}")
    objects = chart.render(programs, values={"extender": {**EXTENDER, "ingressFrom": scheduler}, "networkPolicy": {
        "enabled": True, "ingressFrom": prometheus, "apiServerCidrs": ["10.96.0.1/32", "fd00::1/128"], "apiServerPorts": [443],
        "extraEgress": [dns]}})
    egress = [{"ports": ports[:1], "to": [{"ipBlock": {"cidr": cidr}} for cidr in ("10.96.0.1/32", "fd00::1/128")]}, dns]
    for name, ingress in (("berth", {"https": prometheus}), ("berth-extender", {"webhook": scheduler, "metrics": prometheus})):
        policy, pods = one(objects, "NetworkPolicy", name)["spec"], one(objects, "Deployment", name)["spec"]["selector"]
        expect({rule["ports"][0]["port"]: rule["from"] for rule in policy["ingress"]} == ingress, f"{name}: {policy['ingress']}")
        expect(policy["egress"] == egress and policy["podSelector"] == pods, f"{name}: {policy}")
        named = {port["name"] for port in container(objects, name)["ports"]}
        expect(set(ingress) <= named, f"{name} has no ports {set(ingress) - named}")


def certificates(programs):
    """One's own on securePort; for the webhook by cert-manager, of an authority of its own or of another issuer."""
    objects = chart.render(programs, "--set", "tls.secretName=mine,serviceMonitor.enabled=true")
    expect({"--tls-cert-file=/etc/berth-tls/tls.crt", "--tls-private-key-file=/etc/berth-tls/tls.key"} <= set(container(objects)["args"]),
           f"{container(objects)['args']}")
    expect({"name": "tls", "secret": {"secretName": "mine"}} in one(objects, "Deployment")["spec"]["template"]["spec"]["volumes"], "no volume")
    tls = one(objects, "ServiceMonitor")["spec"]["endpoints"][0]["tlsConfig"]
    expect(tls == {"ca": {"secret": {"name": "mine", "key": "ca.crt"}}, "serverName": "berth.kube-system.svc"}, f"{tls}")

    objects = chart.render(programs, values={"extender": {**EXTENDER, "service": {"clusterIP": "10.96.0.20"}}})
    made = {each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == "Certificate"}
    issuers = {each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == "Issuer"}
    expect(set(made) == {"berth-extender-ca", "berth-extender", "berth-extender-client"}, f"{set(made)}")
    expect(issuers == {"berth-extender-self-signed": {"selfSigned": {}}, "berth-extender-ca": {"ca": {"secretName": "berth-extender-ca"}}},
           f"{issuers}")
    expect({made[name]["issuerRef"]["name"] for name in ("berth-extender", "berth-extender-client")} == {"berth-extender-ca"}, f"{made}")
    expect(made["berth-extender"]["ipAddresses"] == ["10.96.0.20"], f"{made['berth-extender']}")
    secret = one(objects, "Deployment", "berth-extender")["spec"]["template"]["spec"]["volumes"][1]["secret"]["secretName"]
    expect(made["berth-extender"]["secretName"] == secret, f"the Deployment mounts {secret}")
    theirs = {"enabled": True, "issuerRef": {"name": "corporate", "kind": "ClusterIssuer", "group": "cert-manager.io"}}
    objects = chart.render(programs, values={"extender": {**EXTENDER, "tls": {"certManager": theirs}}})
    expect([each["spec"]["issuerRef"] for each in objects if each["kind"] == "Certificate"] == [theirs["issuerRef"]] * 2, "not theirs")
    expect("Issuer" not in kinds(objects), "an issuer that nobody asks")


def monitors(programs):
    """A monitor finds the Service of its component, by its labels and the port's name, and the alerts the job of that name."""
    objects = chart.render(programs, values=merged(EVERYTHING, {"serviceMonitor": {
        "labels": {"release": "monitoring"}, "interval": "15s", "scrapeTimeout": "10s"}}))
    for name, scheme in (("berth", "https"), ("berth-extender", None)):
        monitor, service = one(objects, "ServiceMonitor", name), one(objects, "Service", name)
        endpoint, = monitor["spec"]["endpoints"]
        expect(monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items(), f"{name} finds no Service")
        expect(endpoint["port"] in [port["name"] for port in service["spec"]["ports"]], f"{name} finds no port")
        expect(endpoint.get("scheme") == scheme and endpoint["interval"] == "15s" and endpoint["scrapeTimeout"] == "10s", f"{endpoint}")
        expect(monitor["metadata"]["labels"]["release"] == "monitoring", "no Prometheus would choose it")
    expect(one(objects, "ServiceMonitor", "berth")["spec"]["endpoints"][0]["tlsConfig"] == {"insecureSkipVerify": True}, "verifies nothing")
    rule = one(objects, "PrometheusRule")["spec"]["groups"][0]["rules"][0]
    expect('job="berth"' in rule["expr"], f"the alerts look at another job than the monitor's: {rule['expr']}")


def extras(programs):
    own = {"extraArgs": ["--kube-api-qps=50"], "extraEnv": [{"name": "A", "value": "b"}],
           "extraVolumes": [{"name": "data", "emptyDir": {}}], "extraVolumeMounts": [{"name": "data", "mountPath": "/data"}]}
    objects = chart.render(programs, values={**own, "extender": {**EXTENDER, **own}, "priorityClassName": "mine"})
    for name in ("berth", "berth-extender"):
        spec, it = one(objects, "Deployment", name)["spec"]["template"]["spec"], container(objects, name)
        expect(it["args"][-1] == "--kube-api-qps=50" and it["env"] == own["extraEnv"], f"{name}: {it}")
        expect(it["volumeMounts"][-1:] == own["extraVolumeMounts"] and spec["volumes"][-1:] == own["extraVolumes"], f"{name}: {it}")
        expect(spec["priorityClassName"] == "mine", f"{name}: {spec['priorityClassName']}")


def webhook(programs):
    """Beside the scheduler, and alone; hardened as it is, one replica, never two at a time."""
    objects = chart.render(programs, values={"extender": EXTENDER})
    spec = one(objects, "Deployment", "berth-extender")["spec"]
    pod, scheduler = spec["template"]["spec"], one(objects, "Deployment", "berth")["spec"]["template"]["spec"]
    expect(spec["replicas"] == 1 and spec["strategy"] == {"type": "Recreate"}, f"{spec}")
    for field in ("securityContext", "schedulerName", "priorityClassName", "automountServiceAccountToken"):
        expect(pod[field] == scheduler[field], f"{field}: {pod[field]}")
    expect(pod["containers"][0]["securityContext"] == scheduler["containers"][0]["securityContext"], "the container is not hardened")
    expect("--client-ca-file=/etc/berth-tls/ca.crt" in pod["containers"][0]["args"], "whoever comes is heard")
    services = {name: one(objects, "Service", name)["spec"]["selector"] for name in ("berth", "berth-extender")}
    expect(services["berth-extender"] == spec["selector"]["matchLabels"] != services["berth"], f"{services}")
    config = yaml.safe_load(one(objects, "ConfigMap", "berth-extender")["data"]["config.yaml"])
    expect(config == {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration", **EXTENDER["config"]}, f"{config}")
    alone = chart.render(programs, "--set", "replicaCount=0", values=EVERYTHING)
    left = [f"{each['kind']} {each['metadata']['name']}" for each in alone if "berth-extender" not in each["metadata"]["name"]]
    expect(kinds(alone) >= {"Deployment", "ClusterRole", "NetworkPolicy"} and not left, f"alone, and of the scheduler there is {left}")


def granted(objects, name):
    return {(verb, resource) for rule in one(objects, "ClusterRole", name)["rules"] for verb in rule["verbs"] for resource in rule["resources"]}


def rights(programs):
    """A right that no plugin of the configuration uses is not granted; where a plugin is not known, all are."""
    features = {"storage": ("patch", "persistentvolumes"), "spread": ("list", "services"), "preemption": ("delete", "pods")}
    alone = [{"name": "PrioritySort"}, {"name": "DefaultBinder"}]
    profiles = (
        ({}, {"storage", "spread", "preemption"}),
        ({"postFilter": {"disabled": [{"name": "*"}]}}, {"storage", "spread"}),
        ({"postFilter": {"disabled": [{"name": "DefaultPreemption"}]}}, {"storage", "spread"}),
        ({"multiPoint": {"disabled": [{"name": "PodTopologySpread"}]}}, {"storage", "preemption"}),
        ({"multiPoint": {"disabled": [{"name": "*"}], "enabled": alone}}, set()),
        ({"multiPoint": {"disabled": [{"name": "*"}], "enabled": [*alone, {"name": "VolumeZone"}]}}, {"storage"}),
        ({"multiPoint": {"disabled": [{"name": "*"}], "enabled": [*alone, {"name": "Mine"}]}}, {"storage", "spread", "preemption"}),
    )
    for plugins, expected in profiles:
        one_profile = json.dumps([{"schedulerName": "berth", "plugins": plugins}])
        found = granted(chart.render(programs, "--set-json", f"config.profiles={one_profile}"), "kube-system:berth")
        expect({name for name, right in features.items() if right in found} == expected, f"{plugins}: {sorted(found)}")
    own = granted(chart.render(programs, values={"extender": EXTENDER}), "kube-system:berth-extender")
    expect(own == {("list", "nodes"), ("watch", "nodes"), ("list", "namespaces"), ("watch", "namespaces"), ("get", "pods"), ("list", "pods"),
                   ("watch", "pods"), ("create", "pods/binding")}, f"the webhook's account may {sorted(own)}")
    objects = chart.render(programs, "--set", "rbac.create=false", values=EVERYTHING)
    expect(not [each for each in objects if "Role" in each["kind"]], "roles that nobody asked for")
