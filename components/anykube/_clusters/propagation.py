"""Retries while a cloud propagates a new API, role or permission.

A cloud answers that an API is enabled or a role assigned minutes before all of its services know. The providers do not
retry: their errors also mean that nobody enabled the API or assigned the role. A program knows that it did.

https://docs.cloud.google.com/iam/docs/access-change-propagation
https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
"""

import asyncio
import re
from collections.abc import Sequence

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

MAX_RETRIES = 24
"""Retries of an operation, in about ten minutes: Google Cloud and Azure document seven and ten."""
_MAX_SECONDS = 30.0


def retry_hooks(name: str, errors: Sequence[str]) -> pulumi.ResourceHookBinding | None:
    """Retries operations that fail with one of these errors, which are regular expressions; None without errors.

    `name` is unique in the program. Also None with Pulumi's mocks, by which people test their programs: they have no
    hooks. https://www.pulumi.com/docs/iac/concepts/options/hooks
    """
    if not errors or isinstance(get_monitor(), MockMonitor):
        return None

    async def retry(args: pulumi.ErrorHookArgs) -> bool:
        if not is_retryable(args.errors, errors):
            return False
        await asyncio.sleep(seconds(len(args.errors)))
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(name, retry)])


def is_retryable(failures: Sequence[str], errors: Sequence[str]) -> bool:
    """Whether to retry after these failures, the newest first: it is one of the errors, and not the last retry."""
    pattern = "|".join(f"(?:{error})" for error in errors)
    return 0 < len(failures) <= MAX_RETRIES and re.search(pattern, failures[0]) is not None


def seconds(failures: int) -> float:
    """Seconds to wait after this number of failures: 1, 2, 4, … up to 30."""
    return min(2.0 ** min(failures - 1, 10), _MAX_SECONDS)
