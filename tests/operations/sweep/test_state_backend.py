"""A backend in a cloud outlives its stacks, and is billed."""

import pytest
from anykube_cli.sweep.state_backend import backend_sentence


@pytest.mark.parametrize("url", ["s3://states?region=eu-west-1", "gs://states", "azblob://states?storage_account=a"])
def test_names_what_is_billed_for_a_bucket(url: str) -> None:
    sentence = backend_sentence({"PULUMI_BACKEND_URL": url})
    assert sentence.startswith(f"kept: the state backend {url.partition('?')[0]} and its key, billed by GiB")


@pytest.mark.parametrize("environment", [{}, {"PULUMI_BACKEND_URL": "http://127.0.0.1:1"}])
def test_is_silent_about_other_backends(environment: dict[str, str]) -> None:
    assert backend_sentence(environment) == ""
