"""Texts that run a script wherever they stand unescaped: each calls ``ran``, which no page of ours has."""

from __future__ import annotations

from itertools import product

RAN = "ran(1)"
_OPENINGS = (
    "",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "</script>",
    "</style>",
    "]]>",
    "-->",
    "</text></svg>",
)
_ELEMENTS = (
    "<script>{}</script>",
    "<ScRiPt >{}</sCrIpT>",
    "<img src=x onerror={}>",
    "<img/src=x/onerror='{}'>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<details open ontoggle={}>",
    "<video><source onerror={}></video>",
    "<input autofocus onfocus={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<math><mtext><STYLE><img src=x onerror={}></STYLE></mtext></math>",
    "<body onload={}>",
    "<object data='javascript:{}'></object>",
    "<STYLE>@import 'javascript:{}';</STYLE>",
)
_MARKED = (
    "[look](javascript:{})",
    "[look](JaVaScRiPt&colon;{})",
    '![x](x"onerror="{})',
    "<javascript:{}>",
    "[x]: javascript:{}",
    "`<img src=x onerror={}>`",
)
_ATTRIBUTES = (
    '" onmouseover="{}" autofocus onfocus="{}',
    "' onmouseover='{}' autofocus onfocus='{}",
    " onfocus={} autofocus x=",
    "javascript:{}",
    "java\tscript:{}",
    "data:text/html,<script>{}</script>",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "{{% if 1 %}}{}",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;img src=x onerror={}&#62;",
    "%3Cscript%3E{}%3C/script%3E",
    "\u2028<script>{}</script>",
    "<scr\u0131pt>{}</scr\u0131pt>",
    "＜script＞{}＜/script＞",
)
PAYLOADS = (
    [opening + element.format(RAN) for opening, element in product(_OPENINGS, _ELEMENTS)]
    + [one.format(RAN) for one in _MARKED]
    + [one.replace("{}", RAN) for one in _ATTRIBUTES]
    + [
        f"{one}\n{two}"
        for one, two in product(("line", "=1+1", "* item"), [e.format(RAN) for e in _ELEMENTS[:10]])
    ]
)
"""202 of them."""
