"""The engine's log of events, as far as it is about policies."""

import json

from anykube_cli.policies import Violation, violations

_URN = "urn:pulumi:planted::planted::kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::any"
_BROKEN = {
    "resourceUrn": _URN,
    "message": "A role names what it gives\nhas * for verbs. Name verbs one by one. [CIS EKS 1.8 4.1.3]\n",
    "color": "never",
    "policyName": "rbac-wildcards",
    "policyPackName": "anykube",
    "policyPackVersion": "0.1.0",
    "policyPackVersionTag": "0.1.0",
    "enforcementLevel": "mandatory",
    "severity": "high",
}
"""As pulumi 3.255.0 writes it."""
_CANNOT = (
    "can't run policy 'rbac-wildcards' from policy pack 'anykube@v0.0.1' during preview: "
    "string value at .rules.0.verbs can't be known during preview"
)


def _read(*events: object) -> list[Violation]:
    return list(violations(json.dumps(event) for event in events))


def test_violations_are_read() -> None:
    [found] = _read({"preludeEvent": {}}, {"policyEvent": _BROKEN}, {"policyAnalyzeSummaryEvent": {"passed": ["x"]}})
    said = "has * for verbs. Name verbs one by one. [CIS EKS 1.8 4.1.3]"
    assert found == Violation("rbac-wildcards", _URN, stops=True, said=said)
    assert (found.resource, found.is_unjudged) == ("any", False)


def test_what_cannot_be_judged_is_told_from_what_is_broken() -> None:
    [found] = _read({"policyEvent": {**_BROKEN, "message": f"{_CANNOT}\n", "enforcementLevel": "advisory"}})
    assert (found.is_unjudged, found.stops, found.said) == (True, False, _CANNOT)


def test_the_engine_may_name_no_resource() -> None:
    [found] = _read({"policyEvent": {key: value for key, value in _BROKEN.items() if key != "resourceUrn"}})
    assert (found.urn, found.type) == ("", "")
