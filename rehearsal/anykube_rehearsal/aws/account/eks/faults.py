"""Faults to inject, to test how programs handle them."""

import threading

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt


class Faults(BaseModel):
    """Faults, as in `faults.json` and `POST /_anykube/faults`. Fields that are not set keep their value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    throttling: NonNegativeInt = 0
    """Throttles every n-th call of EKS or EC2; the retry succeeds. 0 throttles none."""
    slow: NonNegativeFloat = 0.0
    """Seconds added to every long operation."""
    spot_capacity: bool = False
    """Whether there is no spot capacity."""
    leftover_interface: bool = False
    """Whether deleting a node group leaves a network interface behind."""


NO_SPOT = (
    "AsgInstanceLaunchFailures",
    "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request "
    "configuration. Please adjust your request and try again. Launching EC2 instance failed.",
)
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html: launching instances of the group failed."""


class Throttle:
    """Counts calls and throttles every n-th.

    https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html and, for EC2's RequestLimitExceeded,
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    """

    def __init__(self) -> None:
        self._calls, self._lock = 0, threading.Lock()

    def refuses(self, every: int) -> bool:
        """Counts a call. Returns whether to throttle it; a retry succeeds unless `every` is 1."""
        with self._lock:
            self._calls = self._calls + 1 if every else 0
            return bool(every) and self._calls % every == 0
