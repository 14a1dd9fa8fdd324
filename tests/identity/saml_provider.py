"""A SAML 2.0 provider in a process of its own: `python saml_provider.py PORT FOLDER`.

The provider is pysaml2's. FOLDER holds its `key.pem` and `certificate.pem`, and `site.xml`, the metadata of
the site that asks. Whoever opens its page types who they are, and that is taken at its word.
"""

from __future__ import annotations

import html
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

FORM = """<!doctype html><title>County sign-in</title><form method="post" action="/answer">
<label>Who are you? <input name="who"></label><input type="hidden" name="asked" value="{asked}">
<input type="hidden" name="state" value="{state}"><button>Sign in</button></form>"""


def provider(base: str, folder: Path, *, minutes: int = 5) -> Server:
    """The provider at ``base``, whose answers hold for so many minutes."""
    config = IdPConfig().load(
        {
            "entityid": f"{base}/metadata",
            "key_file": str(folder / "key.pem"),
            "cert_file": str(folder / "certificate.pem"),
            "metadata": {"local": [str(folder / "site.xml")]},
            "service": {
                "idp": {
                    "endpoints": {"single_sign_on_service": [(f"{base}/sign-in", BINDING_HTTP_REDIRECT)]},
                    "name_id_format": [NAMEID_FORMAT_PERSISTENT],
                    "policy": {"default": {"lifetime": {"minutes": minutes}}},
                }
            },
        }
    )
    return Server(config=config)


def answer_to(saml: Server, asked: str, who: str, **changes: Any) -> tuple[str, str]:
    """The address to answer a SAMLRequest at, and the SAMLResponse that names ``who``, as XML.

    ``changes`` are handed to pysaml2's ``create_authn_response``.
    """
    request = saml.parse_authn_request(asked, BINDING_HTTP_REDIRECT)
    to = saml.response_args(request.message, [BINDING_HTTP_POST])
    wanted = {
        "identity": {"uid": [who]},
        "name_id": NameID(format=NAMEID_FORMAT_PERSISTENT, text=who),
        "in_response_to": to["in_response_to"],
        "destination": to["destination"],
        "sp_entity_id": to["sp_entity_id"],
        "sign_assertion": True,
        "sign_response": True,
        "sign_alg": SIG_RSA_SHA256,
        "digest_alg": DIGEST_SHA256,
    }
    response = saml.create_authn_response(userid=who, authn={"class_ref": PASSWORD}, **(wanted | changes))
    return to["destination"], str(response)


class Pages(BaseHTTPRequestHandler):
    saml: Server

    def do_GET(self) -> None:
        words = parse_qs(urlsplit(self.path).query)
        state = words.get("RelayState", [""])[0]
        asked = html.escape(words["SAMLRequest"][0])
        self.answer(FORM.format(asked=asked, state=html.escape(state)))

    def do_POST(self) -> None:
        words = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        address, response = answer_to(self.saml, words["asked"][0], words["who"][0])
        back = self.saml.apply_binding(
            BINDING_HTTP_POST, response, address, words.get("state", [""])[0], response=True
        )
        self.answer(back["data"])

    def answer(self, page: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    Pages.saml = provider(f"http://127.0.0.1:{port}", folder)
    # A browser opens connections that it does not use at once; one thread would wait for the first of them.
    with ThreadingHTTPServer(("127.0.0.1", port), Pages) as server:
        print("ready", flush=True)
        server.serve_forever()
