"""Whether a file is what its schema says, before any bank sees it."""

from functools import cache
from importlib.resources import as_file, files

from lxml import etree

DEBITS = "pain.008.001.08"
PAYOUTS = "pain.001.001.09"


class Invalid(ValueError):
    """line: where the file breaks its schema."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}")
        self.line = line
        self.words = words


@cache
def _schema(name: str) -> etree.XMLSchema:
    with as_file(files("sepaxml") / "schemas" / f"{name}.xsd") as path:
        return etree.XMLSchema(etree.parse(path))


def check(data: bytes, name: str) -> None:
    """Raises Invalid."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        document = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Invalid(error.lineno or 0, error.msg or "no XML") from error
    schema = _schema(name)
    if not schema.validate(document):
        first = schema.error_log[0]
        raise Invalid(first.line, first.message)
