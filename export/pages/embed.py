"""Put scripts, styles and data into one HTML file so that hostile text stays text.

Titles, abstracts, names and addresses come from strangers. They enter a page in two ways only:
as JSON in a block that no browser executes (:func:`embed_json`), or as element text and
attributes through :func:`html.escape`. A content security policy made of hashes is the second
line: it lets the page's own script and style run and forbids everything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from importlib.resources import files

_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(r'^import\s[^;]*?from\s+"\./(?P<name>[\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)


def read_asset(name: str) -> str:
    """Read a file that ships beside this module, such as ``js/search.js``."""
    return files("paperlattice.export.pages").joinpath(name).read_text(encoding="utf-8")


def bundle(entry: str) -> str:
    """Join an ES module and what it imports to one classic script.

    The modules share one scope: the imports and the word ``export`` are dropped, so that no two
    may declare the same top-level name (a test sees to it). Whole-line comments and indentation
    are dropped; no template in the modules goes over a line's end.

    Args:
        entry: name of the module in ``js/`` without its suffix.
    """
    order: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"modules import each other: {' -> '.join((*above, name))}")
        if name in order:
            return
        for found in _IMPORT.finditer(read_asset(f"js/{name}.js")):
            visit(found["name"], (*above, name))
        order.append(name)

    visit(entry, ())
    parts = [
        _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", read_asset(f"js/{name}.js"))))
        for name in order
    ]
    script = re.sub(r"^[ \t]+", "", "".join(parts), flags=re.MULTILINE)
    return f'"use strict";(()=>{{\n{script}}})();\n'


def strip_css(text: str) -> str:
    """Drop comments and indentation of a style sheet."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", text).strip() + "\n"


def csp_hash(text: str) -> str:
    """The source expression that allows exactly this inline script or style.

    >>> csp_hash("1")
    "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def content_policy(
    scripts: Sequence[str], styles: Sequence[str], *, extra: Mapping[str, str] | None = None
) -> str:
    """The policy of a page that runs these scripts and styles, and nothing from elsewhere."""
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(map(csp_hash, scripts)) or "'none'",
        "style-src": " ".join(map(csp_hash, styles)) or "'none'",
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        **(extra or {}),
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def embed_json(value: object) -> str:
    r"""JSON that cannot end its ``<script type="application/json">``, open a comment or a tag.

    >>> embed_json("</script>\u2028")
    '"\\u003c/script>\\u2028"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def deflate(content: str | bytes) -> str:
    """Base64 of the zlib stream of bytes or UTF-8 text, which browsers call "deflate"."""
    data = content.encode() if isinstance(content, str) else content
    return base64.b64encode(zlib.compress(data, 9)).decode()


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace each ``{{name}}`` once, left to right; what is put in is not looked at again.

    Raises KeyError for a name without a value.
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], template)
