"""The site, a SPARQL 1.1 endpoint and dereferenceable IRIs of one graph, over HTTP.

Read-only. A question runs in a process of its own that the kernel ends when its time is up
(:mod:`~paperlattice.export.endpoint.askers`), so no question can hold up the others.
"""

from paperlattice.export.endpoint.serve import serve

__all__ = ["serve"]
