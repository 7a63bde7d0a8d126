"""For each sample of an answer: how the service is brought to give it."""

import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import update

from chmlfrp.selfhost.captcha import GeeTest
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.settings import Captcha
from chmlfrp.selfhost.store import giftcard, message
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.giftcard import Worth
from chmlfrp.selfhost.store.models import Tunnel
from chmlfrp.selfhost.store.nodemodels import NodeDay, NodeSample
from support.oauth import Browser, Program
from support.scene import Scene, changed
from support.selfhost import PASSWORD

AVATAR = "https://www.example.com/face.png"
OTHER_PASSWORD = "another-1"
STRANGER = {"token": "x"}
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"

Ask = Callable[[Scene], Awaitable[Any]]


def _login(s: Scene, **changes: Any) -> Awaitable[Any]:
    return s.get("/login", **_known(s, **changes))


def _known(s: Scene, **changes: Any) -> dict[str, Any]:
    return {"username": s.user.name, "password": PASSWORD, **changes}


def _newcomer(s: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "username": f"ada{s.number}",
        "password": PASSWORD,
        "mail": f"ada{s.number}@example.com",
        "qq": f"1000{s.number}",
        **changes,
    }


async def _registered(s: Scene) -> Any:
    new = _newcomer(s)
    return await s.get("/register", **new, code=await s.code("register", new["mail"]))


async def _twice(asking: Callable[[], Awaitable[Any]]) -> Any:
    await asking()
    return await asking()


async def _without_store(s: Scene, path: str) -> Any:
    gone = Database(Address(s.folder, Hidden(NOWHERE)))
    with changed(s.service, database=gone):
        return await s.get(path)


async def _avatar(s: Scene, link: str = AVATAR) -> Any:
    return await s.get("/update_userimg", **s.mine, new_userimg=link)


async def _taken(s: Scene, form: dict[str, Any], **changes: Any) -> Any:
    await s.post("/create_tunnel", **form)
    return await s.post("/create_tunnel", **{**form, **changes})


async def _quota(s: Scene) -> Any:
    poor = await s.poor(tunnel_limit=1)
    await s.post("/create_tunnel", **s.form(**poor))
    return await s.post("/create_tunnel", **s.form(**poor, tunnelname="b"))


async def _vip(s: Scene, path: str) -> Any:
    poor = await s.poor()
    if path == "/nodeinfo":
        return await s.get(path, **poor, node=s.far.name)
    return await s.post(path, **s.form(**poor, node=s.far.name))


async def _delete_not_mine(s: Scene) -> Any:
    poor = await s.poor()
    return await s.get("/delete_tunnel", **poor, tunnelid=s.tunnels[0].id)


async def _deleted_twice(s: Scene) -> Any:
    number = s.tunnels[0].id
    return await _twice(lambda: s.get("/delete_tunnel", **s.mine, tunnelid=number))


async def _config_of_web(s: Scene) -> Any:
    site = s.site(porttype="https", encryption="true", tunnelname=f"site{s.number}")
    await s.post("/create_tunnel", **site)
    return await s.get(
        "/tunnel_config", **s.mine, node=s.near.name, tunnel_names=site["tunnelname"]
    )


async def _list_of_poor(s: Scene) -> Any:
    return await s.get("/tunnel", **await s.poor())


async def _config_of_poor(s: Scene) -> Any:
    return await s.get("/tunnel_config", **await s.poor(), node=s.near.name)


async def _tunnels_of_all_types(s: Scene) -> Any:
    await s.post("/create_tunnel", **s.site())
    await s.post("/create_tunnel", **s.form(porttype="udp"))
    async with s.service.context.database.write() as session:
        await session.execute(
            update(Tunnel).where(Tunnel.user_id == s.user.id).values(started_ms=1)
        )
    return await s.get("/tunnel", **s.mine)


async def _named(s: Scene, then: str = "", **changes: Any) -> Any:
    name = await s.domain()
    made = await s.post("/create_free_subdomain", **name)
    if not then:
        return made
    if then.startswith("/get"):
        return await s.get(then, **s.mine)
    return await s.post(then, **{**name, **changes})


async def _short_ttl(s: Scene) -> Any:
    name = await s.domain(least_ttl_s=600)
    return await s.post("/create_free_subdomain", **{**name, "ttl": "1分钟"})


async def _domains(s: Scene) -> Any:
    await s.domain(has_filing=True, remarks=None)
    return await s.get("/list_available_domains")


async def _card(s: Scene, worth: Worth) -> Any:
    async with s.service.context.database.write() as session:
        code = await giftcard.make(session, worth, now_ms=0)
    return await s.post("/giftcard/redeem", **s.mine, giftcode=code)


