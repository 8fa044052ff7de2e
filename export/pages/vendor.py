"""Take oxigraph's WebAssembly out of its npm package, ready to stand in a page.

    npm ci && python -m paperlattice.export.pages

npm checks the package against the lock file. What is made here is not committed; a site that is
written without it has no ``sparql.html`` and says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from paperlattice.errors import PaperlatticeError
from paperlattice.export.files import replacing
from paperlattice.export.pages.embed import deflate

FOLDER = Path(__file__).resolve().parent / "vendor"

_DEFAULT = re.compile(r"export \{ initSync, (\w+) as default \};\s*\Z")


@dataclass(frozen=True, slots=True)
class Oxigraph:
    """The library, ready to stand in a page.

    glue: a classic script that defines ``initOxigraph`` and ``Store``.
    wasm: base64 of the zlib stream of the WebAssembly.
    """

    glue: str
    wasm: str


def vendor_oxigraph(package: Path, folder: Path = FOLDER) -> None:
    """Write what the page needs of the npm package ``oxigraph`` into ``folder``.

    Raises PaperlatticeError where the package is not there or is made otherwise.
    """
    try:
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        glue = (package / "web.js").read_text(encoding="utf-8")
        wasm = (package / "web_bg.wasm").read_bytes()
    except OSError as error:
        raise PaperlatticeError(f"{package}: no oxigraph package; run `npm ci`") from error
    if about.get("name") != "oxigraph" or not _DEFAULT.search(glue):
        raise PaperlatticeError(f"{package}: want the npm package oxigraph, found another form")
    script = _DEFAULT.sub(r"const initOxigraph = \1;\n", glue)
    script = re.sub(r"^export (?=(?:class|function|const)\b)", "", script, flags=re.MULTILINE)
    script = script.replace("import.meta.url", '""')
    licence = f"oxigraph {about['version']}, {about['license']}, {about['homepage']}\n"
    for name, text in (
        ("oxigraph.js", f"// {licence}{script}"),
        ("oxigraph.wasm.txt", deflate(wasm)),
        ("LICENCES.txt", licence),
    ):
        with replacing(folder / name) as file:
            file.write(text)


def oxigraph(folder: Path = FOLDER) -> Oxigraph | None:
    """What :func:`vendor_oxigraph` made, None where it has not run."""
    try:
        return Oxigraph(
            (folder / "oxigraph.js").read_text(encoding="utf-8"),
            (folder / "oxigraph.wasm.txt").read_text(encoding="utf-8"),
        )
    except FileNotFoundError:
        return None
