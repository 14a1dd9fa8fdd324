"""A SAML 2.0 provider in a process of its own: `python saml_provider.py PORT FOLDER`.

The provider is pysaml2's. FOLDER holds its `key.pem` and `certificate.pem`, and `site.xml`, the metadata of
the site that asks. Whoever opens its page types who they are, and that is taken at its word.
"""

from __future__ import annotations

import html
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

FORM = """<!doctype html><title>County sign-in</title><form method="post" action="/answer">
<label>Who are you? <input name="who"></label><input type="hidden" name="asked" value="{asked}">
<input type="hidden" name="state" value="{state}"><button>Sign in</button></form>"""


def provider(base: str, folder: Path) -> Server:
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
                    "policy": {"default": {"lifetime": {"minutes": 5}}},
                }
            },
        }
    )
    return Server(config=config)


class Pages(BaseHTTPRequestHandler):
    saml: Server

    def do_GET(self) -> None:
        words = parse_qs(urlsplit(self.path).query)
        state = words.get("RelayState", [""])[0]
        asked = html.escape(words["SAMLRequest"][0])
        self.answer(FORM.format(asked=asked, state=html.escape(state)))

    def do_POST(self) -> None:
        words = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        request = self.saml.parse_authn_request(words["asked"][0], BINDING_HTTP_REDIRECT)
        to = self.saml.response_args(request.message, [BINDING_HTTP_POST])
        who = words["who"][0]
        response = self.saml.create_authn_response(
            {"uid": [who]},
            userid=who,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=who),
            authn={"class_ref": PASSWORD},
            sign_assertion=True,
            sign_response=True,
            in_response_to=to["in_response_to"],
            destination=to["destination"],
            sp_entity_id=to["sp_entity_id"],
        )
        back = self.saml.apply_binding(
            BINDING_HTTP_POST, str(response), to["destination"], words.get("state", [""])[0], response=True
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
    with HTTPServer(("127.0.0.1", port), Pages) as server:
        print("ready", flush=True)
        server.serve_forever()
