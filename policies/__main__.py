from anykube_policies.program import run

run()
