"""What an operator gets wrong: each ends the start with exit code 1 and one line that names the file and what is wrong in
it; where the fault is the server's, berth says so and goes on asking."""
import json
import socket
import subprocess

from harness.scheduler import configuration, write
from harness.wait import expect, until
from harness.wrong_server import serve_pages

SECONDS = 20


def run(cluster):
    cluster.observe()
    configurations(cluster)
    credentials(cluster)
    expired_certificate(cluster)
    html(cluster)
    return "7 configurations, a port that is taken, 3 credentials, an expired certificate, HTML"


def refused(cluster, words, *flags):
    """Runs berth with `flags`: it must end by itself, with 1, and one line on standard error that holds every word."""
    done = subprocess.run([cluster.options.berth, "run", "--secure-port", "0", *flags], timeout=SECONDS,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, env={"HOME": cluster.folder})
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    expect(done.returncode == 1, f"{flags}: exit code {done.returncode}, not 1:\n{done.stderr[-2000:]}")
    expect(len(lines) == 1, f"{flags}: {len(lines)} lines, not one:\n{done.stderr[-2000:]}")
    for word in words:
        expect(word in lines[0], f"{flags}: the message does not name {word!r}: {lines[0]}")
    return lines[0]


def configurations(cluster):
    kubeconfig = cluster.kubeconfig()

    def wrong(name, config, *words):
        file = write(cluster.folder, name, config)
        refused(cluster, (name, *words), "--config", file, "--kubeconfig", kubeconfig)

    wrong("unknown-field.yaml", configuration({"schedulerName": "berth", "plugin": {}}), "profiles[0]", "plugin")
    wrong("unknown-plugin.yaml", configuration({"schedulerName": "berth", "plugins": {"filter": {"enabled": [{"name": "NodeNme"}]}}}),
          "NodeNme")
    wrong("old-version.yaml", {**configuration(), "apiVersion": "kubescheduler.config.k8s.io/v1beta3"},
          "v1beta3", "kubescheduler.config.k8s.io/v1")
    wrong("no-limit.yaml", configuration({
        "schedulerName": "berth", "plugins": {"multiPoint": {"enabled": [{"name": "MaxPodCount"}]}},
        "pluginConfig": [{"name": "MaxPodCount", "args": {}}]}), "pluginConfig[0].args.limit")
    # A log of JSON is one from its first line on (stakater/Reloader 516).
    line = refused(cluster, ("no-such.yaml",), "--config", "no-such.yaml", "--logging-format=json")
    expect(json.loads(line)["msg"] == "command failed", f"no JSON: {line}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(cluster, ("--secure-port", port, "in use", "choose another"), "--kubeconfig", kubeconfig,
                "--bind-address", "127.0.0.1", "--secure-port", port)
    file = write(cluster.folder, "good.yaml", configuration())
    refused(cluster, ("--reserve-on-recreate", "NodeReservation", "multiPoint"),
            "--config", file, "--kubeconfig", kubeconfig, "--reserve-on-recreate")
    wrong("not-yaml.yaml", "apiVersion: [unclosed", "not-yaml.yaml")


def credentials(cluster):
    config = write(cluster.folder, "good.yaml", configuration())
    plane = cluster.plane
    for kubeconfig, word in ((plane.kubeconfig(authority="/nowhere/ca.crt"), "/nowhere/ca.crt"),
                             (plane.kubeconfig(certificate=("/nowhere/berth.crt", "/nowhere/berth.key")), "/nowhere/berth.crt"),
                             ("/nowhere/kubeconfig", "/nowhere/kubeconfig")):
        refused(cluster, (word,), "--config", config, "--kubeconfig", kubeconfig)


def expired_certificate(cluster):
    """Whether that ends the start or only makes the API server say 401 is berth's choice; that it is said is not."""
    certificate = cluster.plane.certificates.issue("expired", "/O=system:masters/CN=late", validity=("-days", "-1"))
    says(cluster, "expired", cluster.plane.kubeconfig("late", certificate=certificate), ("expired", "401", "Unauthorized"))


def html(cluster):
    server = serve_pages()
    says(cluster, "html", cluster.plane.kubeconfig(server=f"http://127.0.0.1:{server.server_port}"), ("html", "HTML", "JSON", "json"))
    server.shutdown()


def says(cluster, name, kubeconfig, words):
    """berth names the fault in its log (an error or a warning), and has not become ready by it."""
    started = cluster.berth(name=name, kubeconfig=kubeconfig, ready=False)
    complaint = until(lambda: next((line for line in started.log().splitlines() if not line.startswith("I")
                                    and any(word in line for word in words)), None),
                      SECONDS, lambda: f"{name}: nothing is said of {words[0]}:\n{started.process.log_tail()}")
    expect(len(complaint) < 1000, f"{name}: the complaint is {len(complaint)} bytes long")
    expect(started.fetch("/readyz")[0] != 200, f"{name}: ready all the same")
    if not started.process.running():
        expect(started.process.exit_code() == 1, f"{name}: exit code {started.process.exit_code()}")
