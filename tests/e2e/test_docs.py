"""The documentation, followed command by command: what it tells the reader to do works, and prints what it shows."""

from pathlib import Path

import pytest

from tests.docs.blocks import DOCS, ROOT, pages
from tests.docs.script import check, promised, script
from tests.e2e.checkout import Checkout

_FRESH = (DOCS / "tutorials" / "laptop.md", ROOT / "README.md")
"""Pages that begin and end without a cluster, one after the other in one clone."""
_ON_LOCAL = [page for page in pages() if promised(page) and page not in _FRESH]


def _follow(checkout: Checkout, page: Path) -> None:
    environment = dict(checkout.base_environment)
    environment["PATH"] = f"{checkout.folder / '.anykube' / 'venv' / 'bin'}:{environment['PATH']}"
    followed = checkout.run("bash", "-c", script(page), environment=environment, ok=False)
    check(page, followed.out)
    assert followed.code == 0, followed.all[-6000:]


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> Checkout:
    """A clone with the stack `local` deployed."""
    checkout.make("up")
    return checkout


def test_from_nothing_to_nothing(tmp_path: Path) -> None:
    clone = Checkout(tmp_path / "anykube")
    try:
        for page in _FRESH:
            _follow(clone, page)
            assert not clone.processes()
            clone.run("git", "checkout", "--quiet", ".")
    finally:
        clone.remove()


@pytest.mark.parametrize("page", _ON_LOCAL, ids=lambda page: page.stem)
def test_a_page(deployed: Checkout, page: Path) -> None:
    try:
        _follow(deployed, page)
    finally:
        deployed.run("git", "checkout", "--quiet", ".")
        deployed.run("git", "clean", "--quiet", "-d", "--force")
