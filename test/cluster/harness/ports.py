"""Free ports on the loopback address."""
import socket


def free_ports(count):
    """`count` ports nobody listens on. They are held together until all are known, so no two are the same."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
