"""The backend with the stack's state, which outlives the stack."""

from collections.abc import Mapping

from anykube_cli.state_backends.clouds import cloud_of


def backend_sentence(environment: Mapping[str, str]) -> str:
    """What is billed for a backend in a cloud; empty for any other backend. Other stacks may use it too.

    `environment`: the environment variables of Pulumi.
    """
    url = environment.get("PULUMI_BACKEND_URL", "")
    if cloud_of(url) is None:
        return ""
    return (
        f"kept: the state backend {url.partition('?')[0]} and its key, billed by GiB of storage and by keys a month. "
        "Other stacks may use them."
    )
