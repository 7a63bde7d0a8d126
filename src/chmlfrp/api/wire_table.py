"""Every endpoint that the SDK asks, as the documentation lists them.

Eras: 1 is 2024, 2 is 2025, 3 from the end of 2025, 4 from April 2026. Confidence: A was
captured or is the official programs' code, B is official documentation or two
independent clients, C one client, D inferred.
"""

from typing import NamedTuple


class Endpoint(NamedTuple):
    """One endpoint, the methods tried in their order, and who asks it."""

    path: str
    methods: str
    eras: str
    confidence: str
    call: str
    """Below `ServiceClient`."""


ENDPOINTS = (
    Endpoint("/login", "POST GET", "1-4", "A", "account.sign_in"),
    Endpoint("/userinfo", "GET", "1-4", "A", "account.get"),
    Endpoint("/sendmailcode", "POST", "1-4", "A", "registration.send_code"),
    Endpoint("/register", "POST GET", "1-4", "A", "registration.register"),
    Endpoint("/login_by_email_code", "GET", "3-4", "C", "registration.sign_in"),
    Endpoint(
        "/email_reset_password", "POST", "3-4", "C", "registration.reset_password"
    ),
    Endpoint("/retoken", "GET", "1-4", "A", "profile.renew_token"),
    Endpoint("/reset_password", "POST GET", "1-4", "B", "profile.change_password"),
    Endpoint("/update_username", "GET", "1-4", "B", "profile.rename"),
    Endpoint("/update_qq", "GET", "1-4", "B", "profile.change_qq"),
    Endpoint("/update_userimg", "GET", "1-4", "A", "profile.change_avatar"),
    Endpoint("/qiandao", "POST", "1-4", "A", "rewards.check_in"),
    Endpoint("/qiandao_info", "GET", "2-4", "B", "rewards.attendance"),
    Endpoint("/giftcard/redeem", "POST", "3-4", "C", "rewards.redeem"),
    Endpoint("/giftcard/history", "GET", "3-4", "C", "rewards.cards"),
    Endpoint("/log/query", "GET", "3-4", "C", "log.page"),
    Endpoint("/tunnel", "GET", "1-4", "A", "tunnels.list"),
    Endpoint("/create_tunnel", "POST", "1-4", "A", "tunnels.create"),
    Endpoint("/update_tunnel", "POST", "1-4", "A", "tunnels.update"),
    Endpoint("/delete_tunnel", "GET POST", "2-4", "B", "tunnels.delete"),
    Endpoint("/deletetunnel", "POST", "1", "A", "tunnels.delete"),
    Endpoint("/tunnel_config", "GET", "1-4", "A", "tunnels.config"),
    Endpoint("/refresh_tunnel", "POST", "3-4", "C", "tunnels.refresh"),
    Endpoint("/offline_tunnel", "POST", "3-4", "B", "tunnels.disconnect"),
    Endpoint("/offline_user_nodes", "GET", "3-4", "C", "tunnels.disconnect_all"),
    Endpoint("/flow_last_7_days", "GET", "2-4", "B", "traffic.week"),
    Endpoint("/tunnel/last7days", "GET", "2-4", "B", "traffic.of_tunnel"),
    Endpoint("/node", "GET", "1-4", "A", "nodes.list"),
    Endpoint("/nodeinfo", "GET", "1-4", "A", "nodes.get"),
    Endpoint("/node_stats", "GET", "1-4", "A", "nodes.stats"),
    Endpoint("/node_uptime", "GET", "1-4", "A", "nodes.uptime"),
    Endpoint("/node_status_info", "GET", "1-4", "A", "nodes.history"),
    Endpoint("/list_available_domains", "GET", "1-4", "A", "domains.available"),
    Endpoint("/get_user_free_subdomains", "GET", "1-4", "B", "domains.list"),
    Endpoint("/create_free_subdomain", "POST", "1-4", "A", "domains.create"),
    Endpoint("/update_free_subdomain", "POST", "1-4", "A", "domains.update"),
    Endpoint("/delete_free_subdomain", "POST", "1-4", "A", "domains.delete"),
    Endpoint("/message/list", "GET", "4", "B", "messages.page"),
    Endpoint("/messages", "GET", "2-3", "B", "messages.page"),
    Endpoint("/message/search", "GET", "4", "B", "messages.search"),
    Endpoint("/message/detail", "GET", "4", "B", "messages.get"),
    Endpoint("/panelinfo", "GET", "1-4", "A", "panel.totals"),
    Endpoint("/api/server-status", "GET", "2-4", "B", "panel.load"),
    Endpoint("/download_info", "GET", "3-4", "B", "programs.archives"),
    Endpoint("/download/frpc/frpc_info.json", "GET", "3-4", "A", "programs.list"),
)
