"""What follows from the settings: paths, keys and lists that nobody sets by hand."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit


def secret_key(configured: str, data: Path) -> str:
    """Return the configured key, or the one of the data folder, made there the first time."""
    if configured:
        return configured
    path = data / "keys" / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with path.open("x", encoding="utf-8") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass  # another process made it at the same moment
    return path.read_text(encoding="utf-8").strip()


def demo_password(data: Path) -> str:
    """Return the password of the demonstration that a data folder holds; nothing for any other folder."""
    try:
        return (data / "keys" / "demo-password").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def allowed_hosts(configured: str, url: str) -> list[str]:
    """Return every host name under which the pages are served."""
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    hosts += [host.strip() for host in configured.split(",") if host.strip()]
    if url and (host := urlsplit(url).hostname):
        hosts.append(host)
    return hosts
