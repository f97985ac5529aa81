"""Apps on a cluster that somebody else made: here `local`'s, by its kubeconfig file and nothing else."""

from pathlib import Path

from tests.e2e.checkout import Checkout


def test_apps_on_a_cluster_by_its_kubeconfig(checkout: Checkout, tmp_path: Path) -> None:
    checkout.make("up")
    kubeconfig = tmp_path / "colleague.yaml"
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out)
    with checkout.edit_settings("local-guest") as page:
        page["cluster"] = {"cloud": "existing", "kubeconfig": str(kubeconfig), "context": "local"}
        page["namespace"] = "guest"
        page["apps"] = {"web": {"image": "registry.example/web:1.0.0"}}
    said = checkout.make("up", "STACK=local-guest")
    assert "guest" in said.out
    assert len(checkout.get("pods", "-n", "guest")) == 2
    checkout.pulumi("preview", "--stack", "local-guest", "--expect-no-changes")
    assert "client-key-data" not in checkout.state("local-guest")

    # Another user of the same cluster is the same cluster: nothing is replaced.
    kubeconfig.write_text(
        kubeconfig.read_text()
        .replace('"user": "local"', '"user": "renamed"')
        .replace('"users": [{"name": "local"', '"users": [{"name": "renamed"')
    )
    assert "replace" not in checkout.up("local-guest").changed

    with checkout.edit_settings("local-guest") as page:
        page["cluster"]["context"] = "elsewhere"
    wrong = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", "local-guest", ok=False)
    assert "it has: local" in wrong.all
    assert "Traceback" not in wrong.all

    with checkout.edit_settings("local-guest") as page:
        page["cluster"]["context"] = "local"
    checkout.make("destroy", "STACK=local-guest")
    assert checkout.get("namespaces", "--field-selector", "metadata.name=guest") == []
    checkout.make("destroy")
