"""All tables of the store, whichever module declares them."""

from chmlfrp.selfhost.store import grants, models, nodemodels, people, rate

MODULES = (models, people, grants, nodemodels, rate)
"""Modules that add tables to `Base`; a new one is named here."""

METADATA = models.Base.metadata
