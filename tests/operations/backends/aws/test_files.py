"""The files of a state backend in S3, in an account simulated by moto."""

from typing import Any

import boto3
import pytest
from anykube_cli.state_backends.aws.files import files
from anykube_cli.state_backends.backend import BackendError

REGION = "eu-west-1"


@pytest.fixture
def bucket(account: None) -> Any:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": REGION})
    return s3


@pytest.mark.parametrize(("url", "folder"), [("s3://state", ""), (f"s3://state/team/a?region={REGION}", "team/a/")])
def test_reads_lists_and_removes_files_in_a_folder(
    bucket: Any, url: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in (f"{folder}.pulumi/locks/x/1.json", f"{folder}.pulumi/stacks/x.json", "other/.pulumi/locks/x/2.json"):
        bucket.put_object(Bucket="state", Key=name, Body=name.encode())
    opened = files(url)
    assert opened.names(".pulumi/locks/") == [".pulumi/locks/x/1.json"]
    assert opened.read(".pulumi/locks/x/1.json") == f"{folder}.pulumi/locks/x/1.json".encode()
    opened.remove(".pulumi/locks/x/1.json")
    assert opened.read(".pulumi/locks/x/1.json") is None
    assert opened.names(".pulumi/locks/") == []


def test_lists_all_pages(bucket: Any) -> None:
    for number in range(1001):
        bucket.put_object(Bucket="state", Key=f"a/{number}", Body=b"")
    assert len(files(f"s3://state?region={REGION}").names("a/")) == 1001


def test_missing_bucket(account: None) -> None:
    with pytest.raises(BackendError, match="Cannot list the bucket nowhere: NoSuchBucket at ListObjectsV2"):
        files(f"s3://nowhere?region={REGION}").names("a/")


def test_address_of_an_s3_compatible_service(account: None) -> None:
    url = f"s3://state?region={REGION}&endpoint=127.0.0.1:9000&disableSSL=true&s3ForcePathStyle=true"
    assert files(url)._client.meta.endpoint_url == "http://127.0.0.1:9000"
