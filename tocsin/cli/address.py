"""The address on which the pages are served: named by options, looked at before and after."""

import os
import socket

from tocsin.errors import ConfigurationError


def name_address(host: str | None, port: int | None) -> None:
    """Let options stand above the environment, for this process and those it starts."""
    if host:
        os.environ["TOCSIN_HOST"] = host
    if port:
        os.environ["TOCSIN_PORT"] = str(port)


def require_free(host: str, port: int) -> None:
    """Raise `ConfigurationError` when something already listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"{host}:{port} cannot be listened on: {error.strerror}. Nothing was started; "
                "name another port with --port, or stop what uses this one."
            ) from error


def is_listened_on(host: str, port: int) -> bool:
    """Return whether something takes calls there; web does so only once it can answer."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((near, port), timeout=1).close()
    except OSError:
        return False
    return True
