"""What is allowed: pure functions over plain values, without store, network or clock.

They never read or change a record. Routes call them before they write, the plugin route
before a node opens a port.
"""
