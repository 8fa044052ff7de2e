"""The site that a graph becomes: the explorer, one HTML page that needs no network."""

from paperlattice.export.pages.explorer import to_html, write_html

__all__ = ["to_html", "write_html"]
