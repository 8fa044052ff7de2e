"""``python -m paperlattice`` is the ``paperlattice`` command."""

import sys

from paperlattice.cli import main

sys.exit(main())
