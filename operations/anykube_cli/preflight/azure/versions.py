"""Checks that AKS offers and supports the Kubernetes version in the region.

https://learn.microsoft.com/azure/aks/supported-kubernetes-versions
"""

from collections.abc import Iterable
from typing import Any

from anykube_cli.preflight.azure.clients import Clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem

_COMMUNITY = "KubernetesOfficial"


def version(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Long-term support requires the tier Premium. A preview version is a warning."""
    if plan.version is None:
        return
    response = clients.containers.managed_clusters.list_kubernetes_versions(plan.region)
    versions = {item.version: item for item in response.values_property or ()}
    supported = [name for name, item in versions.items() if _COMMUNITY in _plans(item) and not item.is_preview]
    choose = f"choose from {', '.join(sorted(supported, key=_order)) or 'none'}"
    subject, item = f"version {plan.version}", versions.get(plan.version)
    if item is None:
        yield Problem(subject, f"AKS does not offer this version in {plan.region}", choose)
    elif item.is_preview:
        yield Problem(subject, f"the version is a preview in {plan.region}, without support", choose, "warning")
    elif _COMMUNITY not in _plans(item) and not plan.premium:
        yield Problem(
            subject,
            "the version has only long-term support left, which requires the tier Premium",
            f"{choose}, or set `tier: Premium`: https://learn.microsoft.com/azure/aks/long-term-support",
        )


def _plans(item: Any) -> list[str]:
    plans = item.capabilities.support_plan or () if item.capabilities else ()
    return [str(getattr(plan, "value", plan)) for plan in plans]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) if number.isdigit() else 0 for number in version.split("."))
