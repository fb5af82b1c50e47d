"""What can be wrong with a file of posts, and with one row of it."""

from dataclasses import dataclass, field

from tocsin.errors import TocsinError, UnusableInput


class FileUnusable(UnusableInput):
    """The file as a whole cannot be read; nothing of it was taken.

    Attributes
    ----------
    detail : str
        What is wrong, as `tocsin.listen.problems` puts it into words; empty where only the message says it.
    figures : dict
        What those words need.
    """

    def __init__(self, message: str, detail: str = "", **figures: str | int) -> None:
        super().__init__(message)
        self.detail = detail
        self.figures = figures


class NoTextColumn(FileUnusable):
    """No column holds what people wrote, or none was chosen for it."""


class RowUnusable(TocsinError):
    """One row cannot become a post; the rest of the file goes on.

    Attributes
    ----------
    code : str
        What is wrong, as named in `tocsin.listen.rejections`.
    figures : dict
        What the words of that code need: the value, the limit.
    """

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken: where it stands, what is wrong, and where the next one begins."""

    line: int
    end: int
    last_line: int
    code: str
    figures: dict[str, str | int] = field(default_factory=dict)
