"""Which addresses may be connected to; names are resolved once, and the checked address is the one used."""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

from tocsin.listen.fetch.exceptions import AddressRefused, NameUnknown

Resolve = Callable[[str, int], list[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a host, in the order of the system.

    Raises
    ------
    NameUnknown
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown(host=host) from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def public_only(host: str, addresses: Iterable[str]) -> list[str]:
    """Return the addresses if all of them are public.

    Raises
    ------
    AddressRefused
        When any is not: a name with one public and one private address is a trick.
    """
    checked = list(addresses)
    for text in checked:
        if not is_public(text):
            raise AddressRefused(host=host, detail="address_private")
    return checked


def is_public(text: str) -> bool:
    """Return whether an address belongs to the public internet, also inside IPv6 wrappings of IPv4."""
    try:
        address: Address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        for inner in _wrapped(address):
            if not is_public(str(inner)):
                return False
        if address in _NAT64:
            return True
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special


def _wrapped(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 one leads to."""
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _COMPATIBLE:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [found for found in inner if found is not None]


def check_url(url: str) -> str:
    """Return the address without its fragment if its form allows fetching it.

    Raises
    ------
    AddressRefused
        For other schemes, credentials inside the address, or no host.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(host=url[:200]) from error
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise AddressRefused(host=url[:200])
    return parts._replace(fragment="").geturl()
