"""The rules in force: the parameters of every detector, with the digest that an alert prints."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from monitor import __version__
from monitor.detect.registry import Detector
from monitor.events import RulesSet
from monitor.findings import Rule


class Rules(Struct, frozen=True):
    """A rule set: its name and version, and each detector's parameters as plain integers by name."""

    id: str = "default"
    version: str = "1.0"
    parameters: dict[str, dict[str, int]] = {}

    @staticmethod
    def of(detectors: Iterable[Detector]) -> "Rules":
        """Answer the rules as given: every parameter at its default."""
        return Rules(parameters={d.id: msgspec.to_builtins(d.parameters()) for d in detectors})

    def built(self, detector: Detector) -> Any:
        """Build a detector's parameters."""
        return msgspec.convert(self.parameters[detector.id], detector.parameters)

    def rule(self, detector: Detector) -> Rule:
        """Answer what an alert says of the rules that judged it."""
        parameters = msgspec.json.encode(self.parameters[detector.id], order="sorted")
        return Rule(self.id, self.version, sha256(parameters).hexdigest()[:16], __version__)

    def amended(self, entry: RulesSet) -> "Rules":
        """Answer these rules with an entry's parameters in their place.

        Raises KeyError with the JSON path of a parameter that no detector has. Parameters of a detector that this
        worker does not run are passed over: it may run a chosen set.
        """
        parameters = {name: dict(values) for name, values in self.parameters.items()}
        for detector, values in entry.parameters.items():
            if detector not in parameters:
                continue
            for name, value in values.items():
                if name not in parameters[detector]:
                    raise KeyError(f"$.parameters.{detector}.{name}")
                parameters[detector][name] = value
        return Rules(entry.rule_set, entry.version, parameters)
