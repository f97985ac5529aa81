import hashlib
import io
import tarfile

import pytest
import yaml
from anykube._clusters.eks.platform_names import CHART, CHART_VERSION
from anykube_rehearsal.charts import repository


def test_index_lists_the_chart_that_stacks_install() -> None:
    index = yaml.safe_load(repository.files()["index.yaml"])
    [entry] = index["entries"][CHART]
    assert entry["version"] == CHART_VERSION
    assert entry["annotations"] == {"anykube.dev/stand-in": "true"}
    archive = repository.files()[entry["urls"][0]]
    assert entry["digest"] == hashlib.sha256(archive).hexdigest()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert f"{CHART}/Chart.yaml" in tar.getnames()
        assert f"{CHART}/templates/controller.yaml" in tar.getnames()


@pytest.mark.parametrize(("path", "status"), [("index.yaml", 200), ("other.tgz", 404)])
def test_serves_files(path: str, status: int) -> None:
    response = repository.response(path)
    assert response.status_code == status
    assert response.get_data()
