"""On AWS: a bucket of S3, and a key of KMS that encrypts it and is the stack's secrets provider.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.eks.spec import EksClusterSpec
from anykube._names import shortened

from anykube_cli.preflight.aws import identity
from anykube_cli.preflight.aws.errors import summarize_error, code, missing_permission
from anykube_cli.state_backends.backend import (
    OWNER_TAG,
    OLD_VERSIONS_DAYS,
    ROTATION_DAYS,
    Backend,
    BackendError,
    BackendNames,
    Setting,
)
from anykube_cli.state_backends.backend import merged as merge

_PATIENCE: Mapping[str, Any] = {
    "connect_timeout": 5,
    "read_timeout": 30,
    "retries": {"mode": "standard", "max_attempts": 4},
}
_NOT_THERE = {
    "404",
    "NoSuchBucket",
    "NotFoundException",
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
}

_ALL_BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)

_LIFECYCLE = [
    {
        "ID": "anykube-old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": OLD_VERSIONS_DAYS},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    },
]


def enter(spec: EksClusterSpec, names: BackendNames) -> "S3":
    """The account that the environment's credentials lead to, in the page's region. Raises BackendError."""
    try:
        import boto3
        from botocore.config import Config

        session = boto3.Session()
        config = Config(**_PATIENCE, request_checksum_calculation="when_required")
        made = {name: session.client(name, region_name=spec.region, config=config) for name in ("sts", "s3", "kms")}
        caller = made["sts"].get_caller_identity()
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"{problem.message}: {problem.remedy}") from error
    return S3(spec, names, caller["Account"], caller["Arn"].split(":")[1], made["s3"], made["kms"])


class S3:
    """A bucket and its key, in an account."""

    def __init__(self, spec: EksClusterSpec, names: BackendNames, owner: str, partition: str, s3: Any, kms: Any) -> None:
        self._region, self._owner, self._partition = spec.region, owner, partition
        self._s3, self._kms = s3, kms
        self._bucket = names.bucket or f"{shortened(spec.name, 43)}-state-{owner}"
        self._alias = f"alias/{(names.key or f'{spec.name}-state').removeprefix('alias/')}"
        self._named = names
        self._cluster = spec.name

    @property
    def backend(self) -> Backend:
        """The region in both: whoever uses them later may have another one by default."""
        return Backend(f"s3://{self._bucket}?region={self._region}", f"awskms://{self._alias}?region={self._region}")

    def explain(self, error: BaseException) -> str:
        """By code and operation."""
        if isinstance(error, ImportError):
            return "AWS' SDK is not there: `anykube up` of a stack there installs it"
        if getattr(error, "operation_name", "") == "HeadBucket":  # HTTP's HEAD says no more than 403
            return self._foreign()
        if action := missing_permission(error):
            return f"the caller may not {action}: add it to the policy of its role, or use another role"
        if code(error) in ("BucketAlreadyExists", "OperationAborted"):
            return self._foreign()
        problem = identity.explain(error)
        known = "could not be found out" not in problem.message
        return f"{problem.message}: {problem.remedy}" if known else f"AWS refuses: {summarize_error(error)}"

    def _foreign(self) -> str:
        return (
            f"the bucket {self._bucket} is somebody else's, or this caller is kept from it: choose another name with "
            "BUCKET=… (names of buckets are one account's in all of AWS)"
        )

    def settings(self) -> Iterator[Setting]:
        """The key first: the bucket is encrypted by it."""
        key = f"key {self._alias}"
        yield Setting(key, "customer-managed key with this alias", {OWNER_TAG: self._cluster}, self._key, self._make_key)
        identifier = self._described()["Arn"]
        yield Setting(
            key,
            f"rotation every {ROTATION_DAYS} days or sooner",
            {"KeyRotationEnabled": True, "RotationPeriodInDays": ROTATION_DAYS},
            lambda: self._rotation(identifier),
            lambda _: self._kms.enable_key_rotation(KeyId=identifier, RotationPeriodInDays=ROTATION_DAYS),
            _rotates,
        )
        bucket = f"bucket {self._bucket}"
        yield Setting(bucket, "in this account and region", {OWNER_TAG: self._cluster}, self._tags, self._make_bucket)
        yield self._setting("versioning", "bucket_versioning", {"Status": "Enabled"}, "VersioningConfiguration")
        yield self._setting("all public access blocked", "public_access_block", _ALL_BLOCKED,
                            "PublicAccessBlockConfiguration", "PublicAccessBlockConfiguration")  # fmt: skip
        owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        yield self._setting(
            "objects are the bucket owner's, without ACLs",
            "bucket_ownership_controls", owned, "OwnershipControls", "OwnershipControls",
        )  # fmt: skip
        by = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": identifier}
        encrypted = {"Rules": [{"ApplyServerSideEncryptionByDefault": by, "BucketKeyEnabled": True}]}
        yield self._setting(
            "encrypted by that key",
            "bucket_encryption",
            encrypted,
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfiguration",
        )
        yield Setting(bucket, "by TLS 1.2 or newer only", self._only_tls(), self._policy, self._write_policy)
        yield Setting(
            bucket,
            f"old versions kept for {OLD_VERSIONS_DAYS} days",
            _LIFECYCLE,
            lambda: self._get("bucket_lifecycle_configuration", "Rules"),
            lambda there: self._put(
                "bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": merge(there, _LIFECYCLE, "ID")}
            ),
        )

    def _setting(self, what: str, name: str, wanted: Any, sent: str, answered: str | None = None) -> Setting:
        """One that S3 gives and takes in the same form."""
        return Setting(
            f"bucket {self._bucket}",
            what,
            wanted,
            lambda: self._get(name, answered),
            lambda _: self._put(name, **{sent: wanted}),
        )

    def _get(self, name: str, answered: str | None = None) -> Any:
        ask = getattr(self._s3, f"get_{name}")
        found = _found(lambda: ask(Bucket=self._bucket, ExpectedBucketOwner=self._owner))
        if found is None:
            return None
        if answered:
            return found.get(answered)
        return {name: value for name, value in found.items() if name != "ResponseMetadata"} or None

    def _put(self, name: str, **content: Any) -> None:
        getattr(self._s3, f"put_{name}")(Bucket=self._bucket, ExpectedBucketOwner=self._owner, **content)

    def _tags(self) -> Mapping[str, str] | None:
        """Those of the bucket; None where there is none. Raises BackendError where it is not to be touched."""
        if _found(lambda: self._s3.head_bucket(Bucket=self._bucket, ExpectedBucketOwner=self._owner)) is None:
            return None
        where = self._s3.get_bucket_location(Bucket=self._bucket)["LocationConstraint"] or "us-east-1"
        if where != self._region:
            raise BackendError(
                f"the bucket {self._bucket} is in {where}, and the stack in {self._region}: a bucket cannot move, "
                "choose another name with BUCKET=…"
            )
        tags = {tag["Key"]: tag["Value"] for tag in self._get("bucket_tagging", "TagSet") or ()}
        self._require_ours(f"bucket {self._bucket}", tags, "BUCKET", self._named.bucket)
        return tags

    def _make_bucket(self, there: Mapping[str, str] | None) -> None:
        if there is None:
            # us-east-1 is the one region that S3 does not take as a constraint.
            where = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            asked = {"CreateBucketConfiguration": where} if where else {}
            self._s3.create_bucket(Bucket=self._bucket, ObjectOwnership="BucketOwnerEnforced", **asked)
        self._put("bucket_tagging", Tagging={"TagSet": _pairs({**(there or {}), OWNER_TAG: self._cluster}, "Key", "Value")})

    def _require_ours(self, subject: str, tags: Mapping[str, str], variable: str, named: str | None) -> None:
        if tags.get(OWNER_TAG, self._cluster if named else None) != self._cluster:
            whose = f"of the backend of {tags[OWNER_TAG]}" if OWNER_TAG in tags else f"without the tag {OWNER_TAG}"
            raise BackendError(
                f"the {subject} is there already, {whose}, so it is somebody else's; to take it over for this "
                f"one, name it with {variable}=… and remove its tag {OWNER_TAG} if it has one"
            )

    def _described(self) -> Any:
        return self._kms.describe_key(KeyId=self._alias)["KeyMetadata"]

    def _key(self) -> Mapping[str, str] | None:
        if (found := _found(self._described)) is None:
            return None
        if found["KeyState"] != "Enabled" or found.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
            raise BackendError(
                f"the key {self._alias} is {found['KeyState']} and {found.get('KeySpec')}, and not an enabled "
                "symmetric one: enable it or cancel its deletion, or choose another name with KEY=…"
            )
        tags = self._tags_of(found["KeyId"])
        self._require_ours(f"key {self._alias}", tags, "KEY", self._named.key)
        return tags

    def _tags_of(self, key: str) -> Mapping[str, str]:
        pages = self._kms.get_paginator("list_resource_tags").paginate(KeyId=key)
        return {tag["TagKey"]: tag["TagValue"] for page in pages for tag in page["Tags"]}

    def _make_key(self, there: Mapping[str, str] | None) -> None:
        tags = _pairs({OWNER_TAG: self._cluster, f"{OWNER_TAG}-alias": self._alias}, "TagKey", "TagValue")
        if there is not None:
            self._kms.tag_resource(KeyId=self._described()["KeyId"], Tags=tags)
            return
        made = (
            self._left_behind()
            or self._kms.create_key(
                Description=f"State and secrets of the Pulumi stacks of {self._cluster}", Tags=tags
            )["KeyMetadata"]["KeyId"]
        )
        self._kms.create_alias(AliasName=self._alias, TargetKeyId=made)

    def _left_behind(self) -> str | None:
        """A key of an earlier run that was killed before it gave the alias."""
        for page in self._kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                described = self._kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                if described["KeyManager"] != "CUSTOMER" or described["KeyState"] != "Enabled":
                    continue
                if self._tags_of(key["KeyId"]).get(f"{OWNER_TAG}-alias") == self._alias:
                    return str(key["KeyId"])
        return None

    def _rotation(self, key: str) -> Mapping[str, Any]:
        """Never nothing: a new key does not rotate."""
        found = self._kms.get_key_rotation_status(KeyId=key)
        return {name: found[name] for name in ("KeyRotationEnabled", "RotationPeriodInDays") if name in found}

    def _only_tls(self) -> list[Mapping[str, Any]]:
        bucket = f"arn:{self._partition}:s3:::{self._bucket}"
        shared = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [bucket, f"{bucket}/*"]}
        return [
            {"Sid": "AnykubeOnlyTls", **shared, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {"Sid": "AnykubeOnlyTls12", **shared, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
        ]

    def _policy(self) -> list[Any] | None:
        found = self._get("bucket_policy", "Policy")
        return None if found is None else list(json.loads(found)["Statement"])

    def _write_policy(self, there: list[Any] | None) -> None:
        statements = merge(there, self._only_tls(), "Sid")
        self._put("bucket_policy", Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def _rotates(there: Any, wanted: Any) -> bool:
    """Sooner is as good."""
    period = there.get("RotationPeriodInDays", wanted["RotationPeriodInDays"])
    return bool(there["KeyRotationEnabled"]) and period <= wanted["RotationPeriodInDays"]


def _found(ask: Any) -> Any:
    from botocore.exceptions import ClientError

    try:
        return ask()
    except ClientError as error:
        if code(error) in _NOT_THERE:
            return None
        raise


def _pairs(tags: Mapping[str, str], key: str, value: str) -> list[Mapping[str, str]]:
    return [{key: name, value: text} for name, text in tags.items()]
