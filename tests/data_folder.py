"""Gives every test run a data folder of its own; loaded before the settings are (see `addopts`)."""

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="tocsin-tests-")
for name in [name for name in os.environ if name.startswith("TOCSIN_")]:
    del os.environ[name]
os.environ["TOCSIN_DATA"] = FOLDER
if "TESTS_DATABASE" in os.environ:
    os.environ["TOCSIN_DATABASE"] = os.environ["TESTS_DATABASE"]
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
