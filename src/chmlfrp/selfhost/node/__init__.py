"""The node agent: a real frps that is started, watched, polled and ended.

It never decides who may open what (the plugin route does) and leaves nothing behind.
`service` runs one agent per local node.
"""
