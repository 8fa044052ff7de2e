"""Second stage: which mentions are one entity, and which papers share entities."""
