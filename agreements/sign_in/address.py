"""From which address a request comes: failed sign-ins are counted by it."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

#: One household or office has as many addresses of IPv6 as it likes below this many leading bits.
_IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The client's address, of IPv6 its network: "203.0.113.7", "2001:db8:1:2::".

    Each proxy adds the address by which it was asked to the end of X-Forwarded-For, so of the last PROXIES entries the
    first is the client's. What stands before them is what the client claims. Without such an entry the one who is
    connected counts.
    """
    connected = request.META.get("REMOTE_ADDR", "")
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    claimed = entries[-settings.PROXIES].strip() if 0 < settings.PROXIES <= len(entries) else ""
    return _known(claimed) or _known(connected) or "0.0.0.0"


def _known(text: str) -> str:
    """The address, as it is counted; empty if it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), _IPV6_PREFIX), strict=False).network_address)
