"""What can be wrong with a feed."""

from tocsin.listen.fetch.exceptions import FetchFailed


class NotAFeed(FetchFailed):
    """The document at the address is no RSS or Atom feed."""

    code = "not_a_feed"


class HarmfulFeed(FetchFailed):
    """The document declares entities, as those made to exhaust memory do; it was not parsed."""

    code = "harmful_document"