async def _month(s: Scene) -> Any:
    token = await s.poor()
    async with s.service.context.database.write() as session:
        worth = Worth(name="周年礼", group="高级会员", days=30)
        code = await giftcard.make(session, worth, now_ms=0)
    return await s.post("/giftcard/redeem", **token, giftcode=code)


POINTS = Worth(name="周年礼", points=500)


async def _cards(s: Scene) -> Any:
    await _card(s, POINTS)
    return await s.get("/giftcard/history", **s.mine)


async def _guessed(s: Scene, times: int) -> Any:
    for _ in range(times):
        reply = await s.post("/giftcard/redeem", **s.mine, giftcode="x")
    return reply


async def _banned(s: Scene, tries: int, name: str = "") -> Any:
    for number in range(tries):
        wrong = {"username": name.format(number)} if name else {}
        await _login(s, **wrong, password="wrong-1")
    return await s.post("/login", **_known(s))


async def _by_code(s: Scene, given: str = "") -> Any:
    code = given or await s.code("login")
    return await s.get("/login_by_email_code", mail=s.mail, code=code)


async def _forgot(s: Scene) -> Any:
    return await s.post(
        "/email_reset_password",
        email=s.mail,
        new_password=OTHER_PASSWORD,
        code=await s.code("reset_password"),
    )


async def _messages(s: Scene, path: str, **params: Any) -> Any:
    async with s.service.context.database.write() as session:
        for user_id, title in ((None, "节点维护"), (s.user.id, "会员到期")):
            await message.add(
                session,
                user_id=user_id,
                title=title,
                content="**今晚**",
                priority=2,
                now_ms=1_800_000_000_000,
            )
    if path == "/message/detail" and not params:
        listed = await s.get("/message/list", **s.mine)
        all_of_them = listed["data"]["messages"]
        public = next(one for one in all_of_them if one["targetUsers"] is None)
        params = {"id": public["id"]}
    return await s.get(path, **s.mine, **params)


async def _log(s: Scene, **params: Any) -> Any:
    await _login(s)
    return await s.get("/log/query", **s.mine, **params)


async def _captcha(s: Scene) -> Any:
    settings = Captcha(
        kind="geetest", id="id", key=Hidden("key"), url="http://127.0.0.1:1/"
    )
    widget = ("lot_number", "captcha_output", "pass_token", "gen_time")
    with changed(s.service, captcha=GeeTest(settings)):
        return await s.post(
            *("/sendmailcode",),
            type="register",
            mail="ada@example.com",
            **dict.fromkeys(widget, "1"),
        )


async def _uptime(s: Scene) -> Any:
    async with s.service.context.database.write() as session:
        session.add(NodeDay(node_id=s.near.id, day=date.today().isoformat(), polls=3))
    return await s.get("/node_uptime", time=1, node=s.near.name)


async def _history(s: Scene) -> Any:
    async with s.service.context.database.write() as session:
        now_s = int(time.time())
        session.add(NodeSample(node_id=s.near.id, taken_s=now_s, numbers={}))
    return await s.get("/node_status_info", nodename=s.near.name)


async def _no_links(s: Scene) -> Any:
    settings = msgspec.structs.replace(s.service.context.settings, links=())
    with changed(s.service, settings=settings):
        return await s.get("/panelinfo")


async def _seen_today(s: Scene) -> Any:
    await s.post("/qiandao", **s.mine)
    return await s.get("/qiandao_info", **s.mine)


async def _by_program(s: Scene) -> Any:
    program = Program(s.service)
    codes = await program.start()
    await Browser(s.service).let_in(codes["user_code"], s.user.name)
    _, tokens = await program.poll(codes["device_code"])
    return await s.get("/userinfo", token=tokens["access_token"])


async def _close(s: Scene, path: str) -> Any:
    if path == "/offline_tunnel":
        name = s.tunnels[1].name
        return await s.with_node(s.post(path, **s.mine, tunnel_name=name))
    return await s.with_node(s.get(path, **s.mine))


