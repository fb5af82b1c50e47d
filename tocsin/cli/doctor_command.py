"""`tocsin doctor`: what is wrong with the installation, in words."""

import sys

import click

from tocsin.cli.django_setup import set_up_django_to_look
from tocsin.cli.findings import Grade, look, note

MARKS = {Grade.WELL: "  ok  ", Grade.NOTE: " note ", Grade.WRONG: "WRONG "}


@click.command(name="doctor")
def command() -> None:
    """Look at the installation and at what runs, and say what is wrong; exit 1 when something is.

    Nothing is changed, and nothing is made where there is nothing yet.
    """
    set_up_django_to_look()
    from tocsin.cli import checkup_installation, checkup_running  # noqa: PLC0415 - Django is set up only now

    findings = look(checkup_installation.CHECKS)
    if checkup_installation.has_tables():
        findings += look(checkup_running.CHECKS)
    else:
        findings.append(note("what runs was not looked at: there are no databases yet to tell of it"))
    for finding in findings:
        click.echo(f"{MARKS[finding.grade]} {finding.words}")
    wrong = sum(finding.grade is Grade.WRONG for finding in findings)
    click.echo({0: "Nothing is wrong.", 1: "One thing is wrong."}.get(wrong, f"{wrong} things are wrong."))
    sys.exit(1 if wrong else 0)
