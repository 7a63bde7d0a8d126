"""What was decided about a tunnel beyond its record, in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chmlfrp.model.failover import Failover
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, Wish, format_windows
from chmlfrp.words.language import Both, say

DAYS: tuple[Both, ...] = (
    Both("周一", "Mon"),
    Both("周二", "Tue"),
    Both("周三", "Wed"),
    Both("周四", "Thu"),
    Both("周五", "Fri"),
    Both("周六", "Sat"),
    Both("周日", "Sun"),
)
_WEEK = timedelta(days=7)
_SAID_AT_ONCE = 2


def word_options(options: TunnelOptions) -> list[tuple[str, str]]:
    """Return field and text of each option that is not as it is by default."""
    return list(_said(options))


def word_plan(plan: Failover) -> str:
    """Return where a tunnel goes when its node fails."""
    if not plan.is_on:
        return say("关闭", "off")
    where = ", ".join(plan.nodes) or say("自动挑选", "auto")
    area = f" ({plan.area})" if plan.area and not plan.nodes else ""
    after = say(f"故障 {plan.after_min:g} 分钟后", f"after {plan.after_min:g} min")
    back = "" if plan.is_back_wanted else say("，不回原节点", ", without return")
    names = f" [{', '.join(plan.names)}]" if plan.names else ""
    return f"{where}{area}{say('，', ', ')}{after}{back}{names}"


def word_coming(schedule: Schedule, now: datetime) -> str:
    """Return when it starts and stops next, empty without hours or a last day.

    now: local time without a zone, as hours are written.
    """
    if schedule.is_expired(now):
        return say("已到期，不会再启动", "expired; it does not start again")
    said = [
        _edge(wish, word_moment(moment, now))
        for moment, wish in schedule.coming(now)[:_SAID_AT_ONCE]
    ]
    if not said and schedule.windows:
        return say("一直开启", "always on")
    return say("，", ", ").join(said)


def word_moment(moment: datetime, now: datetime) -> str:
    """Return the moment as people say it: today 18:00, Wed 18:00, 2027-01-31 18:00."""
    at = f"{moment:%H:%M}"
    match (moment.date() - now.date()).days:
        case 0:
            return say(f"今天 {at}", f"today {at}")
        case 1:
            return say(f"明天 {at}", f"tomorrow {at}")
    if timedelta() < moment - now < _WEEK:
        return f"{DAYS[moment.weekday()]} {at}"
    return f"{moment:%Y-%m-%d %H:%M}"


def _edge(wish: Wish, when: str) -> str:
    if wish is Wish.START:
        return say(f"{when} 启动", f"starts {when}")
    return say(f"{when} 停止", f"stops {when}")


def _said(options: TunnelOptions) -> Iterator[tuple[str, str]]:
    schedule = options.schedule
    if schedule.windows:
        yield "schedule", format_windows(schedule.windows)
    if minutes := schedule.idle_stop_min:
        yield "idle_stop", say(f"{minutes} 分钟", f"{minutes} min")
    if schedule.expires_at:
        yield "expires", f"{schedule.expires_at:%Y-%m-%d %H:%M}"
    if options.failover.is_on:
        yield "failover", word_plan(options.failover)
    if not options.is_probed:
        yield "probe", say("关闭", "off")
    if options.is_started_with_daemon:
        yield "autostart", say("是", "yes")
    for field in ("group", "remark"):
        if text := getattr(options, field):
            yield field, text
