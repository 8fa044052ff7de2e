"""Last stage: write the graph in the formats that people and programs read, and ask it."""
