"""Why a call as a whole is refused; each becomes a JSON answer with a code and a sentence."""

from tocsin.errors import TocsinError


class CallRefused(TocsinError):
    """The call is refused; none of its posts was taken.

    Attributes
    ----------
    status : int
    code : str
    retry_after : int or None
        Seconds after which it may be tried again.
    """

    def __init__(self, status: int, code: str, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after
