from anykube.program import run

run()
