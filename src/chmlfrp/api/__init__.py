"""The SDK: API v2 of the hosted service in, model values or an ApiError out.

It never retries, stores, logs or shows anything, and holds no state but a connection
pool and a token. The daemon calls it, and so may any program: start at
`chmlfrp.api.client.ServiceClient`.
"""
