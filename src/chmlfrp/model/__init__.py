"""The nouns: Account, Tunnel, Node, the ladder of a tunnel, secrets.

Frozen values with the rules that hold for them anywhere; no I/O, no clock, no wire
names of the hosted service. Every room may use them.
"""
