"""What can be wrong with a sitemap."""

from tocsin.listen.fetch.exceptions import FetchFailed


class NotASitemap(FetchFailed):
    """The document at the address is no sitemap."""

    code = "not_a_sitemap"


class HarmfulSitemap(FetchFailed):
    """The document declares entities, as those made to exhaust memory do; it was not parsed."""

    code = "harmful_document"
