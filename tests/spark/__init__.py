"""The same definitions on other engines. `make test` runs this folder with Sail, `make test-long` with Spark
too; other lanes skip it, for the packages are not installed there."""
