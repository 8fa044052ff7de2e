"""Paper Lattice: machine-learning papers to a knowledge graph, with evidence.

The work is in three stages, each a subpackage that imports only those before it:

* :mod:`paperlattice.extract` reads papers and finds what their abstracts name;
* :mod:`paperlattice.graph` decides which mentions are one entity, and links papers;
* :mod:`paperlattice.export` writes the graph as RDF, GraphML and HTML, and answers SPARQL.

This module imports none of them, so that ``import paperlattice`` costs nothing.
"""

__version__ = "0.1.0"
