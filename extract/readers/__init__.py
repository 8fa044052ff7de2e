"""Read papers from files: a format a module, a table of them, and a corpus of all.

:func:`read_corpus` is the way in; :data:`READERS` is the table of formats.
"""

from paperlattice.extract.readers.corpus import Corpus, Source, read_corpus
from paperlattice.extract.readers.formats import READERS
from paperlattice.extract.readers.making import make_paper

__all__ = ["READERS", "Corpus", "Source", "make_paper", "read_corpus"]
