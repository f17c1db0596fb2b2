# The names that users of such systems know; the work is done by the commands below.
.PHONY: install test test-and-coverage

install:
	eng/install-test-tools.sh
	dotnet restore Tributary.slnx --locked-mode
	dotnet tool restore
	if command -v pre-commit >/dev/null; then pre-commit install; else echo 'pre-commit is not there: no hooks installed'; fi

test:
	dotnet test --solution Tributary.slnx

test-and-coverage:
	eng/coverage.sh
