"""The subjects of CI jobs, in GitHub's two formats and GitLab's."""

import os
from pathlib import Path

import pytest
from anykube_cli.roles import github
from anykube_cli.roles.forges import FORGES, Pipeline

NEW, OLD = "repo:acme@1234/shop@5678", "repo:acme/shop"


def _gh(folder: Path, monkeypatch: pytest.MonkeyPatch, output: str, code: int = 0) -> None:
    """Puts a program `gh` on the path that answers one request."""
    program = folder / "gh"
    program.write_text(
        f"#!/bin/sh\n[ \"$*\" = 'api repos/acme/shop/actions/oidc/customization/sub' ] || exit 9\n"
        f"echo '{output}'\nexit {code}\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("prefix", [NEW, OLD])
def test_the_repository_says_which_format_it_uses(prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _gh(tmp_path, monkeypatch, f'{{"use_default": true, "sub_claim_prefix": "{prefix}"}}')
    assert FORGES["github"].prefix("acme/shop") == prefix


@pytest.mark.parametrize(
    ("output", "code", "message"),
    [
        ('{"use_default": true}', 0, "gh auth login"),
        ("HTTP 404", 1, "--subject-prefix"),
        ("not JSON", 0, "--subject-prefix"),
        ('{"use_default": false, "sub_claim_prefix": "repo:acme/shop"}', 0, "a subject format of its own"),
        ('{"use_default": true, "sub_claim_prefix": "repo:acme/other"}', 0, "is not how the subjects of acme/shop"),
    ],
)
def test_an_unknown_format_is_never_guessed(
    output: str, code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _gh(tmp_path, monkeypatch, output, code)
    with pytest.raises(github.SubjectError, match=message):
        github.subject_prefix("acme/shop")


def test_without_githubs_program_the_prefix_has_to_be_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(github.SubjectError, match="--subject-prefix"):
        github.subject_prefix("acme/shop")


@pytest.mark.parametrize(
    "prefix", ["repo:acme/*", "repo:acme@1/shop", "repo:acme/shop@1", "acme/shop", f"{NEW}:environment:x", "repo:a/b"]
)
def test_rejects_a_prefix_of_no_or_another_repository(prefix: str) -> None:
    with pytest.raises(github.SubjectError, match="Use repo:acme/shop, or repo:acme@ID/shop@ID"):
        github.require_prefix(prefix, "acme/shop")


def test_only_the_environment_or_main_branch_deploys_production() -> None:
    for forge, prefix, subject in (
        ("github", NEW, f"{NEW}:environment:aws-prod"),
        ("github", OLD, f"{OLD}:environment:aws-prod"),
        ("gitlab", "project_path:acme/shop", "project_path:acme/shop:ref_type:branch:ref:main"),
    ):
        assert Pipeline("acme/shop", FORGES[forge], [prefix]).deployments("aws-prod") == [subject]
