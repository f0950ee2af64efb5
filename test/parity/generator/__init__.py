"""Random clusters, by seed: see cluster.py."""
