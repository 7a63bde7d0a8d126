"""The overview: problems first, then the account, what runs, and the week."""

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from chmlfrp.control.account import AttendanceView
from chmlfrp.control.protocol import SessionState, SessionView, TunnelView
from chmlfrp.desktop.account.avatar import Avatar
from chmlfrp.desktop.account.profile import Quota, expiry
from chmlfrp.desktop.design.charts import Columns
from chmlfrp.desktop.design.tokens import M, S, Tone
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import (
    Card,
    Elided,
    Pill,
    button,
    column,
    empty_out,
    label,
    line,
    set_tone,
)
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.problems import strip
from chmlfrp.desktop.state import is_running, tone_of
from chmlfrp.desktop.text import error_title, size, t
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.health import HealthItem
from chmlfrp.model.message import MessagePage
from chmlfrp.model.traffic import DayTraffic
from chmlfrp.words.ladder import word_summary

ASK_EVERY_MS = 300_000
"""How often the service is asked for what does not come by itself."""
MOST_ROWS = 6
MOST_MESSAGES = 3


class OverviewPage(Page):
    """What a person wants to know first."""

    name = "overview"

    def build(self) -> None:
        """Put the cards in two columns, problems above both."""
        self.buttons.addWidget(
            button(
                t("new.title"),
                self.desk.new_tunnel,
                glyph="new",
                role="primary",
                hint=t("new.key"),
            )
        )
        self.problems = column(spacing=S)
        self.more = button("", lambda: self.desk.go("tunnels", ""), glyph="tunnels")
        self.more.hide()
        self._build_account()
        self._build_running()
        self.week = Columns(t("overview.week"), wording=size)
        self.week_stage = Stage(self.week)
        self.week_stage.setMinimumHeight(190)
        week = Card(t("overview.week"))
        week.body.addWidget(label(t("overview.week.legend"), "caption"))
        week.body.addWidget(self.week_stage, 1)
        self.messages = column(spacing=S)
        messages = Card(t("overview.messages"))
        messages.body.addLayout(self.messages)
        messages.body.addStretch(1)
        upper = line(spacing=M)
        upper.addWidget(self.account_card, 2)
        upper.addWidget(self.running_card, 3)
        lower = line(spacing=M)
        lower.addWidget(messages, 2)
        lower.addWidget(week, 3)
        inside = QWidget()
        inside.setLayout(
            column(self.problems, line(self.more, None), upper, lower, spacing=M)
        )
        layout = inside.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.page_title())
        scroll.setWidget(inside)
        self.stage = Stage(scroll)
        self.stage.empty.glyph.show_glyph("account", "accent")
        self.body.addWidget(self.stage, 1)
        self._asking = QTimer(self, interval=ASK_EVERY_MS)
        self._asking.timeout.connect(self._ask)
        self._account_name = ""
        self._is_lacking = False
        """Something that was asked for did not come."""

    def _build_account(self) -> None:
        self.account_card = Card(t("overview.account"))
        self.account_name = Elided(role="heading")
        self.group = Pill(tone=Tone.ACCENT)
        self.facts = label(role="soft", wraps=True)
        self.visit = label(role="caption", wraps=True)
        self.visit_page = button(t("overview.visit"), self._open_visit, glyph="open")
        self.visit_page.hide()
        self.avatar = Avatar(side=40)
        self.quota = Quota(t("account.tunnels"))
        self.log_in = button(
            t("account.log_in"),
            lambda: self.desk.go("account", ""),
            role="primary",
        )
        head = line(self.avatar, spacing=M)
        head.addWidget(self.account_name, 1)
        head.addWidget(self.group)
        self.account_card.body.addLayout(head)
        for widget in (self.quota, self.facts, self.visit):
            self.account_card.body.addWidget(widget)
        self.account_card.body.addStretch(1)
        self.account_card.body.addLayout(line(self.visit_page, self.log_in, None))
        self._visit_url = ""

    def _build_running(self) -> None:
        self.running_card = Card(t("overview.running"))
        self.running = column(spacing=S)
        self.running_card.body.addLayout(self.running)
        self.running_card.body.addStretch(1)
        self.all_tunnels = button(
            t("overview.all"), lambda: self.desk.go("tunnels", ""), glyph="tunnels"
        )
        self.running_card.body.addLayout(line(self.all_tunnels, None))

    def standing_moved(self) -> None:
        """Ask for what was waiting for the daemon."""
        if self.isVisible():
            self.moment(None)

    def moment(self, moment: Moment | None) -> None:
        """Show what there is now."""
        snapshot = self.desk.mirror.snapshot
        if snapshot is None:
            self.stage.show_loading(t("loading.daemon"))
            return
        is_first = snapshot.session.account is None and not snapshot.tunnels
        if is_first:
            self._account_name = ""
            self.subtitle.setText("")
            self.stage.show_empty(
                t("account.first"),
                t("account.first.text"),
                action=t("account.log_in"),
                do=lambda: self.desk.go("account", ""),
            )
            return
        if self.stage.currentWidget() is not self.stage.content:
            # Nothing has been shown of it yet.
            self.stage.show_content()
            moment = None
        if moment is None or moment.is_new_health or moment.is_new_session:
            self._show_problems(snapshot.health, snapshot.session)
        if moment is None or moment.is_new_session:
            self._show_account(snapshot.session)
        if moment is None or moment.changed:
            self._show_running(list(snapshot.tunnels.values()))

    def _show_problems(
        self, health: tuple[HealthItem, ...], session: SessionView
    ) -> None:
        empty_out(self.problems)
        self.subtitle.setText(t("overview.problems", n=len(health)))
        if not health:
            # Else the strip above the page says what is the matter.
            is_known = self.desk.mirror.is_live and session.trouble is None
            self.subtitle.setText(t("overview.well") if is_known else "")
        for item in health[:MOST_ROWS]:
            self.problems.addWidget(strip(item, self.desk))
        more = len(health) - MOST_ROWS
        self.more.setText(t("overview.more", n=more))
        self.more.setAccessibleName(self.more.text())
        self.more.setVisible(more > 0)

    def _show_account(self, session: SessionView) -> None:
        account = session.account
        is_in = session.state is SessionState.SIGNED_IN
        self.log_in.setVisible(not is_in)
        for widget in (self.avatar, self.group, self.quota):
            widget.setVisible(account is not None)
        if account is None:
            self._account_name = ""
            self.account_name.setText(t("account.none"))
            self.facts.setText(t("overview.sign_in"))
            self.visit.setText("")
            self.visit_page.hide()
            return
        self.avatar.show_name(account.name)
        self.quota.show_use(account.tunnels_used, account.tunnel_limit)
        self.account_name.setText(account.name)
        self.group.show_state(account.group, Tone.ACCENT)
        facts = [
            t("overview.points", n=account.points),
            t("overview.bandwidth", n=account.bandwidth_mbps),
        ]
        facts.append(expiry(account))
        self.facts.setText("\n".join(filter(None, facts)))
        is_back = self.desk.mirror.is_live and session.trouble is None
        is_other = account.name != self._account_name
        if is_in and (is_other or (self._is_lacking and is_back)):
            self._account_name = account.name
            self._ask()

    def _show_running(self, views: list[TunnelView]) -> None:
        empty_out(self.running)
        words = self.desk.mirror.summaries
        up = [view for view in views if is_running(words[view.id])]
        self.running_card.heading.setText(
            t("overview.running.count", n=len(up), all=len(views))
        )
        for view in up[:MOST_ROWS]:
            name = Elided(view.name)
            address = Elided(view.address or "", "caption")
            pill = Pill(word_summary(view.summary), tone_of(view))
            row = line(spacing=M)
            row.addLayout(column(name, address, spacing=0), 1)
            row.addWidget(pill)
            holder = QWidget()
            holder.setLayout(row)
            self.running.addWidget(holder)
        if not up:
            self.running.addWidget(label(t("overview.none_running"), "soft"))

    def _ask(self) -> None:
        self._asking.start()
        self._is_lacking = False
        mirror = self.desk.mirror
        self.week_stage.show_loading(t("loading"))
        mirror.call(
            lambda client: client.account.week(),
            done=self._show_week,
            failed=self._no_week,
            owner=self,
        )
        mirror.call(
            lambda client: client.account.attendance(),
            done=self._show_attendance,
            failed=self._no_attendance,
            owner=self,
        )
        mirror.call(
            lambda client: client.account.messages(size=MOST_MESSAGES),
            done=self._show_messages,
            failed=self._no_messages,
            owner=self,
        )

    def _no_week(self, error: ChmlFrpError) -> None:
        self._is_lacking = True
        self.week_stage.show_error(
            error_title(error), action=t("do.retry"), do=self._ask
        )

    def _no_attendance(self, error: ChmlFrpError) -> None:
        self._is_lacking = True
        self.visit.setText(error_title(error))
        set_tone(self.visit, "bad")

    def _no_messages(self, error: ChmlFrpError) -> None:
        self._is_lacking = True
        self._say_messages(error_title(error), tone="bad")

    def _show_week(self, days: list[DayTraffic]) -> None:
        if any(day.in_bytes or day.out_bytes for day in days):
            rows = [(d.day, float(d.in_bytes), float(d.out_bytes)) for d in days]
            self.week.show_rows(rows)
            self.week_stage.show_content()
        else:
            self.week_stage.show_empty(t("overview.week.none"))

    def _show_attendance(self, view: AttendanceView) -> None:
        attendance = view.attendance
        done = (
            "overview.visited" if attendance.is_done_today else "overview.not_visited"
        )
        counted = t("overview.visits", n=attendance.times, points=attendance.points)
        self.visit.setText(f"{t(done)}\n{counted}")
        set_tone(self.visit, "")
        self._visit_url = view.page
        self.visit_page.setVisible(bool(view.page) and not attendance.is_done_today)

    def _open_visit(self) -> None:
        QDesktopServices.openUrl(QUrl(self._visit_url))

    def _show_messages(self, page: MessagePage) -> None:
        empty_out(self.messages)
        if not page.messages:
            self._say_messages(t("overview.messages.none"))
        for message in page.messages[:MOST_MESSAGES]:
            text = label(message.title or message.text, wraps=True)
            self.messages.addWidget(text)
            self.messages.addWidget(label(message.published_at, "caption"))

    def _say_messages(self, text: str, *, tone: str = "") -> None:
        empty_out(self.messages)
        said = label(text, "soft", wraps=True)
        set_tone(said, tone)
        self.messages.addWidget(said)
