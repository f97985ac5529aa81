"""What goes wrong on request, so that programs can be seen to bear it."""

import threading

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt


class Faults(BaseModel):
    """As `faults.json` and `POST /_anykube/faults` have it; what is left out is as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    throttling: NonNegativeInt = 0
    """Every n-th call of EKS or EC2 is throttled, and not when it is repeated; 0: none."""
    slow: NonNegativeFloat = 0.0
    """Seconds added to every long operation."""
    spot_capacity: bool = False
    """There is no spot capacity."""
    leftover_interface: bool = False
    """A network interface stays behind when a node group is deleted."""


NO_SPOT = (
    "AsgInstanceLaunchFailures",
    "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request "
    "configuration. Please adjust your request and try again. Launching EC2 instance failed.",
)
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html: launching instances of the group failed."""


class Throttle:
    """Counts the calls, and says which one comes too fast.

    https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html and, for EC2's RequestLimitExceeded,
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    """

    def __init__(self) -> None:
        self._calls, self._lock = 0, threading.Lock()

    def refuses(self, every: int) -> bool:
        """Counts a call. Every n-th is refused: its repetition is the next one, and is not unless n is 1."""
        with self._lock:
            self._calls = self._calls + 1 if every else 0
            return bool(every) and self._calls % every == 0
