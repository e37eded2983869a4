"""Whoever moves a parameter of a detector sees the demo's province say so: a plant is missed, or a look-alike accused.

A parameter is moved by a fifth, a count by one, by an entry of the control log before the first event.
"""

import msgspec
import pytest
from planted import Planted, judged

from monitor.detect.registry import registered

SUB_COST = {
    "tolerance_bp": ["tolerance_bp"],
    "weak_tolerance_bp": ["soft_tolerance_bp"],
    "share_bp": ["share_bp"],
    "units": ["units"],
    "lines": ["lines"],
    "lead_days": ["days"],
    "window_days": ["window_days", "resolved_days"],
    "severe_bp": ["severe_bp"],
    "priority_days": ["sustained_days"],
    "long_days": ["sustained_window_days"],
    "depth_bp": ["depth_bp"],
    "class_bp": ["class_share_bp"],
    "price_error_ms": ["price_error_ms"],
    "conflict_bp": ["conflict_bp"],
}
EXCLUSIVITY = {
    "history_days": ["active_days"],
    "history_window_days": ["history_days"],
    "t0_hours": ["t0_ms"],
    "t0_tail_days": ["t0_tail_ms"],
    "exit_days": ["exit_ms"],
    "relief_days": ["relief_ms"],
    "release_hours": ["on_off_ms"],
    "holdback_minutes": ["in_force_ms", "same_lever_ms"],
    "in_force_minutes": ["in_force_ms"],
    "same_lever_minutes": ["same_lever_ms"],
    "window_days": ["a2_window_ms"],
    "open_lever_days": ["open_lever_days"],
    "resolve_days": ["resolve_days"],
    "soft_kinds": ["soft_levers"],
    "meal_peaks": ["peaks"],
    "radius_m": ["radius_metres"],
    "radius_percent": ["radius_bp"],
    "min_order_times": ["min_order_times"],
    "delivery_fee_times": ["delivery_fee_times"],
    "fee_raise_bp": ["fee_raise_bp"],
    "shop_age_days": ["shop_age_ms"],
    "own_rise_percent": ["own_price_bp"],
    "own_rise_days": ["own_price_ms"],
    "stock_days": ["stock_ms"],
    "closing_days": ["closing_ms"],
    "feed_minutes": ["feed_ms"],
}
BOUNDARIES = {"sub-cost": SUB_COST, "exclusivity": EXCLUSIVITY, "integrity": {}}
"""every parameter by detector, with what the simulator calls the boundaries that plants lie on"""

COUNTS = {
    "sub-cost": {"units", "lines", "lead_days", "window_days", "priority_days", "long_days"},
    "exclusivity": {
        "history_days",
        "history_window_days",
        "open_lever_days",
        "resolve_days",
        "soft_kinds",
        "meal_peaks",
        "min_order_times",
        "delivery_fee_times",
    },
}
"""things counted, and how many times; days that measure a span are no counts"""

DOWN, UP = "down", "up"
UNSEEN = {
    ("sub-cost", "class_bp", UP): "a class that no longer holds enough of the quantity alone is still the largest",
    ("exclusivity", "holdback_minutes", DOWN): "it says when a lead is published, and the verdict at rest is equal",
    ("exclusivity", "holdback_minutes", UP): "it says when a lead is published, and the verdict at rest is equal",
}
"""what no verdict at rest can show, with the reason"""

MOVES = [
    pytest.param(detector, name, way, id=f"{detector}.{name}-{way}")
    for detector, parameters in BOUNDARIES.items()
    for name in parameters
    for way in (DOWN, UP)
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The demo's province."""
    return Planted(tmp_path_factory.mktemp("province"))


@pytest.fixture(scope="module")
def scenes(planted):
    """Answer the plants of a parameter with their log, which is cut and judged as it is once."""
    known = {}

    def scene(detector, name):
        if (detector, name) not in known:
            truths = planted.exercising(BOUNDARIES[detector][name])
            log = planted.cut(truths)
            known[detector, name] = truths, log, judged(log, truths)
        return known[detector, name]

    return scene


def moved(detector, name, way):
    """Answer a parameter's default moved by a fifth, or by one if it counts."""
    parameters = {one.id: msgspec.to_builtins(one.parameters()) for one in registered()}
    value = parameters[detector][name]
    step = 1 if name in COUNTS[detector] else max(1, value // 5)
    return value + step if way == UP else value - step


def test_every_parameter_is_in_the_list():
    """The list names each parameter of each detector, and no other."""
    expected = {one.id: set(msgspec.to_builtins(one.parameters())) for one in registered()}

    assert expected == {detector: set(parameters) for detector, parameters in BOUNDARIES.items()}


@pytest.mark.parametrize(("detector", "name", "way"), MOVES)
def test_a_moved_parameter_changes_a_planted_verdict(scenes, detector, name, way):
    """By the rules as given the plants of a parameter are found and nothing is false; by the moved one they are not."""
    truths, log, as_given = scenes(detector, name)
    rules = {detector: {name: moved(detector, name, way)}}

    assert as_given.planted
    assert as_given.is_clean, (as_given.misses, as_given.false)
    assert ((detector, name, way) in UNSEEN) == judged(log, truths, rules).is_clean
