"""``python -m paperlattice.export.pages``: ready oxigraph's WebAssembly for ``sparql.html``."""

import argparse
from pathlib import Path

from paperlattice.export.pages.vendor import vendor_oxigraph


def main() -> None:
    """Run from a checkout in which npm has installed its packages."""
    parser = argparse.ArgumentParser(description="Ready oxigraph's WebAssembly for sparql.html.")
    parser.add_argument(
        "package", type=Path, nargs="?", default=Path("node_modules/oxigraph"), help="its folder"
    )
    vendor_oxigraph(parser.parse_args().package)


if __name__ == "__main__":
    main()
