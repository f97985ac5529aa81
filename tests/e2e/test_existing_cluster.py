"""Apps on an existing cluster: that of `local`, used only through its kubeconfig file."""

from pathlib import Path

from tests.e2e.checkout import Checkout


def test_deploys_apps_to_existing_cluster_by_kubeconfig(checkout: Checkout, tmp_path: Path) -> None:
    checkout.make("up")
    kubeconfig = tmp_path / "colleague.yaml"
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out)
    with checkout.edit_settings("local-guest") as settings:
        settings["cluster"] = {"cloud": "existing", "kubeconfig": str(kubeconfig), "context": "local"}
        settings["namespace"] = "guest"
        settings["apps"] = {"web": {"image": "registry.example/web:1.0.0"}}
    result = checkout.make("up", "STACK=local-guest")
    assert "guest" in result.out
    assert len(checkout.get("pods", "-n", "guest")) == 2
    checkout.pulumi("preview", "--stack", "local-guest", "--expect-no-changes")
    assert "client-key-data" not in checkout.state("local-guest")

    # A renamed user still means the same cluster, so nothing is replaced.
    kubeconfig.write_text(
        kubeconfig.read_text()
        .replace('"user": "local"', '"user": "renamed"')
        .replace('"users": [{"name": "local"', '"users": [{"name": "renamed"')
    )
    assert "replace" not in checkout.up("local-guest").changed

    with checkout.edit_settings("local-guest") as settings:
        settings["cluster"]["context"] = "elsewhere"
    failed = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", "local-guest", ok=False)
    assert "Its contexts: local" in failed.all
    assert "Traceback" not in failed.all

    with checkout.edit_settings("local-guest") as settings:
        settings["cluster"]["context"] = "local"
    checkout.make("destroy", "STACK=local-guest")
    assert checkout.get("namespaces", "--field-selector", "metadata.name=guest") == []
    checkout.make("destroy")
