from anykube_policies.program import run

# Rules of your own: run([...]), see anykube_policies.rule.
run()
