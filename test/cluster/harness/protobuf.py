"""Kubernetes' protobuf by hand: as much of it as it takes to say something wrong."""


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    """A text or a message."""
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def integer(number, value):
    return varint(number << 3) + varint(value)


def enveloped(kind, message):
    """As Kubernetes wraps an object."""
    return b"k8s\0" + field(1, field(1, "v1") + field(2, kind)) + field(2, message)


def event(type_, object_):
    """A meta/v1 WatchEvent, without its length."""
    return field(1, type_) + field(2, field(1, object_))


def framed(message, length=None):
    return (len(message) if length is None else length).to_bytes(4, "big") + message
