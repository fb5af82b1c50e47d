"""Nothing but the gate opens a way out; import-linter cannot look inside Django, so this does."""

import ast
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

import tocsin.settings
from tocsin.gate.refusing import EmailBackend, WayOutRefused

PACKAGE = Path(tocsin.__file__).parent
WAYS_OUT = ("django.core.mail", "smtplib")


def imports_of(path: Path) -> set[str]:
    """Return the names of all modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_the_gate_knows_how_to_send_mail() -> None:
    knowing = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(name.startswith(WAYS_OUT) for name in imports_of(path))
    }
    assert knowing == {"gate/channels/email.py", "gate/refusing.py"}


def test_only_one_module_knows_how_to_reach_telephones() -> None:
    knowing = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] in {"apprise", "requests"} for name in imports_of(path))
    }
    assert knowing == {"gate/channels/telephone.py"}


def test_mail_around_the_gate_is_refused() -> None:
    with pytest.raises(WayOutRefused):
        EmailBackend().send_messages(
            [EmailMessage("Bonjour", "…", "a@berthier.example", ["b@client.example"])]
        )
    assert f"{EmailBackend.__module__}.{EmailBackend.__qualname__}" == tocsin.settings.EMAIL_BACKEND


def test_only_one_module_opens_a_channel() -> None:
    openers = [
        str(path.relative_to(PACKAGE))
        for path in (PACKAGE / "gate").rglob("*.py")
        if "tocsin.gate.channels.CHANNELS" in imports_of(path)
    ]
    assert openers == ["gate/sending.py"]
