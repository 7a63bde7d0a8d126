"""All that is known of the frpc program: find it, write its ini, run it, read what it says.

It never decides when something is started or ended, never asks the hosted service and
never ends a process that it cannot prove to be ours. The daemon is its only caller.
"""
