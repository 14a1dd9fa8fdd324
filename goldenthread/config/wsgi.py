"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from goldenthread.commands.following import follow
from goldenthread.record.acting import this_process_acts_for_callers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goldenthread.config.settings")
follow()
application = get_wsgi_application()
# A process that was forked from the command would still be the system, as the command is.
this_process_acts_for_callers()
