"""First stage: read papers, and find what their texts name.

A finder is a pure generator over a text or spaCy ``Doc``; extraction of one paper depends on
that paper alone, so that any engine may spread it over processes or machines.
"""
