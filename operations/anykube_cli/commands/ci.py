"""Commands for continuous integration. The workflow files of GitHub and GitLab only call these."""

from pathlib import Path
from typing import Annotated

import typer

from anykube_cli.commands.command import INVALID_INPUT, Panel, command, group
from anykube_cli.commands.options import Allow, Stack, Stacks

Base = Annotated[
    str, typer.Option("--base", metavar="REF", help="The Git commit or branch to compare with, such as HEAD^1.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a job matrix: stack, cloud, environment, on.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The Markdown file to write, such as comment.md.")]
File = Annotated[
    Path, typer.Option("--file", metavar="FILE", help="The Markdown file to post.", exists=True, dir_okay=False)
]
Number = Annotated[
    int, typer.Option("--number", "-n", metavar="N", min=1, help="The number of the pull request, such as 7.")
]
On = Annotated[
    str,
    typer.Option(
        "--on", metavar="STACK", help="The stack whose apps and cluster the review stack uses, such as aws-dev."
    ),
]


def register(cli: typer.Typer) -> None:
    """Adds the group, and within it the group of review stacks."""
    jobs = group("The steps of CI pipelines. Their output is redacted.")
    cli.add_typer(jobs, name="ci", rich_help_panel=Panel.AUTOMATION)
    jobs.callback()(_begin)
    _add_jobs(jobs)
    _add_reports(jobs)
    reviews = group("Deploy and remove review stacks: one for each pull request, in its own namespace.")
    jobs.add_typer(reviews, name="review")
    _add_reviews(reviews)


def _begin(context: typer.Context) -> None:
    """The steps of CI pipelines. Their output is redacted."""
    from anykube_cli.ci import jobs

    jobs.begin(context)


