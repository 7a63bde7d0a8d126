"""First: what to share."""

from PySide6.QtWidgets import QButtonGroup, QGridLayout

from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.new.draft import CUSTOMS, Share
from chmlfrp.desktop.new.parts import PickCard
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.text import t

ACROSS = 4


class WhatStep(Step):
    """Cards, one of which is always picked."""

    name = "what"

    def build(self) -> None:
        """Put the cards in rows."""
        self.cards: dict[Share, PickCard] = {}
        grid = QGridLayout()
        grid.setSpacing(M)
        self._group = QButtonGroup(self)
        for number, share in enumerate(Share):
            custom = CUSTOMS[share]
            card = PickCard(
                t(f"new.share.{share}"),
                t(f"new.share.{share}.text"),
                glyph=custom.glyph,
                tone=custom.tone,
            )
            self._group.addButton(card, number)
            grid.addWidget(card, number // ACROSS, number % ACROSS)
            self.cards[share] = card
        for place in range(ACROSS):
            grid.setColumnStretch(place, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.cards[self.draft.share].setChecked(True)

    def enter(self) -> None:
        """Go to the card that is picked."""
        self.cards[self.draft.share].setFocus()

    def recall(self) -> None:
        """Pick the card of the draft."""
        self.cards[self.draft.share].setChecked(True)

    def leave(self) -> bool:
        """Begin anew when something else is picked than before."""
        share = tuple(Share)[self._group.checkedId()]
        if share is not self.draft.share:
            self.draft.share = share
            self.draft.kind = CUSTOMS[share].kind
            self.draft.local_port = 0
            self.draft.service = self.draft.name = self.draft.node = ""
            self.draft.remote_port = self.draft.free = None
        return True
