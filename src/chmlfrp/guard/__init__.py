"""The local door between frpc and the service it publishes: meters, admits, refuses.

Never talks to the hosted service, starts no process, and knows nothing of tunnels beyond
what it is told; what it found out is data, worded elsewhere. The daemon alone calls it.
"""