def _add_jobs(group: typer.Typer) -> None:
    @command(
        group,
        examples=['eval "$(anykube ci login)"'],
        exit_codes={0: "Printed, or there is no cloud to log in to.", 2: "A variable is missing."},
    )
    def login() -> None:
        """Log the clouds' SDKs in with the OIDC token of this CI job.

        Prints environment variables for `eval`. On GitHub it sets them for the later steps of the job instead.
        docs/reference/ci-variables.md lists the variables that name the role.
        """
        from anykube_cli.ci import jobs

        jobs.login()

    @command(
        group,
        examples=["anykube ci changed", "anykube ci changed --base HEAD^1 --json"],
        exit_codes={0: "Printed.", 2: "There is no such commit."},
    )
    def changed(base: Base = "origin/main", as_json: Json = False) -> None:
        """Print the stacks that differ between a commit and the working tree.

        A stack differs if its effective settings differ. All stacks differ if the program, the policies, the toolchain
        or uv.lock differ.
        """
        from anykube_cli.ci import jobs

        jobs.changed(base, as_json)

    @command(
        group,
        examples=["anykube ci order --environment dev", "anykube ci order --base origin/main --json"],
        exit_codes={0: "Printed.", 2: INVALID_INPUT},
    )
    def order(
        stacks: Stacks = None,
        cloud: Annotated[
            str | None,
            typer.Option(metavar="CLOUD", help="Only the stacks in this cloud, such as aws.", show_default="all"),
        ] = None,
        environment: Annotated[
            str | None,
            typer.Option(
                metavar="NAME", help="Only the stacks of this environment: dev, staging or prod.", show_default="all"
            ),
        ] = None,
        base: Annotated[
            str | None,
            typer.Option(
                metavar="REF",
                help="Only the stacks that differ from this commit, such as origin/main.",
                show_default="all",
            ),
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Print stacks in the order in which CI deploys them.

        The order is dev, staging, prod; within each, a cluster before the stacks on it. The environment is a part of
        the stack's name, as in aws-dev or aws-dev-shop. Stacks without one are left out.
        """
        from anykube_cli.ci import jobs

        jobs.ordered(stacks, cloud, environment, base, as_json)

    @command(
        group,
        examples=["anykube ci deploy --stack aws-dev", "anykube ci deploy --stack aws-dev --allow servers-node-group"],
        exit_codes={0: "The stack is up, and its apps are ready.", 1: "Stopped, or failed.", 2: INVALID_INPUT},
    )
    def deploy(stack: Stack, allow: Allow = None) -> None:
        """Deploy a stack after a merge: preflight, guard, `pulumi up`, rollouts.

        Safe to run again. If the job is cancelled, Pulumi finishes the operations in progress, and the next run
        continues from there.
        """
        from anykube_cli.ci import jobs

        jobs.deployed(stack, allow)


def _add_reports(group: typer.Typer) -> None:
    @command(
        group,
        "pull-request",
        examples=["anykube ci pull-request --out comment.md", "anykube ci pull-request --rehearse --out comment.md"],
        exit_codes={0: "Nothing stops a changed stack.", 1: "Something stops a changed stack.", 2: INVALID_INPUT},
    )
    def pull_request(
        out: Out,
        base: Base = "origin/main",
        stacks: Stacks = None,
        rehearse: Annotated[
            bool, typer.Option("--rehearse", help="Also rehearse each changed stack that has a cluster in a cloud.")
        ] = False,
        allow: Allow = None,
    ) -> None:
        """Write a report on what a pull request changes in each stack, and what would stop the deployment.

        Previews a deployed stack on its real state if the job has credentials for it, and any other stack on an empty
        simulated account. Post the report with `anykube ci comment`.
        """
        from anykube_cli.ci import jobs

        jobs.pull_request(out, base, stacks, rehearse, allow)

    @command(
        group,
        examples=["anykube ci comment --file comment.md"],
        exit_codes={0: "Posted.", 2: "GitHub or GitLab refused the request, or a variable is missing."},
    )
    def comment(
        file: File,
        number: Annotated[
            int | None,
            typer.Option(
                metavar="N",
                help="The number of the pull request, such as 7.",
                show_default="the pull request of this job",
            ),
        ] = None,
    ) -> None:
        """Post a report as a comment on the pull request, or update the earlier comment.

        Detects GitHub or GitLab from the job's variables. Needs GITHUB_TOKEN or GITLAB_TOKEN with permission to write
        comments.
        """
        from anykube_cli.ci import jobs

        jobs.commented(file, number)

    @command(
        group,
        examples=["anykube ci drift --out drift.md", "anykube ci drift --stack aws-prod --out drift.md"],
        exit_codes={0: "No drift.", 1: "A stack could not be read.", 2: INVALID_INPUT, 3: "There is drift."},
    )
    def drift(out: Out, stacks: Stacks = None) -> None:
        """Report resources in clouds and clusters that no longer match the Pulumi state.

        Changes and repairs nothing. Without --stack it checks every deployed stack of an environment. Post the report
        with `anykube ci issue`.
        """
        from anykube_cli.ci import jobs

        jobs.drifted(out, stacks)

    @command(
        group,
        examples=["anykube ci issue --file drift.md"],
        exit_codes={0: "Done.", 2: "GitHub or GitLab refused the request, or a variable is missing."},
    )
    def issue(file: File) -> None:
        """Open or update the issue with the drift report, or close it if there is no drift.

        Needs GITHUB_TOKEN or GITLAB_TOKEN with permission to write issues.
        """
        from anykube_cli.ci import jobs

        jobs.issue(file)


def _add_reviews(group: typer.Typer) -> None:
    @command(
        group,
        examples=["anykube ci review up --number 7 --on aws-dev"],
        exit_codes={0: "The review stack is up.", 1: "The deployment failed.", 2: INVALID_INPUT},
    )
    def up(number: Number, on: On) -> None:
        """Deploy the apps of a stack for a pull request, in the namespace pr-N of its cluster.

        Each route gets a host of its own, such as pr-7-www.example.com. Safe to run again after each push.
        """
        from anykube_cli.ci import jobs

        jobs.review_up(number, on)

    @command(
        group,
        examples=["anykube ci review down --number 7 --on aws-dev"],
        exit_codes={0: "The review stack was removed, or never existed.", 1: "It failed.", 2: INVALID_INPUT},
    )
    def down(number: Number, on: On) -> None:
        """Remove the review stack of a pull request."""
        from anykube_cli.ci import jobs

        jobs.review_down(number, on)

    @command(
        group,
        examples=["anykube ci review sweep --older 72"],
        exit_codes={0: "Removed.", 1: "A review stack could not be removed.", 2: INVALID_INPUT},
    )
    def sweep(
        older: Annotated[
            float,
            typer.Option("--older", min=0, metavar="HOURS", help="Hours since the last deployment, such as 72."),
        ],
    ) -> None:
        """Remove the review stacks that were last deployed more than some hours ago."""
        from anykube_cli.ci import jobs

        jobs.sweep(older)
