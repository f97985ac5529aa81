"""Google's rules: why the service refuses requests that are well-formed. Each rule cites Google's documentation."""

from anykube_rehearsal.gcp.account.rules import clusters, discovery_schema, identity, networks, pools, projects

RULES = (*projects.RULES, *discovery_schema.RULES, *networks.RULES, *identity.RULES, *clusters.RULES, *pools.RULES)
