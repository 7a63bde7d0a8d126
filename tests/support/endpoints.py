"""One way to ask each endpoint through the SDK, and the samples of its answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from chmlfrp.api.client import ServiceClient
from chmlfrp.model.domain import RecordType, Subdomain
from chmlfrp.model.identity import MailPurpose, Registration
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId, TunnelSpec, TunnelType
from support.replies import PASSWORD

SAMPLES = Path(__file__).parent.parent / "samples"
SPEC = TunnelSpec(
    name="12424",
    node="日本东京直连-2",
    type=TunnelType.TCP,
    local_port=51,
    remote_port=36981,
)
NAME = Subdomain(
    id=1,
    domain="frp.wtf",
    record="chaoji",
    type=RecordType.CNAME,
    target="sq.frp.one",
)
NEWCOMER = Registration(
    name="ada", password=PASSWORD, email="ada@example.com", qq="10001", code="123456"
)

ASK: dict[str, Callable[[ServiceClient], Awaitable[Any]]] = {
    "/login": lambda c: c.account.sign_in("boring_student", PASSWORD),
    "/userinfo": lambda c: c.account.get(),
    "/sendmailcode": lambda c: c.registration.send_code(
        MailPurpose.REGISTER, "ada@example.com"
    ),
    "/register": lambda c: c.registration.register(NEWCOMER),
    "/login_by_email_code": lambda c: c.registration.sign_in(
        "ada@example.com", "123456"
    ),
    "/email_reset_password": lambda c: c.registration.reset_password(
        "ada@example.com", PASSWORD, "123456"
    ),
    "/retoken": lambda c: c.profile.renew_token(),
    "/reset_password": lambda c: c.profile.change_password(PASSWORD, PASSWORD),
    "/update_username": lambda c: c.profile.rename("ada"),
    "/update_qq": lambda c: c.profile.change_qq("10001"),
    "/update_userimg": lambda c: c.profile.change_avatar("https://example.com/a.png"),
    "/qiandao": lambda c: c.rewards.check_in(),
    "/qiandao_info": lambda c: c.rewards.attendance(),
    "/giftcard/redeem": lambda c: c.rewards.redeem(Secret("CARD-1")),
    "/giftcard/history": lambda c: c.rewards.cards(),
    "/log/query": lambda c: c.log.page(),
    "/tunnel": lambda c: c.tunnels.list(),
    "/create_tunnel": lambda c: c.tunnels.create(SPEC),
    "/update_tunnel": lambda c: c.tunnels.update(TunnelId(76427), SPEC),
    "/delete_tunnel": lambda c: c.tunnels.delete(TunnelId(1)),
    "/deletetunnel": lambda c: c.tunnels.delete(TunnelId(1)),
    "/tunnel_config": lambda c: c.tunnels.config("日本东京直连-2"),
    "/refresh_tunnel": lambda c: c.tunnels.refresh("web"),
    "/offline_tunnel": lambda c: c.tunnels.disconnect("web"),
    "/offline_user_nodes": lambda c: c.tunnels.disconnect_all(),
    "/flow_last_7_days": lambda c: c.traffic.week(),
    "/tunnel/last7days": lambda c: c.traffic.of_tunnel(TunnelId(1)),
    "/node": lambda c: c.nodes.list(),
    "/nodeinfo": lambda c: c.nodes.get("江苏宿迁"),
    "/node_stats": lambda c: c.nodes.stats(),
    "/node_uptime": lambda c: c.nodes.uptime(),
    "/node_status_info": lambda c: c.nodes.history("江苏宿迁"),
    "/list_available_domains": lambda c: c.domains.available(),
    "/get_user_free_subdomains": lambda c: c.domains.list(),
    "/create_free_subdomain": lambda c: c.domains.create(NAME),
    "/update_free_subdomain": lambda c: c.domains.update(NAME, ttl_s=3600),
    "/delete_free_subdomain": lambda c: c.domains.delete("frp.wtf", "chaoji"),
    "/message/list": lambda c: c.messages.page(),
    "/messages": lambda c: c.messages.page(),
    "/message/search": lambda c: c.messages.search("维护"),
    "/message/detail": lambda c: c.messages.get(5),
    "/panelinfo": lambda c: c.panel.totals(),
    "/api/server-status": lambda c: c.panel.load(),
    "/download_info": lambda c: c.programs.archives(),
    "/download/frpc/frpc_info.json": lambda c: c.programs.list(),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer of an endpoint."""

    name: str
    endpoint: str
    method: str
    reply: Any
    status: int = 200

    @property
    def is_yes(self) -> bool:
        return self.status == 200 and self.reply.get("code", 200) == 200


def sample_files() -> list[Path]:
    """Return the files of all answers in the envelope of API v2."""
    return [
        p for name in ("seed", "reference") for p in (SAMPLES / name).glob("*.json")
    ]


def samples() -> list[Sample]:
    """Return every captured reply and every shape of the reference."""
    calls = msgspec.json.decode((SAMPLES / "seed_calls.json").read_bytes())
    found = [
        Sample(
            name,
            call["endpoint"],
            call["method"],
            msgspec.json.decode((SAMPLES / "seed" / f"{name}.json").read_bytes()),
        )
        for name, call in calls.items()
    ]
    for path in sorted((SAMPLES / "reference").glob("*.json")):
        one = msgspec.json.decode(path.read_bytes())
        found.append(
            Sample(
                path.stem, one["endpoint"], one["method"], one["reply"], one["status"]
            )
        )
    return found
