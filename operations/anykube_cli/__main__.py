"""The entry point of `anykube` and of `python -m anykube_cli`."""

import sys

from anykube_cli.commands.root import cli


def main() -> None:
    """Runs the command. Prints an error as a message on standard error, without secrets."""
    try:
        cli(prog_name="anykube")
    except Exception as error:
        from anykube_cli.errors import report

        sys.exit(report(error))


if __name__ == "__main__":
    main()
