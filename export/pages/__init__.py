"""The site that a graph becomes: the explorer, and pages to link to; none needs a network."""

from paperlattice.export.pages.explorer import read_positions, to_html, write_html
from paperlattice.export.pages.site import SiteOptions, write_site

__all__ = ["SiteOptions", "read_positions", "to_html", "write_html", "write_site"]
