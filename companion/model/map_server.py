"""The address of a map server that the owner enters, taken apart: where it is, and what may vary in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

PLACES = ("z", "x", "y")
NAMES = frozenset({*PLACES, "r", "key"})
SUBDOMAIN = "a"
"""For `{s}`. One is enough: a browser of old opened more connections to more hosts, this app asks for four pictures at a time."""
BRACES = re.compile(r"\{([^{}]*)\}")
JOINED = re.compile(r"\}\{(?!r\})")
"""Two values side by side could not be told apart again."""
PLAIN = re.compile(r"[A-Za-z0-9._~!$'()*,;:@%+/-]*")
SECRET = re.compile(r"key|token|secret|sig|pass|auth", re.IGNORECASE)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LONGEST = 2000


class TemplateError(ValueError):
    """`key` of the sentence that says what is wrong, and the name in the address that it is about."""

    def __init__(self, key: str, name: str = "") -> None:
        super().__init__(key)
        self.key = f"map_server.{key}"
        self.name = name


@dataclass(frozen=True, slots=True)
class Template:
    """`path` with its braces; each value of `query` is fixed words or one name in braces."""

    origin: str
    path: str
    query: tuple[tuple[str, str], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(BRACES.findall(self.path + "".join(value for _, value in self.query)))

    @property
    def host(self) -> str:
        return self.origin.partition("://")[2]

    def filled(self, values: dict[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Path and query with every name in braces replaced."""
        path = BRACES.sub(lambda found: quote(values[found[1]], safe="@"), self.path)
        query = [(name, BRACES.sub(lambda found: values[found[1]], value)) for name, value in self.query]
        return path, tuple(query)


def parse(text: str) -> Template:
    """Raises TemplateError for what this app could not, or should not, ask."""
    text = text.strip().replace("{s}", SUBDOMAIN)
    if not text or len(text) > LONGEST or any(not "!" <= one <= "~" for one in text):
        raise TemplateError("no_address")
    for name in BRACES.findall(text):
        if name not in NAMES:
            raise TemplateError("unknown_name", name or "{}")
    if "{" in BRACES.sub("", text) or "}" in BRACES.sub("", text):
        raise TemplateError("braces")
    scheme, _, rest = text.partition("://")
    netloc = re.split(r"[/?#]", rest)[0]
    origin = _origin(f"{scheme}://{netloc}")
    path, _, query = rest[len(netloc) :].partition("?")
    if "#" in path + query:
        raise TemplateError("fragment")
    template = Template(origin, path or "/", _query(query))
    _check(template)
    return template


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname or ""
        host.encode("idna")
    except ValueError:
        raise TemplateError("no_address") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise TemplateError("no_address")
    if "{" in address:
        raise TemplateError("host_varies")
    if parts.username is not None or parts.password is not None:
        raise TemplateError("password")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise TemplateError("not_https")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _query(query: str) -> tuple[tuple[str, str], ...]:
    pairs = parse_qsl(query, keep_blank_values=True)
    if len({name for name, _ in pairs}) < len(pairs):
        raise TemplateError("twice")
    return tuple(pairs)


def _check(template: Template) -> None:
    if not PLAIN.fullmatch(BRACES.sub("", template.path)) or "//" in template.path:
        raise TemplateError("no_address")
    for name, value in template.query:
        names = BRACES.findall(value)
        if names and value != f"{{{names[0]}}}":
            raise TemplateError("mixed", name)
        if not names and value and SECRET.search(name):
            raise TemplateError("bare_key", name)
    missing = [name for name in PLACES if name not in template.names]
    if missing:
        raise TemplateError("missing", missing[0])
    everything = BRACES.findall(template.path) + [value[1:-1] for _, value in template.query if value[:1] == "{"]
    if len(everything) > len(set(everything)):
        raise TemplateError("twice")
    if JOINED.search(template.path) or re.search(r"[^/]\{key\}|\{key\}[^/]", template.path):
        raise TemplateError("joined")
