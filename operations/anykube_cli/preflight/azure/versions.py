"""Whether AKS has the version in the region, and supports it without paying for more.

https://learn.microsoft.com/azure/aks/supported-kubernetes-versions
"""

from collections.abc import Iterable
from typing import Any

from anykube_cli.preflight.azure.clients import Clients
from anykube_cli.preflight.azure.plan import AzurePlan
from anykube_cli.preflight.problem import Problem

_COMMUNITY = "KubernetesOfficial"


def version(plan: AzurePlan, clients: Clients) -> Iterable[Problem]:
    """Supported by the community's schedule is right; for longer takes the tier Premium; a preview is to be tried."""
    if plan.version is None:
        return
    answer = clients.containers.managed_clusters.list_kubernetes_versions(plan.region)
    known = {one.version: one for one in answer.values_property or ()}
    right = [name for name, one in known.items() if _COMMUNITY in _plans(one) and not one.is_preview]
    choose = f"choose from {', '.join(sorted(right, key=_order)) or 'none'}"
    subject, there = f"version {plan.version}", known.get(plan.version)
    if there is None:
        yield Problem(subject, f"AKS does not have it in {plan.region}", choose)
    elif there.is_preview:
        yield Problem(subject, f"it is a preview in {plan.region}, without support", choose, "warning")
    elif _COMMUNITY not in _plans(there) and not plan.premium:
        yield Problem(
            subject,
            "only its long-term support is left, which AKS gives to clusters of the tier Premium",
            f"{choose}, or take `tier: Premium`: https://learn.microsoft.com/azure/aks/long-term-support",
        )


def _plans(one: Any) -> list[str]:
    plans = one.capabilities.support_plan or () if one.capabilities else ()
    return [str(getattr(plan, "value", plan)) for plan in plans]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
