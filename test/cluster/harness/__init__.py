"""What the scenarios stand on: a real control plane of processes, clients for it, and berth beside it."""
