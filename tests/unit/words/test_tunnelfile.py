import pytest

from chmlfrp.model.tunnelfile import ImportCode, ImportNote
from chmlfrp.words.tunnelfile import NOTES, word_note


@pytest.mark.parametrize("code", ImportCode)
def test_every_note_has_words(code):
    assert NOTES[code].zh
    assert NOTES[code].en
    assert word_note(ImportNote(code=code, detail="x")).endswith("x")
