"""Run the benchmarks: ``python -m bench [NAME …]``; without a name, all of them.

Each is a script beside this one that prints a table, its peers in the same run. To add one:
write it, and name it here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: Name -> what it measures; the script is ``bench/<name>.py``.
BENCHES = {
    "extraction": "extraction, beside a spaCy NER and an EntityRuler",
    "linking": "linking papers, beside networkx and sparse_dot_topn",
    "analysis": "communities and PageRank, beside networkx",
    "build": "building, and building again after a change",
    "relatedness": "do links put papers on one subject together, beside TF-IDF",
    "rdf": "writing and asking RDF, beside rdflib",
    "endpoint_load": "many clients of the endpoint, some of them hostile",
}


def main(names: list[str]) -> int:
    """Run the named benchmarks one after the other; 1 where one of them failed."""
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there is: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or BENCHES:
        print(f"== {name}: {BENCHES[name]}", flush=True)
        run = [sys.executable, "-m", f"bench.{name}"]
        if subprocess.run(run, cwd=Path(__file__).parents[1], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
