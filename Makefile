# The names that users of such systems know; the work is done by the commands below.
.PHONY: install test test-and-coverage

install:
	eng/install-test-tools.sh
	dotnet restore Tributary.slnx --locked-mode
	dotnet tool restore
	command -v pre-commit >/dev/null && pre-commit install || echo 'pre-commit is not there: no hooks installed'

test:
	dotnet test --solution Tributary.slnx

test-and-coverage:
	eng/coverage.sh
