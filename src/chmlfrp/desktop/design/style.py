"""The style sheet, made from tokens. Widgets say what they are by `role` and `tone`."""

from dataclasses import asdict
from pathlib import Path
from string import Template

from chmlfrp.desktop.design.tokens import (
    BODY,
    CAPTION,
    CODE,
    HEADING,
    RADIUS,
    TITLE,
    Tokens,
)

ARROW = Path(__file__).with_name("arrow.svg")
CHECK = Path(__file__).with_name("check.svg")
"""In a grey that is seen on light and dark alike."""

_SHEET = Template("""
QWidget { color: $text; font-size: ${body}px; }
QMainWindow, QDialog, QWidget[role="page"] { background: $window; }
QToolTip { background: $card; color: $text; border: 1px solid $line; padding: 4px; }
QFrame[role="sidebar"] { background: $sidebar; border: 0; border-right: 1px solid $line; }
QFrame[role="card"] {
  background: $card; border: 1px solid $line; border-radius: ${radius}px;
}
QLabel { background: transparent; }
QMessageBox QLabel#qt_msgbox_label, QMessageBox QLabel#qt_msgbox_informativelabel {
  min-width: 400px; min-height: 28px; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="brand"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="soft"] { color: $text_soft; }
QLabel[role="caption"] { color: $text_soft; font-size: ${caption}px; }
QLabel[role="code"] { font-size: ${code}px; font-weight: 600; }
QLabel[role="field-error"] { color: $bad; font-size: ${caption}px; }
QLabel[tone="good"] { color: $good; } QLabel[tone="busy"] { color: $busy; }
QLabel[tone="bad"] { color: $bad; } QLabel[tone="accent"] { color: $accent; }
QLabel[tone="idle"] { color: $idle; }

QPushButton {
  background: $card; border: 1px solid $line; border-radius: 7px; padding: 7px 14px;
}
QPushButton:hover { background: $card_hover; border-color: $text_faint; }
QPushButton:pressed { background: $idle_soft; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $text_faint; background: $idle_soft; }
QPushButton[role="primary"] {
  background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 1px solid $text; }
QPushButton[role="primary"]:disabled {
  background: $idle_soft; color: $text_faint; border-color: $line; }
QPushButton[role="danger"] { color: $bad; }
QPushButton[role="danger"]:hover { background: $bad_soft; border-color: $bad; }
QPushButton[role="flat"] { background: transparent; border-color: transparent; }
QPushButton[role="flat"]:hover { background: $idle_soft; }
QPushButton[role="flat"]:focus { border: 1px solid $accent; }
QPushButton[role="tool"] { padding: 7px 10px; }
QPushButton[role="tool"]:checked {
  background: $accent_soft; color: $accent; border-color: $accent;
}
QPushButton[role="day"] { padding: 5px 0; min-width: 28px; }
QPushButton[role="small"] {
  background: transparent; border-color: transparent; padding: 6px;
}
QPushButton[role="small"]:hover { background: $idle_soft; }
QPushButton[role="small"]:focus { border: 1px solid $accent; }
QPushButton[role="day"]:checked {
  background: $accent_soft; color: $accent; border-color: $accent;
}
QPushButton[role="nav"] {
  background: transparent; border: 1px solid transparent; border-radius: ${radius}px;
  padding: 10px 12px; text-align: left;
}
QPushButton[role="nav"]:hover { background: $idle_soft; }
QPushButton[role="nav"]:focus { border-color: $accent; }
QPushButton[role="nav"]:checked {
  background: $accent_soft; color: $accent; font-weight: 600;
}

QLineEdit, QSpinBox, QTimeEdit, QComboBox, QPlainTextEdit, QTextEdit {
  background: $field; border: 1px solid $line; border-radius: 7px; padding: 6px 10px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:hover, QSpinBox:hover, QComboBox:hover { border-color: $text_faint; }
QLineEdit:focus, QSpinBox:focus, QTimeEdit:focus, QComboBox:focus,
QPlainTextEdit:focus {
  border: 1px solid $accent;
}
QLineEdit[tone="bad"], QSpinBox[tone="bad"],
QPlainTextEdit[tone="bad"] { border: 1px solid $bad; }
QTimeEdit QLineEdit, QTimeEdit QLineEdit:focus {
  border: 0; padding: 0 10px; background: transparent;
}
QSpinBox::up-button, QSpinBox::down-button, QTimeEdit::up-button,
QTimeEdit::down-button { width: 0; border: 0; }
QComboBox::drop-down { border: 0; width: 26px; }
QComboBox::down-arrow { image: url($arrow); width: 10px; height: 6px; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QComboBox QAbstractItemView, QMenu {
  background: $card; border: 1px solid $line; border-radius: 6px; padding: 4px;
  selection-background-color: $accent_soft; selection-color: $accent; outline: 0;
}
QMenu::item { padding: 7px 22px 7px 14px; border-radius: 5px; }
QMenu::item:selected { background: $accent_soft; color: $accent; }
QMenu::item:disabled { color: $text_faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator {
  width: 16px; height: 16px; border: 1px solid $track; border-radius: 4px;
  background: $field;
}
QCheckBox::indicator:hover, QCheckBox:focus::indicator { border-color: $accent; }
QRadioButton::indicator {
  width: 16px; height: 16px; border: 1px solid $track; border-radius: 9px;
  background: $field;
}
QRadioButton::indicator:hover, QRadioButton:focus::indicator { border-color: $accent; }
QRadioButton::indicator:checked {
  width: 8px; height: 8px; background: $field; border: 5px solid $accent;
}
QCheckBox::indicator:checked {
  background: $accent; border-color: $accent; image: url($check);
}

QAbstractScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QListView, QTableView, QTreeView { outline: 0; }
QListWidget, QPlainTextEdit {
  background: $card; border: 1px solid $line; border-radius: ${radius}px; padding: 6px;
}
QListWidget::item { padding: 5px 6px; border-radius: 5px; }
QListWidget::item:selected { background: $accent_soft; color: $text; }
QListWidget:focus, QPlainTextEdit:focus { border-color: $accent; }
QTableView {
  background: $card; alternate-background-color: $card_hover; border: 1px solid $line;
  border-radius: ${radius}px; gridline-color: $line;
  selection-background-color: $accent_soft; selection-color: $text;
}
QTableView::item { padding: 0 10px; border: 0; }
QHeaderView { background: $card; border: 0; }
QHeaderView::section {
  background: $card; color: $text_soft; border: 0; border-bottom: 1px solid $line;
  padding: 10px; font-size: ${caption}px; text-align: left;
}
QTabWidget::pane { border: 0; border-top: 1px solid $line; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab {
  background: transparent; color: $text_soft; padding: 8px 4px; margin-right: 18px;
  border-bottom: 2px solid transparent;
}
QTabBar[role="tight"]::tab { margin-right: 7px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QSplitter::handle { background: transparent; }
QProgressBar {
  background: $idle_soft; border: 0; border-radius: 3px; max-height: 6px;
  min-height: 6px; text-align: right;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $track; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QFrame[role="banner"] { border-radius: ${radius}px; border: 1px solid $line; }
QFrame[role="banner"][tone="bad"] { background: $bad_soft; border-color: $bad; }
QFrame[role="banner"][tone="busy"] { background: $busy_soft; border-color: $busy; }
QFrame[role="banner"][tone="accent"] { background: $accent_soft; border-color: $accent; }
QFrame[role="banner"][tone="idle"] { background: $idle_soft; }
QFrame[role="toast"] {
  background: $text; border-radius: ${radius}px;
}
QFrame[role="toast"] QLabel { color: $window; }
QFrame[role="toast"] QPushButton {
  background: transparent; color: $window; border: 1px solid $text_soft;
}
QFrame[role="line"] { background: $line; border: 0; max-height: 1px; }
""")


def style_sheet(tokens: Tokens) -> str:
    """Return the sheet for that theme."""
    sizes = {
        "body": BODY,
        "caption": CAPTION,
        "heading": HEADING,
        "title": TITLE,
        "code": CODE,
        "radius": RADIUS,
        "arrow": ARROW.as_posix(),
        "check": CHECK.as_posix(),
    }
    return _SHEET.substitute(asdict(tokens) | sizes)
