"""`python -m anykube_cli`, and the command `anykube`."""

import sys

from anykube_cli.commands.root import cli


def main() -> None:
    """Runs the command. What fails is a sentence on standard error, with no secret in it."""
    try:
        cli(prog_name="anykube")
    except Exception as error:
        from anykube_cli.errors import report

        sys.exit(report(error))


if __name__ == "__main__":
    main()
