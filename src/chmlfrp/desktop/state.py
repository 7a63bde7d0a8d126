"""What a tunnel's state means to the eye."""

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.tokens import Tone
from chmlfrp.model.ladder import Summary

TONES: dict[Summary, Tone] = {
    Summary.STOPPED: Tone.IDLE,
    Summary.STARTING: Tone.BUSY,
    Summary.UP: Tone.GOOD,
    Summary.STOPPING: Tone.BUSY,
    Summary.WAITING: Tone.BUSY,
    Summary.FAILED: Tone.BAD,
}


def tone_of(view: TunnelView) -> Tone:
    """Return the colour's meaning for the one word of the tunnel."""
    return TONES[view.summary]


def is_running(summary: Summary) -> bool:
    """Whether a tunnel is up or on its way."""
    return summary not in (Summary.STOPPED, Summary.FAILED)
