import re

import pytest
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.spec import RoutePath
from anykube._workloads.web.spec import WebServiceSpec
from pydantic import ValidationError


# An API server 1.36 takes and refuses the very same.
@pytest.mark.parametrize("path", ["/", "/a.b", "/..a", "/a..", "/a/b/"])
def test_path_that_an_ingress_may_have(path: str) -> None:
    assert RoutePath(path=path).path == path


@pytest.mark.parametrize("path", ["//", "/a//b", "/a/../b", "/a/..", "/a/.", "/a/./b", "/a%2Fb", "/a%2fb"])
def test_path_that_an_ingress_may_not_have(path: str) -> None:
    with pytest.raises(ValidationError, match=re.escape("must not contain '//', '/./', '/../' or '%2f'")):
        RoutePath(path=path)


@pytest.mark.parametrize("image", ["", "shop 1", " "])
def test_image_that_is_none(image: str) -> None:
    with pytest.raises(ValidationError, match="image"):
        WebServiceSpec(image=image)


@pytest.mark.parametrize("limit", ["0", "3", "0%", "99%", "100%"])
def test_pods_that_may_be_missing(limit: str) -> None:
    assert Rollout(max_unavailable=limit).max_unavailable == limit


@pytest.mark.parametrize("limit", ["101%", "-1", "", "1.5", "%"])
def test_pods_that_may_not_be_missing(limit: str) -> None:
    with pytest.raises(ValidationError, match="max_unavailable"):
        Rollout(max_unavailable=limit)
