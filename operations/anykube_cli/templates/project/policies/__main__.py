from anykube_policies.program import run

# To add your own rules, pass them: run([...]). See anykube_policies.rule.
run()
