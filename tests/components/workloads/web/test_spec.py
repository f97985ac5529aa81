import re

import pytest
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.spec import RoutePath
from anykube._workloads.web.spec import WebServiceSpec
from pydantic import ValidationError


# An API server 1.36 accepts and rejects the same paths.
@pytest.mark.parametrize("path", ["/", "/a.b", "/..a", "/a..", "/a/b/"])
def test_accepts_paths_that_are_valid_in_an_ingress(path: str) -> None:
    assert RoutePath(path=path).path == path


@pytest.mark.parametrize("path", ["//", "/a//b", "/a/../b", "/a/..", "/a/.", "/a/./b", "/a%2Fb", "/a%2fb"])
def test_rejects_paths_that_are_invalid_in_an_ingress(path: str) -> None:
    with pytest.raises(ValidationError, match=re.escape("must not contain '//', '/./', '/../' or '%2f'")):
        RoutePath(path=path)


@pytest.mark.parametrize("image", ["", "shop 1", " "])
def test_rejects_invalid_images(image: str) -> None:
    with pytest.raises(ValidationError, match="image"):
        WebServiceSpec(image=image)


@pytest.mark.parametrize("limit", ["0", "3", "0%", "99%", "100%"])
def test_accepts_max_unavailable(limit: str) -> None:
    assert Rollout(max_unavailable=limit).max_unavailable == limit


@pytest.mark.parametrize("limit", ["101%", "-1", "", "1.5", "%"])
def test_rejects_max_unavailable(limit: str) -> None:
    with pytest.raises(ValidationError, match="max_unavailable"):
        Rollout(max_unavailable=limit)
