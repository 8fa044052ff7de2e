"""Second stage: which mentions are one entity, and which papers share entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlattice.graph.builder import build as build
    from paperlattice.graph.model import Graph as Graph

__all__ = ["Graph", "build"]


def __getattr__(name: str) -> object:
    # Arrow, scipy and networkx take half a second to import; `paperlattice -h` needs none.
    if name == "build":
        from paperlattice.graph.builder import build

        return build
    if name == "Graph":
        from paperlattice.graph.model import Graph

        return Graph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
