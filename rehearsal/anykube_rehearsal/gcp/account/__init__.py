"""The simulated account: a Google Cloud project that enforces Google's rules. Each rule cites its documentation."""
