r"""Web addresses: repositories and everything else, normalised.

Addresses are found with and without a scheme, in LaTeX's ``\href`` and ``\url`` and in what
converters leave of them (``https://host/a_b{https://host/a\_b}``), and as a bare ``owner/name``
where the text says that code is there. The kind follows what the address is; what the text
calls it decides only where the address does not tell. Not found: addresses broken by white
space, other than right behind the scheme or inside ``github. com``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language

from paperlattice.extract.candidates import Component, Findings
from paperlattice.extract.records import Evidence, UrlKind, UrlMention
from paperlattice.extract.sentences import sentence_of


class Address(NamedTuple):
    """A web address: ``text[start:end]`` is it; ``text[start:blank_end]`` is it and its residue."""

    start: int
    end: int
    blank_end: int
    kind: UrlKind
    url: str


_SCHEME = re.compile(
    r"https?://\s?(?:github\. (?=com/))?(?:[^\s<>\"“”|^`{}]|\{\}){1,2000}", re.IGNORECASE
)
# The inside of a host name without scheme: its end, then looked at backwards.
_BARE_HOST_END = re.compile(
    r"\.(?:com|org|io|co|ai|net|edu|dev|app|science|cn|de|uk|ch|fr|jp|kr|in|eu|me|xyz|site|info|"
    r"gov|ms|be|tech|cloud|page|ly|gl|ht|tv|space|online|ac)(?![\w-])"
)
_HOST_BEFORE = re.compile(r"[A-Za-z0-9.-]{1,80}\Z")
_PATH = re.compile(r"[/?#](?:[^\s<>\"“”|^`{}]|\{\}){0,2000}")
_BRACES = re.compile(r"\{[^\s{}]*(?:[^{}\n]{0,300}\})?")

#: Hosts that are known without a scheme, given that a path follows.
_KNOWN_BARE = re.compile(
    r"(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com|huggingface\.co|"
    r"hf\.co|youtu\.be|youtube\.com|zenodo\.org|anonymous\.4open\.science|kaggle\.com|git\.io|"
    r"doi\.org|arxiv\.org|aka\.ms|bit\.ly|sites\.google\.com)\Z",
    re.IGNORECASE,
)
_PAGES_HOST = re.compile(
    r"[\w-]+\.(?:github|gitlab|readthedocs|netlify|vercel)\.(?:io|app)\Z", re.IGNORECASE
)
_ADDRESS_CUE = re.compile(
    r"(?:(?:available|accessible|hosted|found|released|accessed|published|provided|downloaded|demo|"
    r"live|website|web ?site|page|homepage|project|online|deployed)\b[^.\n]{0,40}"
    r"(?:\b(?:at|on|from|via|in|is)|:)|\bvisit|\bsee)\s*[(\[]?\s*\Z",
    re.IGNORECASE,
)

# owner/name, with the things about it that say that it is a repository.
_OWNER_NAME = re.compile(
    r"(?<=[\s(\[:])[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_][\w.-]{0,99}(?![\w/-])"
)
_CODE_CUE = re.compile(
    r"(?:\b(?:codes?|codebase|implementations?|repository|repo|source|scripts?|software|models|github|"
    r"gitlab)\b[^.:\n]{0,60}\b(?:at|from|in|on|under|github|repository|repo)"
    r"|\b(?:codes?|codebase|implementation|repository|repo|github|gitlab)\b[^.:\n]{0,20}:)"
    r"\s*[(\[]?\s*\Z",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[)\]]?\s*(?:[.;]|\Z|\(|on GitHub|repository)")
_SSH = re.compile(r"\bgit@([\w.-]+):([\w.-]+)/([\w.-]+)")

_LATEX = [
    (re.compile(r"\\(?:textasciitilde|sim|~)(?:\{\})?"), "~"),
    (re.compile(r"\$\s*(?:\\sim|~)\s*\$"), "~"),
    (re.compile(r"\\([_%&#$~{}-])"), r"\1"),
]
_TRAILING = ".,;:!?'\"’”*_`~\\|-"
_CLOSING = {")": "(", "]": "["}

_FORGES = frozenset(
    ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "framagit.org"]
)
_FORGE_PAGES = frozenset(
    [
        "orgs",
        "topics",
        "features",
        "sponsors",
        "collections",
        "marketplace",
        "search",
        "about",
        "settings",
        "explore",
        "apps",
        "users",
    ]
)
_SHORTENERS = frozenset(
    ["aka.ms", "bit.ly", "tinyurl.com", "goo.gl", "t.co", "git.io", "is.gd", "shorturl.at"]
)
_VIDEO_HOSTS = frozenset(
    ["youtu.be", "youtube.com", "m.youtube.com", "vimeo.com", "bilibili.com", "b23.tv"]
)
_DATA_HOSTS = frozenset(
    [
        "zenodo.org",
        "figshare.com",
        "physionet.org",
        "ieee-dataport.org",
        "data.mendeley.com",
        "dataverse.harvard.edu",
        "openslr.org",
        "kaggle.com",
        "data.world",
        "catalog.ldc.upenn.edu",
    ]
)
_PAPER_HOSTS = frozenset(
    [
        "arxiv.org",
        "doi.org",
        "dx.doi.org",
        "openreview.net",
        "aclanthology.org",
        "biorxiv.org",
        "medrxiv.org",
        "medium.com",
        "twitter.com",
        "x.com",
        "wikipedia.org",
        "en.wikipedia.org",
        "pypi.org",
    ]
)
_DEMO_CUE = re.compile(r"\b(?:demos?|app|application|playground)\b[^.\n]{0,40}\Z", re.IGNORECASE)
_PROJECT_CUE = re.compile(r"\bproject (?:web)?(?:page|site)[^.\n]{0,20}\Z", re.IGNORECASE)
_DOCS_CUE = re.compile(r"\b(?:documentation|docs|tutorials?)\b[^.\n]{0,40}\Z", re.IGNORECASE)


def find_addresses(text: str) -> Iterator[Address]:
    r"""Yield each web address in order of appearance.

    >>> [(a.kind, a.url) for a in find_addresses(r"Code: \href{https://github.com/a/b\_c.git}{x}.")]
    [('repository', 'https://github.com/a/b_c')]
    """
    done = 0
    for start, end in sorted(_ranges(text)):
        if start < done:
            continue
        end = _without_trailing(text, start, end)
        url = _clean(text[start:end])
        if "." not in url.partition("://")[2].partition("/")[0]:
            continue
        kind, url = classify(url, before=text[max(0, start - 80) : start])
        blank_end = end
        if residue := _BRACES.match(text, end):
            blank_end = residue.end()
        done = blank_end
        yield Address(start, end, blank_end, kind, url)


def classify(url: str, *, before: str = "") -> tuple[UrlKind, str]:
    """Give the kind of an absolute URL, and the URL in the form of its kind.

    before: the text that leads to it, for addresses that do not tell themselves.

    >>> classify("https://github.com/a/b.git/tree/main?x=1")
    ('repository', 'https://github.com/a/b')
    """
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    plain_host = host.lower().removeprefix("www.")
    parts = [p for p in re.split(r"[?#]", path)[0].split("/") if p]
    if repository := _repository(plain_host, parts):
        return "repository", repository
    url = f"{scheme}://{host}{slash}{path}"
    if plain_host in ("huggingface.co", "hf.co"):
        return _hugging_face_kind(parts, before), url
    if plain_host in _VIDEO_HOSTS:
        return "video", url
    if plain_host in _SHORTENERS or plain_host in _PAPER_HOSTS or plain_host in _FORGES:
        return "other", url
    if plain_host in _DATA_HOSTS:
        return "dataset", url
    if plain_host == "modelscope.cn":
        return ("dataset" if parts[:1] == ["datasets"] else "model"), url
    if (
        plain_host.startswith("docs.")
        or plain_host.endswith((".readthedocs.io", ".readthedocs.org"))
        or "docs" in parts
    ) or _DOCS_CUE.search(before):
        return "docs", url
    if _DEMO_CUE.search(before) and not _PROJECT_CUE.search(before):
        # An address that is given beside the project's own, to try it out.
        return ("project_page" if plain_host.endswith(".github.io") else "other"), url
    return "project_page", url


def _repository(host: str, parts: list[str]) -> str | None:
    if host == "anonymous.4open.science" and len(parts) >= 2 and parts[0] in ("r", "repository"):
        return f"https://{host}/r/{_name(parts[1])}"
    if host == "sourceforge.net" and len(parts) >= 2 and parts[0] in ("projects", "p"):
        return f"https://{host}/projects/{_name(parts[1])}"
    forge = host in _FORGES or host.startswith(("gitlab.", "git.", "gitea."))
    if not forge or len(parts) < 2 or parts[0].lower() in _FORGE_PAGES:
        return None
    if host.startswith("gitlab.") and "-" in parts:
        parts = parts[: parts.index("-")]  # groups may nest: host/group/sub/name/-/tree/main
        return f"https://{host}/{'/'.join([*parts[:-1], _name(parts[-1])])}"
    name = _name(parts[1])
    return f"https://{host}/{parts[0]}/{name}" if name else None


def _name(part: str) -> str:
    return part.removesuffix(".git").rstrip(".,;:")


def _hugging_face_kind(parts: list[str], before: str) -> UrlKind:
    first = parts[0].lower() if parts else ""
    if first == "datasets":
        return "dataset"
    if first == "docs":
        return "docs"
    if first == "spaces" and _PROJECT_CUE.search(before):
        return "project_page"
    return "other" if first in ("", "spaces", "papers", "blog") else "model"


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for match in _SCHEME.finditer(text):
        yield match.span()
    for match in _BARE_HOST_END.finditer(text):
        yield from _bare_host(text, match.end())
    for match in _SSH.finditer(text):
        yield match.span()
    for match in _OWNER_NAME.finditer(text):
        yield from _owner_name(text, *match.span())


def _bare_host(text: str, host_end: int) -> Iterator[tuple[int, int]]:
    before = _HOST_BEFORE.search(text, max(0, host_end - 80), host_end)
    if before is None:
        return
    start = before.start()
    if text[max(0, start - 1) : start] in ("@", "/", "_", ":") and start > 0:
        return  # an e-mail address, or inside an address with a scheme
    host = before.group()
    path = _PATH.match(text, host_end)
    end = path.end() if path else host_end
    has_path = path is not None and len(path.group()) > 1
    if (
        (has_path and _KNOWN_BARE.match(host))
        or _PAGES_HOST.match(host)
        or host.startswith("www.")
        or (host.islower() and _ADDRESS_CUE.search(text, max(0, start - 90), start))
    ):
        yield start, end


def _owner_name(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not _CODE_CUE.search(text, max(0, start - 100), start):
        return
    end = _without_trailing(text, start, end)
    owner_name = text[start:end]
    plain = owner_name.replace("/", "").isalpha() and owner_name.islower()
    # "in and/or", "on train/test splits" are no repositories: two plain words must stand
    # where an address would, behind "available at" and at the end of the sentence.
    address = _ADDRESS_CUE.search(text, max(0, start - 90), start) and _ENDS.match(text, end)
    if owner_name[0].isdigit() or (plain and not address):
        return
    if re.search(r"\.(?:com|org|io|net|edu)/", owner_name):
        return
    yield start, end


def _without_trailing(text: str, start: int, end: int) -> int:
    while end > start:
        last = text[end - 1]
        if last in _CLOSING:
            if text.count(_CLOSING[last], start, end) >= text.count(last, start, end):
                break
        elif last not in _TRAILING:
            break
        end -= 1
    return end


def _clean(raw: str) -> str:
    for pattern, replacement in _LATEX:
        raw = pattern.sub(replacement, raw)
    raw = re.sub(r"\s", "", raw)
    if ssh := _SSH.match(raw):
        return f"https://{ssh[1]}/{ssh[2]}/{ssh[3]}"
    scheme, separator, rest = raw.partition("://")
    if not separator:
        first = raw.partition("/")[0]
        return f"https://{raw}" if "." in first else f"https://github.com/{raw}"
    return f"{scheme.lower()}://{rest}"


@Language.factory("paperlattice_urls")
def make_urls(nlp: Language, name: str) -> UrlFinder:
    """Make the component that finds web addresses."""
    return UrlFinder(name)


class UrlFinder(Component):
    """Sets ``findings(doc).urls`` and blanks the addresses out in ``findings(doc).masked``."""

    #: An address is regular: what is found is right unless the text itself is broken.
    CONFIDENCE = 0.98

    def __init__(self, name: str) -> None:
        self.name = name

    def find(self, found: Findings) -> None:
        """Find the addresses of a text."""
        urls = []
        pieces, done = [], 0
        for address in find_addresses(found.text):
            pieces += [found.text[done : address.start], " " * (address.blank_end - address.start)]
            done = address.blank_end
            index = sentence_of(found.sentences, address.start)
            first, last = found.sentences[index]
            evidence = Evidence(
                address.start, address.end, index, first, last, self.CONFIDENCE, self.name
            )
            urls.append(UrlMention(evidence, address.kind, address.url))
        found.urls = tuple(urls)
        found.masked = "".join([*pieces, found.text[done:]]) if pieces else found.text
