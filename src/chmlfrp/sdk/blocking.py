"""`BlockingClient`; its signatures are in the stub beside, its code in `waiting`."""

from chmlfrp.sdk.waiting import BlockingClient as BlockingClient
