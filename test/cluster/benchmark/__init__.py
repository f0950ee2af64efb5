"""berth, kube-scheduler and a null scheduler, measured in one run on one control plane. Started by bench.sh."""
