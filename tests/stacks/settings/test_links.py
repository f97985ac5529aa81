from pathlib import Path

from anykube._workloads.pods.spec import Peer, WorkloadSpec
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.links import linked
from anykube.settings.loader import load

PAGE = """
cluster: {cloud: local, pools: {main: {count: 1}}}
namespace: shop
apps:
  store:
    image: a:1
    renamed_from: [shop]
    talks_to: [db]
    routes: [{paths: [{path: /}, {path: /x, app: store}, {path: /y, app: api}]}]
  api: {image: 'b:1', talks_to: [db, {cidr: 10.0.0.0/8}]}
  db: {kind: stateful, image: 'c:1', port: 5432, namespace: data, talks_to: [], called_by: [api]}
  free: {kind: worker, image: 'd:1'}
"""


def test_resolves_references_to_object_names(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_text(PAGE)
    page = load("page", tmp_path)
    apps = linked(page)
    store, api, db = apps["store"], apps["api"], apps["db"]
    assert isinstance(store, WebServiceSpec)
    assert isinstance(api, WorkloadSpec)
    assert isinstance(db, WorkloadSpec)
    assert [path.app for path in store.routes[0].paths] == [None, "shop", "api"]
    assert store.talks_to == (Peer(app="db", namespace="data"),)
    assert api.talks_to == (Peer(app="db", namespace="data"), Peer(cidr="10.0.0.0/8"))
    assert set(db.called_by) == {Peer(app="shop", namespace="shop"), Peer(app="api", namespace="shop")}
    assert apps["free"] is page.apps["free"]
