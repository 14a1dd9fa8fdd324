"""What the server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from goldenthread.commands.following import follow

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goldenthread.config.settings")
follow()
application = get_wsgi_application()

# Every page and all it needs is loaded before the first request, and then left alone: what lives as long as
# its worker is not looked through for garbage again and again.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
