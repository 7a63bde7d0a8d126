"""Tells people who are not looking: desktop notices, mail and webhooks.

A face of its own, in a process of its own: it watches the daemon, words what it sees and
sends it. It never changes anything, and ends with the daemon that started it.
"""
