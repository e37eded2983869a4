import pytest
from shells import EndedError

from monitor.stream import exits


@pytest.fixture(autouse=True)
def ended(monkeypatch):
    """Turn the end of the process into an exception that carries code and reason."""

    def end(code, reason):
        raise EndedError(code, reason)

    monkeypatch.setattr(exits, "end", end)
