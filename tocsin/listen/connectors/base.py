"""What every connector gives: posts of one fetch, and what to remember for the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tocsin.stream.post import Post

Memory = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """What is fetched.

    Attributes
    ----------
    url : str
    network : str
        Network under which its posts are kept.
    article_text : bool
        Whether the pages behind short entries are fetched for their text.
    """

    url: str
    network: str = "press"
    article_text: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one fetch brought.

    Attributes
    ----------
    posts : list of Post
        Only those that are new or changed since the memory.
    memory : mapping
        To be given to the next fetch once the posts are safe; JSON.
    seen : int
        Entries that the document held, known ones included.
    moved_to : str
        The new address, when the old one says that it moved for good.
    """

    posts: list[Post]
    memory: Memory
    seen: int = 0
    moved_to: str = ""
    warnings: list[str] = field(default_factory=list)


class Connector(Protocol):
    """One way of getting posts."""

    def fetch(self, address: Address, memory: Memory) -> Fetched:
        """Fetch what is new.

        Raises
        ------
        FetchFailed
        """
        ...
