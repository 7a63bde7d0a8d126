"""The account: signing in, or who is signed in and what can be changed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from chmlfrp.control.protocol import SessionState
from chmlfrp.desktop.account.profile import ProfileView
from chmlfrp.desktop.account.signin import SignInView
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.text import t


class AccountPage(Page):
    """One of two looks, as the session says."""

    name = "account"

    def build(self) -> None:
        """Make both looks."""
        self._adds_to: int | None = None
        self.sign_in = SignInView(self.desk, back=self._go_back)
        self.profile = ProfileView(self.desk, add=self._add)
        self.looks = QStackedWidget()
        self.looks.addWidget(_scrolled(self.sign_in, self.page_title()))
        self.looks.addWidget(_scrolled(self.profile, self.page_title()))
        self.stage = Stage(self.looks)
        self.body.addWidget(self.stage, 1)
        self.refresh = button(t("do.refresh"), self._refresh, glyph="refresh")
        self.refresh.hide()
        self.buttons.addWidget(self.refresh)

    def moment(self, moment: Moment | None) -> None:
        """Show who is signed in."""
        snapshot = self.desk.mirror.snapshot
        if snapshot is None:
            self.stage.show_loading(t("loading.daemon"))
            return
        if moment is not None and not moment.is_new_session:
            return
        self.stage.show_content()
        session = snapshot.session
        is_in = session.state is SessionState.SIGNED_IN and session.account is not None
        if session.account is None or session.account.id != self._adds_to:
            self._adds_to = None
        is_in = is_in and self._adds_to is None
        self.sign_in.back.setVisible(self._adds_to is not None)
        self.refresh.setVisible(is_in)
        self.looks.setCurrentIndex(int(is_in))
        if is_in:
            self.profile.show_session(session)
        else:
            is_refused = session.state is SessionState.REFUSED
            self.sign_in.show_session(session, is_refused=is_refused)

    def standing_moved(self) -> None:
        """Catch up when the daemon is there."""
        if self.isVisible():
            self.moment(None)

    def _add(self) -> None:
        """Let one more person sign in beside the one in front."""
        snapshot = self.desk.mirror.snapshot
        if snapshot is not None and snapshot.session.account is not None:
            self._adds_to = snapshot.session.account.id
            self.moment(None)
            self.sign_in.tabs.setFocus()

    def _go_back(self) -> None:
        self._adds_to = None
        self.moment(None)

    def _refresh(self) -> None:
        self.profile.ask()
        self.refresh.setEnabled(False)
        self.desk.mirror.call(
            lambda client: client.account.get(),
            failed=self.profile.say_error,
            over=lambda: self.refresh.setEnabled(True),
            owner=self,
        )


def _scrolled(inside: QWidget, name: str) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setAccessibleName(name)
    area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    area.setWidget(inside)
    return area
