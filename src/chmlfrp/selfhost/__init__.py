"""A ChmlFrp that you run yourself: HTTP API v2, its store, and nodes on real frps.

It never shares wire code with the client it serves, never writes a secret to its log and
never needs root. People and the demo start it as `python -m chmlfrp.selfhost`; nothing
imports it.
"""
