"""Who asks, told apart just well enough to be fair: a bucket of tokens for each network, forgotten within minutes.

A network is the first 24 bits of an IPv4 address or the first 48 of an IPv6 one. It is kept in memory alone, as a key
that a secret of the process made of it, and stands in no log.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

MOST_NETWORKS = 20_000  # buckets kept; the one that was not used for longest makes room
BURST_MINUTES = 0.5  # a full bucket holds the tokens of half a minute
_BITS = {4: 24, 6: 48}


class Buckets:
    """Tokens by network: so many a minute, and no more at once than those of half a minute; safe between threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Every bucket starts full; 0 a minute means that nobody is limited."""
        self.per_second, self.most = per_minute / 60, max(1.0, per_minute * BURST_MINUTES)
        self._clock, self._lock = clock, threading.Lock()
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()  # network → (tokens, when)
        self._secret = os.urandom(16)

    def wait(self, network: str, tokens: int) -> int:
        """Take tokens and return 0, or take none and return the whole seconds after which there are enough."""
        if not self.per_second or not network:
            return 0
        tokens = min(tokens, int(self.most))
        key, now = hashlib.blake2b(network.encode(), key=self._secret, digest_size=8).digest(), self._clock()
        with self._lock:
            left, then = self._left.pop(key, (self.most, now))
            left = min(self.most, left + (now - then) * self.per_second)
            enough = left >= tokens
            self._left[key] = (left - tokens if enough else left, now)
            while len(self._left) > MOST_NETWORKS:
                self._left.popitem(last=False)
        return 0 if enough else max(1, math.ceil((tokens - left) / self.per_second - 1e-9))

    def __len__(self) -> int:
        return len(self._left)


def network_of(environ: Mapping[str, Any], proxies: int) -> str:
    """Return the network of who asks; empty for this machine itself, which is not limited.

    With `proxies` of ours in front the address is the one that the outermost of them has added to X-Forwarded-For;
    what stands before it is the reader's own word and counts for nothing.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if proxies:
        told = [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
        if len(told) >= proxies:
            address = told[-proxies]
    try:
        known = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return "unknown" if proxies else ""
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    if known.is_loopback:
        return ""
    return str(ipaddress.ip_network((known, _BITS[known.version]), strict=False))
