"""The one mint: names of things within ``<base>id/<part>/``.

Names hold only ``a-z 0-9 . -`` and, between the members of a compound name, ``_``: so a
compound name reads back into its members, sorts as its members do, and is a prefixed name in
Turtle as it stands. The part that is unique is always in the last segment of the IRI.
"""

from __future__ import annotations

import re
import unicodedata

from paperlattice.extract.records import short_hash

_PLAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_NO_NAME = re.compile(r"[^a-z0-9.]+")
_LONGEST = 80


def plain_name(identifier: str, kind: str) -> str:
    """The identifier itself where it is a name as above; else a slug and a hash of it.

    >>> plain_name("arxiv-2106.09685", "paper")
    'arxiv-2106.09685'
    >>> plain_name("doi-10.5555/Tab(1)", "paper")
    'doi-10.5555-tab-1-b743329ed9'
    """
    if len(identifier) <= _LONGEST and _PLAIN.fullmatch(identifier):
        return identifier
    return hashed_name(identifier, kind)


def hashed_name(identifier: str, kind: str) -> str:
    """A slug for people and ten hex digits for identity.

    >>> hashed_name("https://github.com/example/thriftnet", "repository")
    'github.com-example-thriftnet-37752d2c44'
    """
    ascii_text = unicodedata.normalize("NFKD", identifier).encode("ascii", "ignore").decode()
    text = ascii_text.lower().removeprefix("https://").removeprefix("http://")
    slug = _NO_NAME.sub("-", text).strip(".-")[:_LONGEST].rstrip(".-")
    return f"{slug or 'x'}-{short_hash(kind, identifier)}"
