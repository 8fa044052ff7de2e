"""Where each page of the site stands, relative to the site's folder."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from paperlattice.extract.records import short_hash

_LONGEST = 180  # bytes of a file name; file systems allow 255


def page_of(node: str) -> str:
    """The page of a paper or entity, by its identifier; the scripts' ``pageOf`` says the same.

    Characters that a file name or an address would need to escape are written as ``~`` and the
    hexadecimal digits of their UTF-8 bytes, so that different identifiers have different pages.

    >>> page_of("doi-10.5555/tab.zoo")
    'paper/doi-10.5555~2ftab.zoo.html'
    >>> page_of("method/low-rank-adaptation-b7d1f7b723")
    'entity/method/low-rank-adaptation-b7d1f7b723.html'
    """
    kind, slash, name = node.partition("/")
    if slash and kind in ("method", "dataset", "metric", "task"):
        return f"entity/{kind}/{_file_name(name)}.html"
    return f"paper/{_file_name(node)}.html"


def _file_name(name: str) -> str:
    escaped = re.sub(
        r"[^A-Za-z0-9._-]", lambda c: "".join(f"~{b:02x}" for b in c[0].encode()), name
    )
    # The scripts link to no page of such a name: they would need the hash.
    return escaped if len(escaped) <= _LONGEST else f"{escaped[:150]}~{short_hash(name)}"


def safe_url(address: str) -> str | None:
    """The address if a person may follow it from a page, else None.

    >>> safe_url("javascript:alert(1)"), safe_url("https://example.org/a")
    (None, 'https://example.org/a')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return address if good else None
