#!/usr/bin/env bash
# The manifests of this folder, from the chart: render.sh FOLDER (see `make manifests`). HELM names the program.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
helm=${HELM:-helm}

# render NAME WHAT-IT-IS VALUES...: without what only helm makes sense of: its test, its labels.
render() {
  name=$1 what=$2
  shift 2
  {
    echo "# $what"
    echo "#"
    echo "# Rendered from charts/berth by \`make manifests\`: change the chart, not this."
    "$helm" template "$name" "$here/../charts/berth" --namespace kube-system --kube-version v1.37.2 --no-hooks \
      --set fullnameOverride="$name" "$@" |
      sed -e '/^ *app.kubernetes.io\/managed-by: /d' -e '/^ *helm.sh\/chart: /d'
  } > "$folder/$name.yaml"
}

folder=$1
render berth "berth beside kube-scheduler: two replicas, of which one schedules. kubectl apply -f deploy/berth.yaml"
render my-scheduler "A scheduler of your own (docs/write-a-plugin.md), one replica. kubectl apply -f deploy/my-scheduler.yaml" \
  --set schedulerName=my-scheduler,image.repository=my-scheduler,replicaCount=1,leaderElection.enabled=false
