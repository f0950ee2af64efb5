"""What the figures are held to. A run that misses one says so and exits with 1."""
from statistics import median


def missed(workload, figures):
    """Sentences, one for each goal that these figures miss."""
    if "berth" not in figures or "kube-scheduler" not in figures:
        return []

    def of(contender, field):
        return median(getattr(one, field) for one in figures[contender])

    goals = [(of("berth", "algorithm_us") * 20 <= of("kube-scheduler", "algorithm_us"), "a twentieth of kube-scheduler's time to decide")]
    if workload.nodes == 1000:
        goals += [(of("berth", "rate") >= 1.5 * of("kube-scheduler", "rate"), "1.5 times kube-scheduler's rate"),
                  (of("berth", "cpu_s") < 3, "less than 3 CPU seconds"),
                  (of("berth", "memory_mib") < 40, "under 40 MiB")]
    return [f"{workload.title}: not {sentence}" for held, sentence in goals if not held]
