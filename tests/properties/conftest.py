"""Profiles of hypothesis: `fixed` draws the same histories on every run, `fresh` new ones (HYPOTHESIS_PROFILE)."""

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "fixed",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=20,
    suppress_health_check=_SLOW,
    phases=[Phase.explicit, Phase.generate],
)
settings.register_profile(
    "fresh", settings.get_profile("fixed"), derandomize=False, phases=[Phase.explicit, Phase.generate, Phase.shrink]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
