"""The violations in Pulumi's event log."""

import json

from anykube_cli.policies import Violation, read_violations

_URN = "urn:pulumi:planted::planted::kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::any"
_VIOLATION = {
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
"""An event as pulumi 3.255.0 writes it."""
_UNDETERMINED = (
    "can't run policy 'rbac-wildcards' from policy pack 'anykube@v0.0.1' during preview: "
    "string value at .rules.0.verbs can't be known during preview"
)


def _read(*events: object) -> list[Violation]:
    return list(read_violations(json.dumps(event) for event in events))


def test_reads_violations() -> None:
    [violation] = _read(
        {"preludeEvent": {}}, {"policyEvent": _VIOLATION}, {"policyAnalyzeSummaryEvent": {"passed": ["x"]}}
    )
    message = "has * for verbs. Name verbs one by one. [CIS EKS 1.8 4.1.3]"
    assert violation == Violation("rbac-wildcards", _URN, stops=True, message=message)
    assert (violation.resource, violation.is_undetermined) == ("any", False)


def test_distinguishes_undetermined_rules_from_violations() -> None:
    [violation] = _read(
        {"policyEvent": {**_VIOLATION, "message": f"{_UNDETERMINED}\n", "enforcementLevel": "advisory"}}
    )
    assert (violation.is_undetermined, violation.stops, violation.message) == (True, False, _UNDETERMINED)


def test_an_event_may_have_no_resource() -> None:
    [violation] = _read({"policyEvent": {key: value for key, value in _VIOLATION.items() if key != "resourceUrn"}})
    assert (violation.urn, violation.type) == ("", "")
