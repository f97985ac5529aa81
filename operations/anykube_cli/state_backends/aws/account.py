"""The state backend on AWS: an S3 bucket, and a KMS key that encrypts it and is the stack's secrets provider.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.eks.credentials import open_session
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._names import shortened

from anykube_cli.preflight.aws import identity
from anykube_cli.preflight.aws.errors import error_code, missing_permission, summarize_error
from anykube_cli.state_backends.backend import (
    OLD_VERSIONS_DAYS,
    OWNER_TAG,
    ROTATION_DAYS,
    Backend,
    BackendError,
    BackendNames,
    RequiredSetting,
    merge_lists,
)

_CONNECTION: Mapping[str, Any] = {
    "connect_timeout": 5,
    "read_timeout": 30,
    "retries": {"mode": "standard", "max_attempts": 4},
}
_NOT_FOUND = {
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


def connect(spec: EksClusterSpec, names: BackendNames) -> "S3Backend":
    """Opens the account of the environment's credentials, in the cluster's region. Raises BackendError."""
    try:
        from botocore.config import Config

        session = open_session()
        config = Config(**_CONNECTION, request_checksum_calculation="when_required")
        clients = {name: session.client(name, region_name=spec.region, config=config) for name in ("sts", "s3", "kms")}
        caller = clients["sts"].get_caller_identity()
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"Cannot log in to AWS: {problem.message}. To fix it, {problem.remedy}") from error
    return S3Backend(spec, names, caller["Account"], caller["Arn"].split(":")[1], clients["s3"], clients["kms"])


class S3Backend:
    """A bucket and its key in an account."""

    def __init__(
        self, spec: EksClusterSpec, names: BackendNames, account: str, partition: str, s3: Any, kms: Any
    ) -> None:
        self._region, self._account, self._partition = spec.region, account, partition
        self._s3, self._kms = s3, kms
        self._bucket = names.bucket or f"{shortened(spec.name, 43)}-state-{account}"
        self._alias = f"alias/{(names.key or f'{spec.name}-state').removeprefix('alias/')}"
        self._names = names
        self._cluster = spec.name

    @property
    def backend(self) -> Backend:
        """Both contain the region, because later users may have another default region."""
        return Backend(f"s3://{self._bucket}?region={self._region}", f"awskms://{self._alias}?region={self._region}")

    def explain(self, error: BaseException) -> str:
        """The error's code and operation, or the failed login."""
        if isinstance(error, ImportError):
            return "The AWS SDK is not installed. Run `anykube up` for a stack on AWS to install it"
        if getattr(error, "operation_name", "") == "HeadBucket":  # a HEAD response has no error code
            return self._bucket_taken()
        if action := missing_permission(error):
            return f"The caller lacks the permission {action}. Add it to the policy of its role, or use another role"
        if error_code(error) in ("BucketAlreadyExists", "OperationAborted"):
            return self._bucket_taken()
        problem = identity.explain(error)
        if problem.message.startswith(identity.UNKNOWN):
            return f"The request to AWS failed: {summarize_error(error)}"
        return f"Cannot log in to AWS: {problem.message}. To fix it, {problem.remedy}"

    def _bucket_taken(self) -> str:
        return (
            f"The bucket {self._bucket} belongs to another AWS account, or the caller has no access to it. "
            "Choose another name with --bucket (bucket names are unique across all of AWS)"
        )

    def settings(self) -> Iterator[RequiredSetting]:
        """The key comes first: it encrypts the bucket."""
        key = f"key {self._alias}"
        yield RequiredSetting(
            key, "customer-managed key with this alias", {OWNER_TAG: self._cluster}, self._read_key, self._write_key
        )
        key_arn = self._describe_key()["Arn"]
        yield RequiredSetting(
            key,
            f"rotated at least every {ROTATION_DAYS} days",
            {"KeyRotationEnabled": True, "RotationPeriodInDays": ROTATION_DAYS},
            lambda: self._read_rotation(key_arn),
            lambda _: self._kms.enable_key_rotation(KeyId=key_arn, RotationPeriodInDays=ROTATION_DAYS),
            _rotates_often_enough,
        )
        bucket = f"bucket {self._bucket}"
        yield RequiredSetting(
            bucket, "in this account and region", {OWNER_TAG: self._cluster}, self._read_bucket, self._write_bucket
        )
        yield self._bucket_setting("versioning", "bucket_versioning", {"Status": "Enabled"}, "VersioningConfiguration")
        yield self._bucket_setting("public access blocked", "public_access_block", _ALL_BLOCKED,
                                   "PublicAccessBlockConfiguration", "PublicAccessBlockConfiguration")  # fmt: skip
        ownership = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        yield self._bucket_setting(
            "objects owned by the bucket owner, without ACLs",
            "bucket_ownership_controls", ownership, "OwnershipControls", "OwnershipControls",
        )  # fmt: skip
        kms = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn}
        encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": kms, "BucketKeyEnabled": True}]}
        yield self._bucket_setting(
            "encrypted with that key",
            "bucket_encryption",
            encryption,
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfiguration",
        )
        yield RequiredSetting(
            bucket, "requires TLS 1.2 or newer", self._tls_policy(), self._read_policy, self._write_policy
        )
        yield RequiredSetting(
            bucket,
            f"old versions kept for {OLD_VERSIONS_DAYS} days",
            _LIFECYCLE,
            lambda: self._get("bucket_lifecycle_configuration", "Rules"),
            lambda current: self._put(
                "bucket_lifecycle_configuration",
                LifecycleConfiguration={"Rules": merge_lists(current, _LIFECYCLE, "ID")},
            ),
        )

    def _bucket_setting(
        self, description: str, name: str, desired: Any, request_key: str, response_key: str | None = None
    ) -> RequiredSetting:
        """A setting that S3 returns and accepts in the same form."""
        return RequiredSetting(
            f"bucket {self._bucket}",
            description,
            desired,
            lambda: self._get(name, response_key),
            lambda _: self._put(name, **{request_key: desired}),
        )

    def _get(self, name: str, response_key: str | None = None) -> Any:
        get = getattr(self._s3, f"get_{name}")
        response = _get_or_none(lambda: get(Bucket=self._bucket, ExpectedBucketOwner=self._account))
        if response is None:
            return None
        if response_key:
            return response.get(response_key)
        return {name: value for name, value in response.items() if name != "ResponseMetadata"} or None

    def _put(self, name: str, **content: Any) -> None:
        getattr(self._s3, f"put_{name}")(Bucket=self._bucket, ExpectedBucketOwner=self._account, **content)

    def _read_bucket(self) -> Mapping[str, str] | None:
        """The bucket's tags; None if there is no bucket. Raises BackendError if the bucket is not ours to change."""
        if _get_or_none(lambda: self._s3.head_bucket(Bucket=self._bucket, ExpectedBucketOwner=self._account)) is None:
            return None
        region = self._s3.get_bucket_location(Bucket=self._bucket)["LocationConstraint"] or "us-east-1"
        if region != self._region:
            raise BackendError(
                f"The bucket {self._bucket} is in {region}, but the stack is in {self._region}. "
                "A bucket cannot be moved: choose another name with --bucket"
            )
        tags = {tag["Key"]: tag["Value"] for tag in self._get("bucket_tagging", "TagSet") or ()}
        self._require_ownership(f"bucket {self._bucket}", tags, "--bucket", self._names.bucket)
        return tags

    def _write_bucket(self, current: Mapping[str, str] | None) -> None:
        if current is None:
            # us-east-1 is the only region that S3 rejects as a location constraint.
            location = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            arguments = {"CreateBucketConfiguration": location} if location else {}
            self._s3.create_bucket(Bucket=self._bucket, ObjectOwnership="BucketOwnerEnforced", **arguments)
        self._put(
            "bucket_tagging",
            Tagging={"TagSet": _tag_list({**(current or {}), OWNER_TAG: self._cluster}, "Key", "Value")},
        )

    def _require_ownership(self, subject: str, tags: Mapping[str, str], option: str, chosen_name: str | None) -> None:
        if tags.get(OWNER_TAG, self._cluster if chosen_name else None) != self._cluster:
            owner = f"belongs to the cluster {tags[OWNER_TAG]}" if OWNER_TAG in tags else f"has no tag {OWNER_TAG}"
            raise BackendError(
                f"The {subject} already exists and {owner}. "
                f"To use it for this cluster, name it with {option} and remove its tag {OWNER_TAG} if it has one"
            )

    def _describe_key(self) -> Any:
        return self._kms.describe_key(KeyId=self._alias)["KeyMetadata"]

    def _read_key(self) -> Mapping[str, str] | None:
        if (key := _get_or_none(self._describe_key)) is None:
            return None
        if key["KeyState"] != "Enabled" or key.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
            raise BackendError(
                f"The key {self._alias} must be enabled and symmetric; it is {key['KeyState']} ({key.get('KeySpec')}). "
                "Enable it or cancel its deletion, or choose another name with --key"
            )
        tags = self._tags_of(key["KeyId"])
        self._require_ownership(f"key {self._alias}", tags, "--key", self._names.key)
        return tags

    def _tags_of(self, key: str) -> Mapping[str, str]:
        pages = self._kms.get_paginator("list_resource_tags").paginate(KeyId=key)
        return {tag["TagKey"]: tag["TagValue"] for page in pages for tag in page["Tags"]}

    def _write_key(self, current: Mapping[str, str] | None) -> None:
        tags = _tag_list({OWNER_TAG: self._cluster, f"{OWNER_TAG}-alias": self._alias}, "TagKey", "TagValue")
        if current is not None:
            self._kms.tag_resource(KeyId=self._describe_key()["KeyId"], Tags=tags)
            return
        key_id = (
            self._key_without_alias()
            or self._kms.create_key(
                Description=f"State and secrets of the Pulumi stacks of {self._cluster}", Tags=tags
            )["KeyMetadata"]["KeyId"]
        )
        self._kms.create_alias(AliasName=self._alias, TargetKeyId=key_id)

    def _key_without_alias(self) -> str | None:
        """A key from an earlier run that was killed before it created the alias."""
        for page in self._kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                metadata = self._kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                if metadata["KeyManager"] != "CUSTOMER" or metadata["KeyState"] != "Enabled":
                    continue
                if self._tags_of(key["KeyId"]).get(f"{OWNER_TAG}-alias") == self._alias:
                    return str(key["KeyId"])
        return None

    def _read_rotation(self, key: str) -> Mapping[str, Any]:
        """Never None: a new key has a status too, which is not rotated."""
        status = self._kms.get_key_rotation_status(KeyId=key)
        return {name: status[name] for name in ("KeyRotationEnabled", "RotationPeriodInDays") if name in status}

    def _tls_policy(self) -> list[Mapping[str, Any]]:
        bucket = f"arn:{self._partition}:s3:::{self._bucket}"
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [bucket, f"{bucket}/*"]}
        return [
            {"Sid": "AnykubeOnlyTls", **deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {"Sid": "AnykubeOnlyTls12", **deny, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
        ]

    def _read_policy(self) -> list[Any] | None:
        policy = self._get("bucket_policy", "Policy")
        return None if policy is None else list(json.loads(policy)["Statement"])

    def _write_policy(self, current: list[Any] | None) -> None:
        statements = merge_lists(current, self._tls_policy(), "Sid")
        self._put("bucket_policy", Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def _rotates_often_enough(current: Any, desired: Any) -> bool:
    """Accepts a shorter period."""
    period = current.get("RotationPeriodInDays", desired["RotationPeriodInDays"])
    return bool(current["KeyRotationEnabled"]) and period <= desired["RotationPeriodInDays"]


def _get_or_none(get: Any) -> Any:
    from botocore.exceptions import ClientError

    try:
        return get()
    except ClientError as error:
        if error_code(error) in _NOT_FOUND:
            return None
        raise


def _tag_list(tags: Mapping[str, str], key: str, value: str) -> list[Mapping[str, str]]:
    return [{key: name, value: text} for name, text in tags.items()]
