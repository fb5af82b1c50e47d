"""The one exception family: every message tells what happened, what was kept and what to do."""


class TocsinError(Exception):
    """Base of every error that Tocsin raises on purpose; its message is fit to show to a user."""


class UnusableInput(TocsinError):
    """The input is not what it says it is (exit status 2 on the command line)."""


class ConfigurationError(TocsinError):
    """The installation is configured in a way that cannot work."""
