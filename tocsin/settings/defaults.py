"""What an administrator may change, with the value it has when nothing is said.

Each name is read from the environment as ``TOCSIN_<NAME>``; a value of the form ``file:/path`` is
read from that file, so that secrets need not stand in the environment.
"""

DATA = "data"
"""Folder of databases, bus, keys and uploads."""

URL = ""
"""Public base address of every link that is sent, such as ``https://tocsin.example.org``."""

HOSTS = ""
"""Host names under which the pages are served, separated by commas; loopback and that of `URL` always are."""

HOST = "127.0.0.1"
"""Address on which the web process listens."""

PORT = 8000
"""Port on which the web process listens."""

PUBLIC = False
"""Serve only what people reach without signing in, as ``tocsin web --public`` does."""

DATABASE = ""
"""``postgresql://…`` for PostgreSQL; empty for the two SQLite files of the data folder."""

BUS = ""
"""``nats://…`` for JetStream; empty for the SQLite file of the data folder."""

SECRET_KEY = ""
"""Key that signs sessions and links; made in the data folder on first start when empty."""

JOURNAL_KEY = ""
"""Path of the key that signs the journal's heads; made in the data folder on first start when empty."""

EMAIL_URL = ""
"""``smtp://user:password@host:587?tls=start`` or ``smtps://…``; empty when mail cannot be sent."""

EMAIL_FROM = ""
"""Sender of the mail that Tocsin sends."""

SMS_URL = ""
"""Apprise address of the service that carries text messages, with ``{to}`` for the number; several, tried in
order, apart by spaces or commas."""

VOICE_URL = ""
"""Apprise address of the service that calls and reads aloud, with ``{to}`` for the number."""

MATRIX_URL = ""
"""``https://token@server/`` or ``https://user:password@server/``: the Matrix account that writes."""

LANGUAGE = "fr"
"""Language of pages when the browser asks for none that exists: ``fr`` or ``en``."""

TIME_ZONE = "Europe/Paris"
"""Time zone of a new organisation."""

FETCH_PRIVATE = False
"""Whether sources may be fetched from private addresses (an intranet); off because of forged addresses."""

UPLOAD_LIMIT_MB = 2048
"""Largest file taken by the import page, in megabytes."""

BATCH = 8000
"""Posts that the river takes through its stages at a time, from 100 to 20,000."""

RETENTION_DAYS = 400
"""Days that posts are kept after they came; rollups stay."""

DEBUG = False
"""Show errors in the browser; never on a machine that others reach."""
