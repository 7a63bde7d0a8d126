"""The frpc programs: which are here, which is run, and more from the net."""

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from chmlfrp.care.core import start_anew
from chmlfrp.control.core import (
    CoreChosen,
    CoreFailed,
    CoreFrame,
    CoreOffer,
    CoreProgress,
    CoresView,
    CoreView,
    InstallCore,
)
from chmlfrp.control.problem import to_error
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import M, S, Tone
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import (
    Elided,
    Pill,
    button,
    column,
    empty_out,
    label,
    line,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.settings.rows import CONTROL_WIDTH, Choice, Part
from chmlfrp.desktop.text import error_text, error_title, size, t
from chmlfrp.desktop.texts import TEXTS
from chmlfrp.errors import ChmlFrpError


class CoresPart(Part):
    """Everything through the daemon; an installation can be given up."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._installing: Call | None = None
        self.in_use = Elided(role="soft")
        self.problem = label(role="field-error", wraps=True)
        self.anew = Banner()
        self.installed = column(spacing=S)
        self.offers = Choice()
        self.offers.setFixedWidth(CONTROL_WIDTH)
        self.offers.setAccessibleName(t("set.cores.version"))
        self.offers.addItem(t("set.cores.newest"), None)
        self.install = button(
            t("set.cores.install"), self._install, glyph="download", role="primary"
        )
        self.more = button(t("set.cores.more"), self._ask_offers, glyph="refresh")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(t("set.cores.install"))
        self.stage = label(role="caption")
        self.cancel = button(t("do.cancel"), self._give_up)
        self._lay_out()
        self._say_course("")

    def _lay_out(self) -> None:
        self.body.setContentsMargins(0, S, 0, M)
        for widget in (self.in_use, self.problem, self.anew):
            self.body.addWidget(widget)
        self.problem.hide()
        self.body.addLayout(self.installed)
        self.body.addLayout(line(self.offers, self.more, None, self.install, spacing=S))
        self.course = QWidget()
        row = line(spacing=M)
        row.addLayout(column(self.stage, self.progress, spacing=S), 1)
        row.addWidget(self.cancel)
        self.course.setLayout(row)
        self.body.addWidget(self.course)

    def refresh(self) -> None:
        """Ask the daemon which there are."""
        self._desk.mirror.call(
            lambda client: client.cores(),
            done=self._show,
            failed=self._say,
            owner=self,
        )

    def _show(self, view: CoresView) -> None:
        if view.in_use is None:
            self.in_use.setText(t("set.cores.none"))
        else:
            used = view.in_use
            origin = t(f"set.cores.origin.{used.origin}")
            self.in_use.setText(
                t("set.cores.in_use", version=used.version, origin=origin)
            )
            self.in_use.setToolTip(used.path)
        if view.problem is not None:
            self._say(to_error(view.problem))
        else:
            self.problem.hide()
        empty_out(self.installed)
        for core in view.installed:
            self.installed.addWidget(self._row(core))

    def _row(self, core: CoreView) -> QWidget:
        holder = QWidget()
        row = line(spacing=M)
        about = t("set.cores.about", size=size(core.size), source=_source(core.source))
        texts = column(Elided(core.label), Elided(about, "caption"), spacing=2)
        row.addLayout(texts, 1)
        if core.trouble:
            row.addWidget(Pill(t(f"set.cores.{core.trouble}"), Tone.BAD))
        if core.is_chosen:
            row.addWidget(Pill(t("set.cores.chosen"), Tone.GOOD))
        else:
            row.addWidget(
                button(
                    t("set.cores.use"),
                    self._doing(lambda: self._use(core.label)),
                    hint=t("set.cores.use.one", label=core.label),
                )
            )
            row.addWidget(
                button(
                    "",
                    self._doing(lambda: self._remove(core.label)),
                    glyph="delete",
                    hint=t("set.cores.remove.one", label=core.label),
                )
            )
        holder.setLayout(row)
        return holder

    def _doing(self, work: Callable[[], object]) -> Callable[[], object]:
        def do() -> None:
            self.problem.hide()
            work()

        return do

    def _use(self, name: str) -> None:
        self._desk.mirror.call(
            lambda client: client.use_core(name),
            done=self._chosen,
            failed=self._say,
            owner=self,
        )

    def _remove(self, name: str) -> None:
        self._desk.mirror.call(
            lambda client: client.remove_core(name),
            failed=self._say,
            over=self.refresh,
            owner=self,
        )

    def _ask_offers(self) -> None:
        self.more.setEnabled(False)
        self.problem.hide()
        self._desk.mirror.call(
            lambda client: client.core_offers(),
            done=self._show_offers,
            failed=self._say,
            over=lambda: self.more.setEnabled(True),
            owner=self,
        )

    def _show_offers(self, offers: list[CoreOffer]) -> None:
        while self.offers.count() > 1:
            self.offers.removeItem(1)
        for offer in offers:
            if offer.is_for_this_machine:
                text = f"{offer.version} · {_source(offer.source)}"
                self.offers.addItem(text, offer)
        self.offers.showPopup()

    def _install(self) -> None:
        offer = self.offers.currentData()
        command = InstallCore()
        if isinstance(offer, CoreOffer):
            is_upstream = offer.source == "upstream"
            command = InstallCore(
                version=offer.version, source="upstream" if is_upstream else "official"
            )
        self.problem.hide()
        self._say_course(t("set.cores.stage.list"))
        self._installing = self._desk.mirror.stream(
            lambda client: client.install_core(command),
            self._heard,
            failed=self._say,
            over=lambda: self._say_course(""),
            owner=self,
        )

    def _give_up(self) -> None:
        if self._installing is not None:
            self._installing.cancel()
        self._say_course("")
        self.refresh()

    def _heard(self, frames: list[CoreFrame]) -> None:
        for frame in frames:
            match frame:
                case CoreProgress():
                    self._show_progress(frame)
                case CoreChosen():
                    self._chosen(frame)
                case CoreFailed():
                    self._say(to_error(frame.problem))

    def _show_progress(self, frame: CoreProgress) -> None:
        self._say_course(t(f"set.cores.stage.{frame.stage}"))
        if frame.stage == "download" and frame.total:
            self.progress.setRange(0, 1000)
            self.progress.setValue(frame.bytes * 1000 // frame.total)
            done, total = size(frame.bytes), size(frame.total)
            self.stage.setText(
                t("set.cores.fetched", version=frame.version, done=done, total=total)
            )

    def _say_course(self, text: str) -> None:
        """Show how far it is; empty: nothing is under way."""
        self.course.setVisible(bool(text))
        self.install.setEnabled(not text)
        self.stage.setText(text)
        self.progress.setRange(0, 0)

    def _chosen(self, chosen: CoreChosen) -> None:
        self.refresh()
        code = "set.cores.was_there" if chosen.was_there else "set.cores.installed"
        self._desk.toast(t(code, version=chosen.core.version), "", None)
        if chosen.running:
            self.anew.say(
                t("set.cores.old", n=len(chosen.running)),
                tone="accent",
                glyph="restart",
                action=t("set.cores.anew"),
                do=lambda: self._start_anew(chosen.running),
            )

    def _start_anew(self, ids: tuple[int, ...]) -> None:
        self.anew.hide()
        self._desk.mirror.call(
            lambda client: start_anew(client, ids), failed=self._say, owner=self
        )

    def _say(self, error: ChmlFrpError) -> None:
        self.problem.setText(f"{error_title(error)}\n{error_text(error)}".strip())
        self.problem.show()


def _source(name: str) -> str:
    code = f"set.core.source.{name}"
    return t(code) if code in TEXTS else name
