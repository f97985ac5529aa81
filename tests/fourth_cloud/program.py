"""Runs with the fourth cloud installed, and prints what each part of the project knows about it, as JSON."""

import json
import sys
from pathlib import Path

from anykube._clouds.registry import definitions
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._clusters.managed import ManagedCluster
from anykube._workloads.load_balancers import LOAD_BALANCERS
from anykube.settings import matrix
from anykube.settings.loader import load
from anykube.settings.problems import SettingsError
from anykube.settings.schema import rendered
from anykube_cli.guarded import guarded
from anykube_cli.preflight import clouds as preflight
from anykube_cli.rehearsal import clouds as rehearsal
from anykube_cli.sweep import clouds as sweep
from anykube_policies.table import RULES

_SDKS = {"anykube_toy.cluster", "azure", "boto3", "googleapiclient", "pulumi_aws", "pulumi_azure_native", "pulumi_gcp"}
_SDKS |= {"pulumi_toy"}


def errors(stack: str, folder: Path) -> str:
    """The errors of a settings file. Empty: it is valid."""
    try:
        load(stack, folder)
    except SettingsError as error:
        return str(error)
    return ""


def main(folder: Path) -> None:
    """`folder` contains settings files of the stacks toy-dev, toy-wrong and toy-closed."""
    sdks = sorted(_SDKS & set(sys.modules))
    spec = load("toy-dev", folder).cluster
    assert isinstance(spec, ManagedCluster)
    report = {
        "clouds": list(definitions()),
        "facts": list(CLOUDS),
        "imported": sdks,
        "pool": repr(getattr(spec.pools["system"], "tke", None)),
        "schema": json.loads(rendered()),
        "capabilities": matrix.matrix(),
        "ingress": INGRESS_PROFILES["toy", "standard"].ingress_class,
        "balancer": LOAD_BALANCERS["toy", "standard"].internal,
        "invalid": errors("toy-wrong", folder),
        "closed": errors("toy-closed", folder),
        "rules": [rule.name for rule in RULES],
        "guarded": {token: kind.name for token, kind in guarded().items() if token.startswith("toy:")},
        "preflight": [problem.subject for problem in preflight.check("toy-dev", spec).errors],
        "sweep": list(sweep.account_factory("toy-dev", spec, {}, folder)().leftovers()),
        "rehearsed": sorted(rehearsal.supported_clouds()),
    }
    json.dump(report, sys.stdout)


main(Path(sys.argv[1]))
