"""Texts of the tunnels' page."""

from chmlfrp.words.language import Both

TUNNELS: dict[str, Both] = {}
