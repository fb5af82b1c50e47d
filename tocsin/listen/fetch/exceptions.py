"""Why something could not be fetched; each has a code that `tocsin.listen.problems` puts into words."""

from tocsin.errors import TocsinError

Choice = dict[str, str]
"""An address that could be fetched instead: ``url`` and ``title``."""
Figure = str | int | list[Choice]


class FetchFailed(TocsinError):
    """Base of what goes wrong when fetching.

    Attributes
    ----------
    code : str
    figures : dict
        What the words of the code need.
    """

    code = "failed"

    def __init__(self, **figures: Figure) -> None:
        super().__init__(f"{self.code} {figures}" if figures else self.code)
        self.figures = figures


class AddressRefused(FetchFailed):
    """The address is not http(s), or leads to a private, loopback, link-local or multicast one."""

    code = "address_refused"


class NameUnknown(FetchFailed):
    """The host has no address."""

    code = "name_unknown"


class Unreachable(FetchFailed):
    """No connection, or one that broke."""

    code = "unreachable"


class TooSlow(FetchFailed):
    """The server did not answer, or not completely, within the time allowed."""

    code = "too_slow"


class TooLarge(FetchFailed):
    """The answer, packed or unpacked, is larger than allowed."""

    code = "too_large"


class TooManyRedirects(FetchFailed):
    """Redirects went on."""

    code = "too_many_redirects"


class BadAnswer(FetchFailed):
    """The server broke the protocol, or packed its answer in a way that cannot be unpacked."""

    code = "bad_answer"


class Refused(FetchFailed):
    """The server answered with an error status; `figures` carries it."""

    code = "status"


class Postponed(FetchFailed):
    """The host asked to be left alone for a while.

    Attributes
    ----------
    seconds : float
        For how long, from now.
    """

    code = "postponed"

    def __init__(self, seconds: float, **figures: Figure) -> None:
        super().__init__(**figures)
        self.seconds = seconds
