"""Free ports on the loopback address."""
import socket


_given = set()


def free_ports(count):
    """`count` ports nobody listens on. None is given twice: who was given one may not listen on it yet."""
    held, ports = [], []
    try:
        while len(ports) < count:
            held.append(socket.socket())
            held[-1].bind(("127.0.0.1", 0))
            port = held[-1].getsockname()[1]
            if port not in _given:
                ports.append(port)
        _given.update(ports)
        return ports
    finally:
        for one in held:
            one.close()
