"""Commands that continuous integration runs. The YAML of a forge holds none of the logic."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import WRONG, Panel, command, group
from anykube_cli.commands.options import Allow, Stack, Stacks

Base = Annotated[str, typer.Option("--base", metavar="REF", help="The git commit or branch to compare with.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a matrix: stack, cloud, environment, on.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the markdown.")]
File = Annotated[Path, typer.Option("--file", help="The markdown.", exists=True, dir_okay=False)]
Number = Annotated[int, typer.Option("--number", "-n", min=1, help="The pull request.")]
On = Annotated[str, typer.Option("--on", metavar="STACK", help="The stack with the apps and the cluster.")]


def register(cli: typer.Typer) -> None:
    """Adds the group, and in it the one of review stacks."""
    jobs = group("The steps of pipelines. All output is redacted.")
    cli.add_typer(jobs, name="ci", rich_help_panel=Panel.AUTOMATION)
    jobs.callback()(_begin)
    _add_jobs(jobs)
    _add_reports(jobs)
    reviews = group("Stacks for pull requests, each in its own namespace.")
    jobs.add_typer(reviews, name="review")
    _add_reviews(reviews)


def _begin(context: typer.Context) -> None:
    """The steps of pipelines. All output is redacted."""
    from anykube_cli.ci import jobs

    jobs.begin(context)


def _add_jobs(group: typer.Typer) -> None:
    @command(
        group,
        examples=['eval "$(anykube ci login)"'],
        exit_codes={0: "Printed, or nothing to print.", 2: "A variable is missing."},
    )
    def login() -> None:
        """Print the exports that log the clouds' SDKs in with this job's OIDC token.

        On GitHub it sets them for the later steps of the job instead.
        """
        from anykube_cli.ci import jobs

        jobs.login()

    @command(
        group,
        examples=["anykube ci changed", "anykube ci changed --base HEAD^1 --json"],
        exit_codes={0: "Printed.", 2: "No such commit."},
    )
    def changed(base: Base = "origin/main", as_json: Json = False) -> None:
        """Print the stacks whose effective settings, or whose sources, differ from a commit."""
        from anykube_cli.ci import jobs

        jobs.changed(base, as_json)

    @command(
        group,
        examples=["anykube ci order --environment dev", "anykube ci order --base origin/main --json"],
        exit_codes={0: "Printed.", 2: WRONG},
    )
    def order(
        stacks: Stacks = None,
        cloud: Annotated[str | None, typer.Option(help="Only the stacks of this cloud.")] = None,
        environment: Annotated[str | None, typer.Option(help="Only dev, staging or prod.")] = None,
        base: Annotated[
            str | None, typer.Option(metavar="REF", help="Only the stacks that differ from this commit.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Print stacks in the order of promotion: dev, staging, prod; a cluster before the stacks on it.

        The environment is a part of a stack's name (`aws-dev`, `aws-dev-shop`).
        """
        from anykube_cli.ci import jobs

        jobs.ordered(stacks, cloud, environment, base, as_json)

    @command(
        group,
        examples=["anykube ci deploy --stack aws-dev", "anykube ci deploy --stack aws-dev --allow servers-node-group"],
        exit_codes={0: "The stack is up.", 1: "Stopped, or failed.", 2: WRONG},
    )
    def deploy(stack: Stack, allow: Allow = None) -> None:
        """Deploy a stack after a merge: preflight, guard, up, rollouts. Safe to run again."""
        from anykube_cli.ci import jobs

        jobs.deployed(stack, allow)


def _add_reports(group: typer.Typer) -> None:
    @command(
        group,
        "pull-request",
        examples=["anykube ci pull-request --out comment.md", "anykube ci pull-request --rehearse --out comment.md"],
        exit_codes={0: "Nothing stops a changed stack.", 1: "Something stops a stack.", 2: WRONG},
    )
    def pull_request(
        out: Out,
        base: Base = "origin/main",
        stacks: Stacks = None,
        rehearse: Annotated[bool, typer.Option("--rehearse", help="Also rehearse each stack.")] = False,
        allow: Allow = None,
    ) -> None:
        """Write the comment on a pull request: what each changed stack would change, and what stops it.

        A stack that is up is previewed on its real state if the job may read it, any other on a simulated account.
        """
        from anykube_cli.ci import jobs

        jobs.pull_request(out, base, stacks, rehearse, allow)

    @command(
        group,
        examples=["anykube ci comment --file comment.md"],
        exit_codes={0: "Written.", 2: "The forge refuses, or a variable is missing."},
    )
    def comment(
        file: File,
        number: Annotated[int | None, typer.Option(help="The pull request.", show_default="that of the job")] = None,
    ) -> None:
        """Write the comment on the pull request, in place of the earlier one.

        GitHub or GitLab, by the job's variables. GITHUB_TOKEN or GITLAB_TOKEN must be allowed to write comments.
        """
        from anykube_cli.ci import jobs

        jobs.commented(file, number)

    @command(
        group,
        examples=["anykube ci drift --out drift.md", "anykube ci drift --stack aws-prod --out drift.md"],
        exit_codes={0: "No drift.", 1: "A stack could not be read.", 2: WRONG, 3: "There is drift."},
    )
    def drift(out: Out, stacks: Stacks = None) -> None:
        """Report what differs from the state in clouds and clusters. Changes and repairs nothing."""
        from anykube_cli.ci import jobs

        jobs.drifted(out, stacks)

    @command(
        group,
        examples=["anykube ci issue --file drift.md"],
        exit_codes={0: "Done.", 2: "The forge refuses, or a variable is missing."},
    )
    def issue(file: File) -> None:
        """Open or update the issue of the drift report, or close it if there is no drift."""
        from anykube_cli.ci import jobs

        jobs.issue(file)


def _add_reviews(group: typer.Typer) -> None:
    @command(
        group,
        examples=["anykube ci review up --number 7 --on aws-dev"],
        exit_codes={0: "The review stack is up.", 1: "It failed.", 2: WRONG},
    )
    def up(number: Number, on: On) -> None:
        """Deploy the apps of a stack for a pull request, in the namespace pr-NUMBER of its cluster."""
        from anykube_cli.ci import jobs

        jobs.review_up(number, on)

    @command(
        group,
        examples=["anykube ci review down --number 7 --on aws-dev"],
        exit_codes={0: "The review stack is gone, or never existed.", 1: "It failed.", 2: WRONG},
    )
    def down(number: Number, on: On) -> None:
        """Remove the review stack of a pull request."""
        from anykube_cli.ci import jobs

        jobs.review_down(number, on)

    @command(
        group,
        examples=["anykube ci review sweep --older 72"],
        exit_codes={0: "Removed.", 1: "A review stack is left.", 2: WRONG},
    )
    def sweep(
        older: Annotated[
            float, typer.Option("--older", min=0, metavar="HOURS", help="Hours since the last deployment.")
        ],
    ) -> None:
        """Remove the review stacks that were not deployed for some hours."""
        from anykube_cli.ci import jobs

        jobs.sweep(older)
