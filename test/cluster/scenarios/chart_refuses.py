"""The chart refuses what cannot work, before anything is installed, and names the value."""
from concurrent.futures import ThreadPoolExecutor

from harness import chart
from harness.chart import CHART
from harness.wait import expect

# Values, and the words that the error names them by. Many were reported of other charts: a label that is set twice
# (infradohq/headscale-operator 32), replicas without election (noctaya/noctaya 57), a flag that goes round the value
# (kubernetes-sigs/scheduler-plugins 951), a tag that is read as a number (helm/helm 1707, astronomer/airflow-chart 217), the
# lease of kube-scheduler itself (kubernetes-sigs/scheduler-plugins 815, kosmos-io/kosmos 117, kubernetes/kubernetes 39032).
MISTAKES = (
    # What a value may be: the schema.
    (("--set", "replicaCont=3"), "replicaCont"),
    (("--set", "leaderElection.leaseDuration=soon"), "leaseDuration"),
    (("--set", "image.digest=sha256:12"), "digest"),
    (("--set", "image.tag=5060547"), "tag"),
    (("--set", "image.repository="), "repository"),
    (("--set", "image.repository=registry.example/berth:0.1.0"), "repository"),
    (("--set", "image.repository=null"), "repository"),
    (("--set", "image.pullPolicy=IfNotPresnt"), "pullPolicy"),
    (("--set", "securePort=0"), "securePort"),
    (("--set", "securePort=70000"), "securePort"),
    (("--set-string", "securePort=http"), "securePort"),
    (("--set", "config.profile=x"), "profile"),
    (("--set", "config.leaderElection.resourceNam=x"), "resourceNam"),
    (("--set", "config.leaderElection.resourceLock=endpoints"), "resourceLock"),
    (("--set-json", 'config.profiles=[{"schedulerName":"berth","plugin":{}}]'), "plugin"),
    (("--set-json", 'config.profiles=[{"schedulerName":"berth","plugins":{"scores":{}}}]'), "scores"),
    (("--set", "reservations.enabled=perhaps"), "reservations"),
    (("--set", "dashboard.labels.team=a b"), "dashboard"),
    (("--set", "dashboard.label.grafana_dashboard=1"), "label"),
    (("--set", "prometheusRule.enabled=yes"), "prometheusRule"),
    (("--set", "prometheusRule.runbookUrl=https://example.org/a b"), "runbookUrl"),
    (("--set", "prometheusRule.rules=[]"), "rules"),
    (("--set", "schedulerName=My_Scheduler"), "schedulerName"),
    (("--set", "fullnameOverride=Berth"), "fullnameOverride"),
    (("--set", "podLabels.team=a b"), "podLabels"),
    (("--set", "resources.limits.memory=512MiB"), "memory"),
    (("--set", "resources.limit.memory=512Mi"), "limit"),
    (("--set-json", 'extraEnv=[{"value":"x"}]'), "extraEnv"),
    (("--set-json", 'tolerations=[{"key":"a","opertor":"Exists"}]'), "opertor"),
    # What cannot work together: the chart's own checks, which say what to set.
    (("--set", "leaderElection.enabled=false"), "Set leaderElection.enabled=true"),
    (("--set", "config.leaderElection.leaderElect=false"), "Set leaderElection.enabled=true and take leaderElect out of"),
    (("--set", "replicaCount=3,leaderElection.enabled=false"), "replicaCount is 3 without leader election"),
    (("--set", "extraArgs={--leader-elect=false}"), "Set leaderElection.enabled instead"),
    (("--set", "extraArgs={--no-leader-elect}"), "Set leaderElection.enabled instead"),
    (("--set", "extraArgs={--leader-elect-resource-name,other}"), "Set leaderElection.resourceName instead"),
    (("--set", "extraArgs={--secure-port=9000}"), "Set securePort instead"),
    (("--set", "extraArgs={-v=4}"), "Set verbosity instead"),
    (("--set", "schedulerName=mine", "--set-json", 'config.profiles=[{"schedulerName":"other"}]'), "there: other"),
    (("--set-json", 'config.profiles=[{"percentageOfNodesToScore":50}]'), "there: default-scheduler"),
    (("--set-json", 'config.profiles=[{"schedulerName":"berth"},{"schedulerName":"berth"}]'), "two profiles"),
    (("--set", "reservations.enabled=true", "--set-json", 'config.profiles=[{"schedulerName":"berth"}]'), "NodeReservation"),
    (("--set", "leaderElection.renewDeadline=15s"), "must be more than leaderElection.renewDeadline"),
    (("--set", "config.leaderElection.leaseDuration=9s"), "must be more than leaderElection.renewDeadline"),
    (("--set", "leaderElection.retryPeriod=9s"), "1.2 times leaderElection.retryPeriod"),
    (("--set", "leaderElection.resourceName=My Lease"), "leaderElection.resourceName"),
    (("--set", r"podLabels.app\.kubernetes\.io/name=mine"), 'podLabels: "app.kubernetes.io/name"'),
    (("--set", r"podLabels.app\.kubernetes\.io/instance=mine"), 'podLabels: "app.kubernetes.io/instance"'),
    (("--set", r"podLabels.helm\.sh/chart=mine"), 'podLabels: "helm.sh/chart"'),
    (("--set", r"podAnnotations.checksum/config=mine"), 'podAnnotations: "checksum/config"'),
    (("--set-json", 'extraEnv=[{"name":"A","value":"1"},{"name":"A","value":"2"}]'), 'extraEnv: "A"'),
    (("--set", "serviceAccount.create=false"), "serviceAccount.name"),
    (("--set", "config.clientConnection.kubeconfig=/home/ann/.kube/config"), "config.clientConnection.kubeconfig"),
    (("--set", "fullnameOverride=1berth"), "set fullnameOverride"),
    (("--set", "extraArgs={--secure_port=9000}"), "Set securePort instead"),
    (("--set", "extraArgs={-v4}"), "Set verbosity instead"),
    (("--set", "extraArgs={ --kube-api-qps=50}"), "begins with a blank"),
    (("--set", "leaderElection.resourceName=kube-scheduler", "--namespace", "kube-system"), "kube-scheduler's own"),
    (("--set", "fullnameOverride=kube-scheduler", "--namespace", "kube-system"), "kube-scheduler's own"),
    # A section that is taken away: Helm drops a key that is set to null.
    (("--set", "leaderElection=null"), "missing property 'leaderElection'"),
    (("--set", "image=null"), "missing property 'image'"),
    (("--set", "replicaCount=null"), "missing property 'replicaCount'"),
    (("--set", "leaderElection.retryPeriod=null"), "missing property 'retryPeriod'"),
)
WATCHING = (
    (("--set", "serviceMonitor.enabled=true,service.enabled=false"), "set service.enabled=true"),
    (("--set", "serviceMonitor.interval=soon"), "interval"),
    (("--set", "networkPolicy.apiServerCidrs={10.0.0.1}"), "apiServerCidrs"),
    (("--set-json", 'networkPolicy.ingressFrom=[{"podSelectors":{}}]'), "podSelectors"),
    (("--set-json", 'rbac.metricsReaders=[{"name":"prometheus"}]'), "namespace"),
    (("--set", "podDisruptionBudget.maxUnavailable=0"), "maxUnavailable"),
)
PODS = (
    (("--set", "extraVolumes[0].name=data"), "extraVolumes"),
    (("--set-json", 'extraVolumes=[{"name":"data","emtyDir":{}}]'), "emtyDir"),
    (("--set-json", 'extraVolumes=[{"name":"config","emptyDir":{}}]'), 'extraVolumes: "config"'),
    (("--set-json", 'extraVolumes=[{"name":"a","emptyDir":{}},{"name":"a","emptyDir":{}}]'), 'extraVolumes: "a"'),
    (("--set-json", 'extraVolumeMounts=[{"name":"data","mountPath":"/data"}]'), 'extraVolumeMounts: "data" is none of extraVolumes'),
    (("--set-json", 'extraVolumeMounts=[{"name":"config","mountPath":"/etc/berth/"}]'), 'mounted at "/etc/berth/" already'),
    (("--set", "tls.secretName=mine,extraArgs={--tls-cert-file=/x}"), "Set tls.secretName instead"),
    # Maps for lists, lists for maps, texts for numbers, and a number that would lose its last digit.
    (("--set", "extraArgs=--kube-api-qps=50"), "extraArgs"),
    (("--set", "extraEnv.A=b"), "extraEnv"),
    (("--set", "imagePullSecrets.name=registry"), "imagePullSecrets"),
    (("--set", "tolerations.key=dedicated"), "tolerations"),
    (("--set", "topologySpreadConstraints.maxSkew=1"), "topologySpreadConstraints"),
    (("--set", "nodeSelector={a,b}"), "nodeSelector"),
    (("--set", "podAnnotations=text"), "podAnnotations"),
    (("--set-string", "replicaCount=3"), "replicaCount"),
    (("--set-string", "leaderElection.enabled=true"), "enabled"),
    (("--set-json", 'podAnnotations={"version":1.5}'), "version"),
    (("--set", "nameOverride=12"), "nameOverride"),
    (("--set", "fullnameOverride=" + 64 * "a"), "fullnameOverride"),
    (("--set-json", 'global.imagePullSecrets={"name":"registry"}'), "global.imagePullSecrets"),
    (("--set-json", "global.imagePullSecrets=[1]"), "global.imagePullSecrets"),
    (("--kube-version", "v1.26.9-eks-abc"), "kubeVersion"),
)
PROFILE = ("--set-json", 'extender.config.profiles=[{}]')
EXTENDER = (
    (("--set", "extender.enabled=true"), "needs extender.config.profiles"),
    (("--set", "extender.enabled=true", *PROFILE), "set extender.tls.secretName, or extender.tls.certManager.enabled=true"),
    (("--set", "extender.enabled=true,extender.tls.secretName=a,extender.tls.certManager.enabled=true", *PROFILE), "two certificates"),
    (("--set", "extender.enabled=true,extender.tls.secretName=a,extender.port=10251", *PROFILE), "both 10251"),
    (("--set", "extender.enabled=true,extender.tls.secretName=a,extender.extraArgs={--listen=:1}", *PROFILE), "Set extender.port instead"),
    (("--set", "extender.enabled=true,extender.tls.secretName=a,extender.extraVolumeMounts[0].name=x,"
      "extender.extraVolumeMounts[0].mountPath=/x", *PROFILE), 'extender.extraVolumeMounts: "x" is none of extender.extraVolumes'),
    (("--set", "extender.enabled=true,extender.tls.secretName=a,extender.serviceAccount.create=false", *PROFILE),
     "extender.serviceAccount.name is needed"),
    (("--set", "extender.enabled=true,extender.tls.secretName=a", "--set-json", 'extender.config.profiles=[{},{}]'), "two profiles"),
    (("--set", "extender.enabled=true,extender.tls.secretName=a,extender.config.clientConnection.kubeconfig=/x", *PROFILE), "no such file"),
    (("--set", "extender.service.clusterIP=none"), "clusterIP"),
    (("--set", "extender.config.profile=x"), "profile"),
    (("--set", "extender.port=null"), "missing property 'port'"),
    (("--set", "extender.replicas=2"), "replicas"),
)


def run(cluster):
    mistakes = (*MISTAKES, *WATCHING, *PODS, *EXTENDER)

    def refused(mistake):
        return chart.helm(cluster.options.control_plane, "template", "berth", CHART, "--kube-version", "v1.37.2", *mistake[0])

    with ThreadPoolExecutor(4) as pool:
        for (flags, words), (code, _, error) in zip(mistakes, pool.map(refused, mistakes)):
            expect(code != 0 and words in error and "nil pointer" not in error, f"{flags[1]} is not refused by name: {error}")
    return f"{len(mistakes)} mistakes are refused by name"
