"""What a support bundle masks, in words. The kinds are those of `local.masking`."""

from collections.abc import Mapping

from chmlfrp.words.language import Both, say

MASKED: dict[str, Both] = {
    "secret": Both("令牌、密码", "tokens and passwords"),
    "looks_secret": Both("看起来像密码的文字", "what looks like a secret"),
    "email": Both("邮箱", "e-mail addresses"),
    "address": Both("公网 IP", "public IP addresses"),
    "person": Both("用户名等", "names of people"),
}


def word_masked(counts: Mapping[str, int]) -> str:
    """Return how much of what was masked; empty if nothing was."""
    parts = [f"{MASKED.get(kind, kind)} {count}" for kind, count in counts.items()]
    return say("，", ", ").join(parts)
