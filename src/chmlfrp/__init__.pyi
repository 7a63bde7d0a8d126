from chmlfrp.api.client import ServiceClient as ServiceClient
from chmlfrp.api.credentials import Credentials as Credentials
from chmlfrp.model.secret import Secret as Secret
from chmlfrp.sdk.blocking import BlockingClient as BlockingClient
from chmlfrp.sdk.tunnel import tunnel as tunnel

__version__: str
__all__: list[str]
