"""One file per scenario, named by what it shows. Each has `run(cluster)`: returns a remark for its line, or raises Failure."""
