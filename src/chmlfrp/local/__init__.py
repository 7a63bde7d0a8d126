"""This machine: folders, private files, settings, secrets, the instance lock, ports.

Never talks to the service, to frpc or to the daemon, and holds no text for people
beyond what an error says. The daemon, the command line and the desktop call it.
"""
