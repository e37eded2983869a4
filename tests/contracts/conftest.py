"""A copy of topics/ to break."""

from pathlib import Path

import pytest
from reading import TOPICS


@pytest.fixture
def broken(tmp_path):
    """A copy of topics/ to break: give a file and what to replace in it, and get the folder."""

    def copy(file: str, old: str, new: str) -> Path:
        for source in TOPICS.rglob("*"):
            if source.is_file():
                target = tmp_path / source.relative_to(TOPICS)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
        text = (tmp_path / file).read_text("utf-8")
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return copy
