"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from goldenthread.commands.following import follow

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goldenthread.config.settings")
follow()
application = get_wsgi_application()
