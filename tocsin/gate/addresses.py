"""Which addresses the gate calls: on the public internet, over TLS, unless an intranet is allowed."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.errors import TocsinError
from tocsin.listen.fetch.addresses import check_url, is_public
from tocsin.listen.fetch.exceptions import AddressRefused


class AddressForbidden(TocsinError):
    """The gate does not call this address; nothing was kept."""


def checked(url: str) -> str:
    """Return an address that may be called.

    A name is resolved when it is called, and refused then if it leads to a private address
    (`tocsin.gate.channels.http`).

    Raises
    ------
    AddressForbidden
        When it is not https, carries a password, or is a private address where none is allowed.
    """
    try:
        address = check_url(url)
    except AddressRefused as error:
        raise AddressForbidden(_("This is not an address that begins with https://.")) from error
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (settings.FETCH_PRIVATE and _is_loopback(host)):
        raise AddressForbidden(_("The address must begin with https://: what is sent is not for others."))
    if not settings.FETCH_PRIVATE and (_is_loopback(host) or _is_private(host)):
        raise AddressForbidden(
            _("This address is inside a private network. TOCSIN_FETCH_PRIVATE allows such addresses.")
        )
    return address


def _is_private(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
