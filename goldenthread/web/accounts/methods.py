"""The methods of a page with a form. allauth answers any other as if it were a reading, and so tells which
addresses there are."""

from django.views.decorators.http import require_http_methods

reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])
