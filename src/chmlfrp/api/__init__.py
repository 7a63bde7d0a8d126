"""The SDK: API v2 of the hosted service in, model values or an ApiError out.

It never stores, logs or shows anything. It holds connections, credentials, and what keeps
it kind to the service: a budget, and lists of nodes that are fresh for a while. The daemon
calls it, and so may any program: start at `chmlfrp.api.client.ServiceClient`.
"""
