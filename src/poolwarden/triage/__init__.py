"""Read whatever logs there are and say why sessions vanished."""
