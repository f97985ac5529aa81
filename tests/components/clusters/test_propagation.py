"""Retries while a cloud propagates a new API, role or permission."""

import pytest
from anykube._clusters import propagation
from anykube._clusters.aks.resource_scope import RETRYABLE_ERRORS as AZURE
from anykube._clusters.gke.project import RETRYABLE_ERRORS as GOOGLE


@pytest.mark.parametrize(
    ("errors", "failure"),
    [
        (GOOGLE, "googleapi: Error 403: Kubernetes Engine API has not been used … reason: SERVICE_DISABLED"),
        (GOOGLE, "Error 403: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource 'projects/x'"),
        (GOOGLE, "Service account service-42@container-engine-robot.iam.gserviceaccount.com does not exist."),
        (AZURE, 'Code="PrincipalNotFound" Message="Principal 1f does not exist in the directory"'),
        (AZURE, "RoleDefinitionDoesNotExist: The specified role definition with ID '1f' does not exist."),
        (AZURE, "CustomKubeletIdentityMissingPermissionError: The cluster using user-assigned managed identity …"),
        (AZURE, "LinkedAuthorizationFailed: The client has permission to perform action … however"),
    ],
)
def test_retries_what_passes_by_itself(errors: tuple[str, ...], failure: str) -> None:
    assert propagation.is_retryable([failure], errors)


@pytest.mark.parametrize(
    "failure",
    [
        "Error 403: Permission 'container.clusters.create' denied on resource 'projects/x'",
        "Service account shop@acme.iam.gserviceaccount.com does not exist.",
        "AuthorizationFailed: The client does not have authorization to perform action",
        "QuotaExceeded",
    ],
)
def test_ends_at_once_at_other_errors(failure: str) -> None:
    assert not propagation.is_retryable([failure], (*GOOGLE, *AZURE))


def test_judges_the_newest_failure() -> None:
    assert propagation.is_retryable(["SERVICE_DISABLED", "QuotaExceeded"], GOOGLE)
    assert not propagation.is_retryable(["QuotaExceeded", "SERVICE_DISABLED"], GOOGLE)


def test_ends_after_about_ten_minutes() -> None:
    failures = ["SERVICE_DISABLED"] * (propagation.MAX_RETRIES + 1)
    assert propagation.is_retryable(failures[1:], GOOGLE)
    assert not propagation.is_retryable(failures, GOOGLE)
    waits = [propagation.seconds(count) for count in range(1, propagation.MAX_RETRIES + 1)]
    assert waits[:3] == [1, 2, 4]
    assert 9 * 60 < sum(waits) < 11 * 60