SEED: dict[str, Ask] = {
    "login_ok": _login,
    "login_no_user": lambda s: _login(s, username="nobody"),
    "login_wrong_password": lambda s: _login(s, password="wrong-1"),
    "login_password_rule": lambda s: _login(s, password="short"),
    "sendmailcode_ok": lambda s: s.post(
        "/sendmailcode", type="register", mail=_newcomer(s)["mail"]
    ),
    "sendmailcode_bad_mail": lambda s: s.post(
        "/sendmailcode", type="register", mail="a@"
    ),
    "register_ok": _registered,
    "register_wrong_code": lambda s: s.get("/register", **_newcomer(s, code="0")),
    "retoken_ok": lambda s: s.get("/retoken", **s.mine),
    "qiandao_ok": lambda s: s.post("/qiandao", **s.mine),
    "qiandao_again": lambda s: _twice(lambda: s.post("/qiandao", **s.mine)),
    "update_userimg_ok": _avatar,
    "update_userimg_same": lambda s: _twice(lambda: _avatar(s)),
    "update_userimg_bad_link": lambda s: _avatar(s, "nothing"),
    "userinfo_ok": lambda s: s.get("/userinfo", **s.mine),
    "tunnel_list_ok": lambda s: s.get("/tunnel", **s.mine),
    "create_tunnel_ok": lambda s: s.post("/create_tunnel", **s.form()),
    "update_tunnel_ok": lambda s: s.post(
        "/update_tunnel", **s.form(tunnelid=s.tunnels[1].id)
    ),
    "tunnel_config_ok": lambda s: s.get("/tunnel_config", **s.mine, node=s.near.name),
    "node_list_ok": lambda s: s.get("/node"),
    "node_list_unreachable": lambda s: _without_store(s, "/node"),
    "nodeinfo_ok": lambda s: s.get("/nodeinfo", **s.mine, node=s.near.name),
    "node_stats_ok": lambda s: s.get("/node_stats"),
    "node_stats_unreachable": lambda s: _without_store(s, "/node_stats"),
    "userinfo_bad_token": lambda s: s.get("/userinfo", **STRANGER),
    "tunnel_list_bad_token": lambda s: s.get("/tunnel", **STRANGER),
    "create_tunnel_bad_token": lambda s: s.post("/create_tunnel", **s.form(**STRANGER)),
    "update_tunnel_bad_token": lambda s: s.post("/update_tunnel", **STRANGER),
    "deletetunnel_bad_token": lambda s: s.post("/deletetunnel", **STRANGER),
    "tunnel_config_bad_token": lambda s: s.get("/tunnel_config", **STRANGER),
    "nodeinfo_bad_token": lambda s: s.get("/nodeinfo", **STRANGER),
    "reset_password_bad_token": lambda s: s.get("/reset_password", **STRANGER),
    "update_username_bad_token": lambda s: s.get("/update_username", **STRANGER),
    "update_qq_bad_token": lambda s: s.get("/update_qq", **STRANGER),
}
"""The captured replies."""

