"""Does what the engine decides: runs frpc, asks the service, keeps wishes, owns the Store.

It never words anything for people and never changes the account because something
stopped. Started as a process of its own (`chmlfrpd`), by the faces or a service manager.
"""
