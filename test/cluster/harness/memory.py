"""The API server in memory, as a process beside the real control plane."""
import os
import socket

from harness.ports import free_ports
from harness.processes import Process
from harness.wait import until


class Memory:
    def __init__(self, program, folder):
        self.port, = free_ports(1)
        self.process = Process("memory_api_server", [program, "--port", self.port], folder)
        until(self.listens, 20, "memory_api_server does not listen")

    def listens(self):
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0


def start_memory_api(cluster):
    """What was built beside berth. Its process ends with the runner's."""
    return Memory(os.path.join(os.path.dirname(os.path.abspath(cluster.options.berth)), "memory_api_server"), cluster.plane.folder)
