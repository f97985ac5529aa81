"""Google's rules, each with its document: what the service refuses although the request is well-formed."""

from anykube_rehearsal.gcp.account.rules import clusters, discovery_schema, identity, networks, pools, projects

RULES = (*projects.RULES, *discovery_schema.RULES, *networks.RULES, *identity.RULES, *clusters.RULES, *pools.RULES)
