"""The account in words."""

from collections.abc import Sequence

from chmlfrp.words.language import say


def word_consequences(*, running: Sequence[int]) -> list[str]:
    """Return what another token brings with it, before it is taken.

    running: ids of the tunnels that are kept up from here.
    """
    lines = [
        say(
            "所有保存过的配置都会失效：其他电脑、官方启动器、下载的 ini 文件",
            "every saved configuration is dead then: other machines, launchers, ini files",
        ),
        say(
            "其他地方需要重新登录",
            "whatever else uses the account has to sign in again",
        ),
    ]
    if running:
        count = len(running)
        lines.append(
            say(
                f"这台电脑上的 {count} 条隧道会断开并用新令牌重连；"
                "如果服务没有告知新令牌，需要先重新登录",
                f"{count} of this machine's tunnels break off and are opened anew; "
                "if the service does not tell the new token, after a new sign-in",
            )
        )
    return lines
