"""What the service remembers: accounts, tunnels, nodes.

It never decides what is allowed and never speaks the wire's names. Routes, the node
agents and the commands use it, each through a session of their own.
"""
