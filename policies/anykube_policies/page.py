"""`python -m anykube_policies.page`: writes docs/policies.md, the table of rules, from the rules. `--check` only looks.

Ends with 1 where the file is stale.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator

from anykube import project

from anykube_policies.rule import ResourceRule, Severity
from anykube_policies.table import RULES

_ROOT = project.root()
PAGE = _ROOT / "docs" / "reference" / "policies.md"
_CASES = _ROOT / "tests" / "policies" / "cases"
_ABOVE = """# The rules

Made by `python -m anykube_policies.page` from its `table.py`; `make check` fails where it is stale.

`anykube policy --stack …` judges a stack by these rules on a preview; every `pulumi preview` and `pulumi up` in a shell
with `anykube env`, every `anykube up` and every rehearsal does so too. A stack whose page says nothing of
`policies.profile`, or `production`, is stopped by what is critical or high, and told the rest; one of `development` is
told all. One resource is excused from one rule in the page:

```yaml
policies:
  waivers:
    - rule: pod-host-network
      resource: agent-daemon
      reason: it measures the node's own interfaces
      until: 2027-03-31
```

A waiver without a reason, of a rule that is not there, or past its day is itself refused, in every profile.

Rules read what the program asks for, not what a cloud made of it. A value that is first known during the update keeps
a rule from judging only where it has to know that value: the preview says so, and the update judges it before the
resource is made. Rules about how resources fit together (marked *stack*) are judged at the end of a preview; so `make
up` of a stack of production begins with one. What a Helm release makes is not among a stack's resources: no rule sees
it.

Each rule is shown by resources that break it and resources that keep it, in the files of its last column, by
`tests/policies/test_cases.py`; `tests/e2e/test_planted.py` breaks rules of every group before the real engine.
"""


def rendered() -> str:
    """The whole page."""
    return "\n".join((_ABOVE, *_table(), "", _counted(), ""))


def main() -> None:
    """Writes docs/policies.md."""
    parser = argparse.ArgumentParser(prog="python -m anykube_policies.page", description="Write docs/policies.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where the file is stale")
    if not parser.parse_args().check:
        PAGE.write_text(rendered(), encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != rendered():
        sys.exit(f"{PAGE.name} is stale. Run: python -m anykube_policies.page")


def _table() -> Iterator[str]:
    yield "| rule | asks that | severity | asked for by | clouds | what helps | cases |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    where = defaultdict[str, list[str]](list)
    for file in sorted(_CASES.glob("*.yaml")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.endswith(":") and not line.startswith((" ", "#")):
                where[line.removesuffix(":")].append(f"[{file.name}](../../tests/policies/cases/{file.name})")
    for rule in RULES:
        cells = (
            f"`{rule.name}`" + ("" if isinstance(rule, ResourceRule) else " *stack*"),
            rule.title,
            rule.severity.value,
            "; ".join(map(str, rule.controls)),
            rule.clouds,
            rule.remedy,
            ", ".join(where[rule.name]),
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _counted() -> str:
    counts = Counter(rule.severity for rule in RULES)
    return f"{len(RULES)} rules: {', '.join(f'{counts[one]} {one.value}' for one in Severity if counts[one])}."


if __name__ == "__main__":
    main()
