"""`check`: the problems that the API server would report during a run."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pulumi
from anykube import project
from anykube._clusters.existing import kubeconfig as files
from anykube._clusters.spec import ExistingClusterSpec
from anykube._clusters.unions import ClusterSpec
from anykube._rules.findings import sentence
from anykube.settings.model import StackSettings
from anykube.settings.objects import stack_objects

from anykube_cli.dry_run.api import DryRunApi
from anykube_cli.dry_run.judge import Judged, judge
from anykube_cli.dry_run.places import Places
from anykube_cli.dry_run.verdict import Accepted, Mistake, Refused, Unjudged
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.preflight.problem import PreflightResult, Problem, Severity
from anykube_cli.stack_settings import base_stack, load_stack_settings

NAME = "Kubernetes objects"
"""The name of the check in a preflight."""
NO_CLUSTER = f"{NAME} not checked: the cluster does not exist yet."
_KNOWN: Mapping[str, str] = {
    r"violates PodSecurity": "Change what the message names in {place}, or allow it in the namespace",
    r"exceeded quota|must specify .* for: |failed quota": "Lower resources or replicas in {place}, or raise the quota",
    r"(?:maximum|minimum) .* usage per|max limit to request ratio": "Change resources in {place} to fit the LimitRange",
    r"field is immutable|updates to .* (?:spec )?for fields other than|may not be changed|is immutable": (
        "Restore the former value in {place}, or give the app a new name so that new objects are created"
    ),
    r'admission webhook "|ValidatingAdmissionPolicy': "Change {place} to meet this policy of the cluster",
}
"""What to do, by a pattern of the API server's message."""
_OTHER = "Correct {place}"


def check(
    stack: str,
    settings: StackSettings,
    kubeconfig: str | None,
    apps: Collection[str] | None = None,
) -> PreflightResult:
    """Sends every object of the stack's apps to the API server as a dry run, which changes nothing.

    :param kubeconfig: the kubeconfig of the cluster. None: no run has created it yet, or it is an existing cluster.
    :param apps: names of the apps to check. Default: all.
    """
    cluster = load_stack_settings(base).cluster if (base := base_stack(settings)) else settings.cluster
    try:
        kubeconfig = kubeconfig or _existing(cluster)
        if kubeconfig is None:
            return PreflightResult(skipped=[NAME])
        objects = stack_objects(settings, cluster, apps)
        with DryRunApi(kubeconfig) as api:
            judged = judge(api, objects)
    except pulumi.RunError as error:
        return PreflightResult(problems=[Problem(NAME, str(error).rstrip("."), "correct the settings")])
    except (UnreachableError, ValueError) as error:
        problem = Problem(NAME, f"not checked: {error}", "check that the cluster is up", "warning")
        return PreflightResult(problems=[problem], skipped=[NAME])
    problems = [*_mistakes(judged, Places(stack)), *_warnings(judged), *_unjudged(judged)]
    return PreflightResult(problems=problems, completed=[NAME])


def report(result: PreflightResult, stack: str) -> str:
    """The problems as sentences, and whether they stop a run."""
    lines = [sentence(problem.subject, problem.message, problem.remedy) for problem in result.problems]
    if result.errors:
        objects = len({problem.subject for problem in result.errors})
        lines.insert(0, f"{stack}: the API server refuses {objects} object{'' if objects == 1 else 's'}:")
        lines.append("Nothing was changed.")
    return "\n".join(lines)


def _existing(cluster: ClusterSpec) -> str | None:
    """The kubeconfig of a cluster that no run creates. Raises ValueError if there is none."""
    if not isinstance(cluster, ExistingClusterSpec) or not isinstance(cluster.kubeconfig, str):
        return None
    return files.read(project.root() / Path(cluster.kubeconfig).expanduser(), cluster.context).kubeconfig


def _mistakes(judged: Iterable[Judged], places: Places) -> Iterator[Problem]:
    for result in judged:
        if isinstance(result.verdict, Refused):
            for mistake in result.verdict.mistakes:
                text = f"{mistake.field}: {mistake.message}" if mistake.field else mistake.message
                place = places.of(result.object.app, mistake.message)
                yield Problem(_subject(result), text, _remedy(mistake).format(place=place), _severity(result, mistake))


def _warnings(judged: Sequence[Judged]) -> Iterator[Problem]:
    """The API server's warnings, such as about deprecated fields, except those about pods that it judges itself."""
    for result in judged:
        if isinstance(result.verdict, Accepted) and not result.is_pod:
            for text in result.verdict.warnings:
                if "would violate PodSecurity" not in text:
                    yield Problem(_subject(result), text, f"check apps.{result.object.app}", "warning")


def _unjudged(judged: Iterable[Judged]) -> Iterator[Problem]:
    """One warning for each reason."""
    reasons = Counter(result.verdict.reason for result in judged if isinstance(result.verdict, Unjudged))
    for reason, count in reasons.items():
        objects = "1 object" if count == 1 else f"{count} objects"
        yield Problem(NAME, f"{objects} not checked: {reason}", "none: the run shows whether they are valid", "warning")


def _severity(result: Judged, mistake: Mistake) -> Severity:
    """A full quota may have room for the pod once the run has removed one of the old pods."""
    return "warning" if result.is_update and "exceeded quota" in mistake.message else "error"


def _subject(result: Judged) -> str:
    metadata = result.object.manifest["metadata"]
    kind = f"pod of {result.object.manifest['kind']}" if result.is_pod else result.object.manifest["kind"]
    name = "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    return f"{result.object.app}: {kind} {name}" if result.object.app else f"{kind} {name}"


def _remedy(mistake: Mistake) -> str:
    return next((remedy for pattern, remedy in _KNOWN.items() if re.search(pattern, mistake.message)), _OTHER)