REFERENCE: dict[str, Ask] = {
    "app_version": lambda s: s.get("/app_version", type="x"),
    "messages_gone": lambda s: s.get("/app_version", type="x"),
    "create_free_subdomain": _named,
    "create_free_subdomain_bad_token": lambda s: s.post(
        "/create_free_subdomain", **STRANGER
    ),
    "create_free_subdomain_ttl": _short_ttl,
    "update_free_subdomain": lambda s: _named(s, "/update_free_subdomain", ttl="1天"),
    "update_free_subdomain_bad_token": lambda s: s.post(
        "/update_free_subdomain", **STRANGER
    ),
    "delete_free_subdomain": lambda s: _named(s, "/delete_free_subdomain"),
    "delete_free_subdomain_bad_token": lambda s: s.post(
        "/delete_free_subdomain", **STRANGER
    ),
    "get_user_free_subdomains": lambda s: _named(s, "/get_user_free_subdomains"),
    "list_available_domains": _domains,
    "list_available_domains_newer": _domains,
    "create_tunnel_no_data": lambda s: s.post("/create_tunnel", **s.form()),
    "create_tunnel_name_rule": lambda s: s.post(
        "/create_tunnel", **s.form(tunnelname="a-b")
    ),
    "create_tunnel_name_taken": lambda s: _taken(s, s.form(), remoteport=26982),
    "create_tunnel_port_taken": lambda s: _taken(s, s.form(), tunnelname="other"),
    "create_tunnel_domain_taken": lambda s: _taken(s, s.site(), tunnelname="other"),
    "create_tunnel_quota": _quota,
    "create_tunnel_type_missing": lambda s: s.post(
        "/create_tunnel", **s.form(porttype="")
    ),
    "create_tunnel_vip_node": lambda s: _vip(s, "/create_tunnel"),
    "update_tunnel_null_data": lambda s: s.post(
        "/update_tunnel", **s.form(tunnelid=s.tunnels[1].id)
    ),
    "delete_tunnel": lambda s: s.get(
        "/delete_tunnel", **s.mine, tunnelid=s.tunnels[0].id
    ),
    "delete_tunnel_gone": _deleted_twice,
    "delete_tunnel_not_found": lambda s: s.get(
        "/delete_tunnel", **s.mine, tunnelid=2**31 - 1
    ),
    "delete_tunnel_not_yours": _delete_not_mine,
    "tunnel_list_empty": _list_of_poor,
    "tunnel_list_null": _list_of_poor,
    "tunnel_list_newer": _tunnels_of_all_types,
    "tunnel_config_no_tunnel": _config_of_poor,
    "tunnel_config_web": _config_of_web,
    "offline_tunnel": lambda s: _close(s, "/offline_tunnel"),
    "offline_tunnel_gone": lambda s: s.post(
        "/offline_tunnel", **s.mine, tunnel_name="none"
    ),
    "offline_user_nodes": lambda s: _close(s, "/offline_user_nodes"),
    "refresh_tunnel": lambda s: s.post(
        "/refresh_tunnel", **s.mine, tunnel_name=s.tunnels[1].name
    ),
    "flow_last_7_days": lambda s: s.get("/flow_last_7_days", **s.mine),
    "flow_last_7_days_null": lambda s: s.get("/flow_last_7_days", **s.mine),
    "tunnel_last7days": lambda s: s.get(
        "/tunnel/last7days", **s.mine, tunnel_id=s.tunnels[0].id
    ),
    "node_list_newer": lambda s: s.get("/node"),
    "node_stats_newer": lambda s: s.get("/node_stats"),
    "nodeinfo_missing": lambda s: s.get("/nodeinfo", **s.mine, node="月球CN2"),
    "nodeinfo_vip": lambda s: _vip(s, "/nodeinfo"),
    "nodeinfo_newer": lambda s: s.get("/nodeinfo", **s.mine, node=s.near.name),
    "node_uptime": _uptime,
    "node_uptime_unreachable": lambda s: _without_store(s, "/node_uptime"),
    "node_status_info": _history,
    "node_status_info_missing": lambda s: s.get("/node_status_info", nodename="none"),
    "panelinfo": lambda s: s.get("/panelinfo"),
    "panelinfo_no_state": _no_links,
    "server_status": lambda s: s.get("/api/server-status"),
    "download_info": lambda s: s.get("/download_info"),
    "frpc_info": lambda s: s.get("/download/frpc/frpc_info.json"),
    "login_banned_account": lambda s: _banned(s, 5),
    "login_banned_address": lambda s: _banned(s, 20, "nobody{}"),
    "login_form_unknown": lambda s: s.post("/login"),
    "login_by_email_code": _by_code,
    "login_by_email_code_wrong": lambda s: _by_code(s, "0"),
    "email_reset_password": _forgot,
    "reset_password": lambda s: s.get(
        "/reset_password",
        **{**s.mine, "original_password": PASSWORD, "new_password": OTHER_PASSWORD},
    ),
    "sendmailcode_captcha": _captcha,
    "retoken_new_token": lambda s: s.get("/retoken", **s.mine),
    "update_username": lambda s: s.get(
        "/update_username", **s.mine, new_username=f"other{s.number}"
    ),
    "update_qq": lambda s: s.get("/update_qq", **s.mine, new_qq=f"2422474{s.number}"),
    "userinfo_oauth": _by_program,
    "userinfo_reversed_counts": lambda s: s.get("/userinfo", **s.mine),
    "userinfo_signed_out": lambda s: s.get("/userinfo", token="a.b.c"),
    "userinfo_state_missing": lambda s: s.get("/userinfo"),
    "qiandao_2026": lambda s: s.post("/qiandao", **s.mine),
    "qiandao_again_2026": lambda s: _twice(lambda: s.post("/qiandao", **s.mine)),
    "qiandao_info": _seen_today,
    "qiandao_info_v1_types": lambda s: s.get("/qiandao_info", **s.mine),
    "giftcard_redeem_points": lambda s: _card(s, POINTS),
    "giftcard_redeem_member": _month,
    "giftcard_redeem_wrong": lambda s: _guessed(s, 1),
    "giftcard_redeem_banned": lambda s: _guessed(s, 6),
    "giftcard_history": _cards,
    "log_query": _log,
    "log_query_empty": lambda s: _log(s, action="none"),
    "messages": lambda s: _messages(s, "/messages"),
    "messages_null": lambda s: _messages(s, "/messages"),
    "message_list": lambda s: _messages(s, "/message/list"),
    "message_search": lambda s: _messages(s, "/message/search", keyword="维护"),
    "message_detail": lambda s: _messages(s, "/message/detail"),
    "message_detail_missing": lambda s: _messages(s, "/message/detail", id=2**31 - 1),
}
"""What the reference tells beside."""
