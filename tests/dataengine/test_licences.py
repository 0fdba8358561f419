"""Licences: their names on the Hub, and what each asks of whoever publishes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.licences import NOT_KNOWN, hub_licence, rule_of
from dataengine.resources import bundled

RULES = yaml.safe_load(bundled("templates", "card/licences.yaml").read_text("utf-8"))
KINDS = [kind for kind in RULES if kind != "renamed"]


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("CC-BY-SA-4.0", "cc-by-sa-4.0"),
        ("GPL-2.0-or-later", "gpl-2.0"),
        ("GFDL-1.3-only", "gfdl"),
        ("LPPL-1.3c", "lppl-1.3c"),
        ("CC0-1.0", "cc0-1.0"),
        ("ask the author", "other"),
        ("", "unknown"),
    ],
)
def test_licences_become_names_that_the_hub_knows(licence: str, name: str) -> None:
    assert hub_licence(licence) == name


def test_every_licence_has_one_kind() -> None:
    names = [name.casefold() for kind in KINDS for name in RULES[kind]["names"]]
    assert len(names) == len(set(names))
    assert not set(map(str.casefold, RULES["renamed"])) & set(names)
    for kind in KINDS:
        for name in RULES[kind]["names"]:
            assert rule_of(name).kind == kind
            assert rule_of(f" {name.lower()} ").kind == kind


@pytest.mark.parametrize(
    ("licence", "kind", "allowed"),
    [
        ("CC0-1.0", "public-domain", True),
        ("CC-BY-2.0", "attribution", True),
        ("CC-BY-SA-4.0", "share-alike", True),
        ("ODbL-1.0", "share-alike", True),
        ("CC-BY-NC-4.0", "non-commercial", True),
        ("CC-BY-NC-SA-2.0", "non-commercial-share-alike", True),
        ("CC-BY-ND-4.0", "no-derivatives", False),
        ("CC-BY-NC-ND-2.0", "no-derivatives", False),
        ("CC-BY-NC-SA-3.0-DE", "non-commercial-share-alike", True),
        ("CC-BY-ND-3.0-US", "no-derivatives", False),
        ("CC-BY-9.0-US", "unknown", False),
        ("GPL-2.0", "software", True),
        ("GPL-3.0-or-later", "software", True),
        ("LPPL-1.3c", "software", True),
        ("Apache-2.0", "software", True),
        ("", "unknown", False),
        ("unknown", "unknown", False),
        ("NOASSERTION", "unknown", False),
        ("All rights reserved", "unknown", False),
        ("LicenseRef-arxiv-nonexclusive", "unknown", False),
        ("CC-BY", "unknown", False),
        ("MIT WITH my-exception", "unknown", False),
        ("(MIT OR CC0-1.0)", "unknown", False),
        ("CC-BY-ND-4.0 OR CC-BY-4.0", "attribution", True),
        ("MIT AND CC-BY-ND-4.0", "no-derivatives", False),
        ("CC0-1.0 AND LicenseRef-x", "unknown", False),
        ("CC0-1.0 OR LicenseRef-x", "public-domain", True),
    ],
)
def test_rules(licence: str, kind: str, allowed: bool) -> None:
    rule = rule_of(licence)
    assert (rule.kind, rule.allowed) == (kind, allowed)


def test_a_sum_asks_what_each_part_asks() -> None:
    rule = rule_of("CC0-1.0 AND CC-BY-4.0 AND MIT")
    assert rule.attribution
    for part in ("CC-BY-4.0", "MIT"):
        assert rule_of(part).asks in rule.asks


@settings(deadline=None)
@given(st.text(max_size=40))
def test_what_is_not_listed_is_never_allowed(name: str) -> None:
    listed = {one.casefold() for kind in KINDS for one in RULES[kind]["names"]}
    listed |= {one.casefold() for one in RULES["renamed"]}
    if name.strip().casefold() not in listed and " OR " not in name:
        assert rule_of(name) is NOT_KNOWN or not rule_of(name).allowed
