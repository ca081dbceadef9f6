"""Whether a file is what its schema says, before any bank sees it."""

from functools import cache
from importlib.resources import as_file, files
from io import BytesIO

from lxml import etree

DEBITS = "pain.008.001.08"
PAYOUTS = "pain.001.001.09"
CLOSED = {"resolve_entities": False, "no_network": True, "load_dtd": False}
PAYMENTS = ("{*}DrctDbtTxInf", "{*}CdtTrfTxInf")


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
    """Payment by payment, for the whole tree of a file takes ten times its size. Raises Invalid."""
    schema = _schema(name)
    try:
        for _event, node in etree.iterparse(BytesIO(data), schema=schema, tag=PAYMENTS, **CLOSED):
            node.clear()
    except etree.XMLSyntaxError as error:
        raise _fault(data, schema) from error


def _fault(data: bytes, schema: etree.XMLSchema) -> Invalid:
    """The first one, with its line, which only the whole tree knows."""
    try:
        document = etree.fromstring(data, etree.XMLParser(**CLOSED))
    except etree.XMLSyntaxError as error:
        return Invalid(error.lineno or 0, error.msg or "no XML")
    schema.validate(document)
    first = schema.error_log[0]
    return Invalid(first.line, first.message)
