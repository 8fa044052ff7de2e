"""How the models in ``extract/`` are made; nothing here is in the wheel."""
