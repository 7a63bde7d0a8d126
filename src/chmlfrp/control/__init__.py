"""The one door to the daemon: the protocol, its server and its client.

Knows how commands, answers and the watch stream travel, never what they bring about:
the server works for any `Backend`. The daemon serves it, the faces use its client.
"""
