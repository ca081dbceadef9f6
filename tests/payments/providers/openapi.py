"""Holds requests and answers against OpenAPI 3.0 files, more strictly than these ask for it: a
property, query or method that the files do not know is a fault, too.

    PayPal = Specification.read(folder)
    PayPal.faults(Exchange("POST", "/v2/checkout/orders", …))       # [] where all is well
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

Json = Any


@dataclass(frozen=True)
class Exchange:
    """What was sent and what was answered. Bodies are None where there were none."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    sent: Json = None
    status: int = 200
    answered: Json = None


def read_only(_: Any, value: bool, instance: Json, schema: Json) -> Iterator[ValidationError]:
    if value:
        yield ValidationError("is read-only")


# Draft 4 is what OpenAPI 3.0 is made of: what stands beside a $ref does not count.
Answers = Draft4Validator
Requests = extend(Draft4Validator, {"readOnly": read_only})


def nullable(node: Json) -> Json:
    """OpenAPI 3.0 says `nullable` where JSON Schema says that the type may be null."""
    if isinstance(node, list):
        return [nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {name: nullable(value) for name, value in node.items()}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


@dataclass
class File:
    name: str
    content: Json

    def __post_init__(self) -> None:
        resource = Resource.from_contents(self.content, default_specification=DRAFT4)
        self.registry = Registry().with_resource(f"urn:{self.name}", resource)

    def at(self, reference: str) -> Json:
        node = self.content
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def whole(self, node: Json) -> Json:
        """What stands behind a $ref, however many there are in a row."""
        while isinstance(node, dict) and "$ref" in node:
            node = self.at(node["$ref"])
        return node

    def faults(self, instance: Json, schema: Json, *, request: bool) -> list[str]:
        kind = Requests if request else Answers
        # References are to the file as a whole, so the schema says which one.
        located = absolute(schema, self.name)
        validator = kind(located, registry=self.registry)
        found = [
            f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(instance)
        ]
        return found + [f"{path}: unknown" for path in self.unknown(instance, schema, "$")]

    def unknown(self, instance: Json, schema: Json, path: str) -> Iterator[str]:
        """Properties that no part of the schema names, where it names any."""
        if isinstance(instance, list):
            items = next((part["items"] for part in self.parts(schema) if "items" in part), None)
            for number, one in enumerate(instance if items is not None else []):
                yield from self.unknown(one, items, f"{path}[{number}]")
        elif isinstance(instance, dict):
            known: dict[str, list[Json]] = {}
            for part in self.parts(schema):
                for name, inner in part.get("properties", {}).items():
                    known.setdefault(name, []).append(inner)
            for name, value in instance.items():
                if known and name not in known:
                    yield f"{path}.{name}"
                for inner in known.get(name, [])[:1]:
                    yield from self.unknown(value, inner, f"{path}.{name}")

    def parts(self, schema: Json) -> Iterator[Json]:
        """The schema and whatever it is put together of."""
        node = self.whole(schema)
        yield node
        for word in ("allOf", "anyOf", "oneOf"):
            for one in node.get(word, []):
                yield from self.parts(one)


def absolute(node: Json, name: str) -> Json:
    if isinstance(node, list):
        return [absolute(one, name) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: f"urn:{name}{value}"
        if key == "$ref" and value.startswith("#")
        else absolute(value, name)
        for key, value in node.items()
    }


@dataclass
class Specification:
    files: list[File]

    @classmethod
    def read(cls, folder: Path) -> "Specification":
        rows = [
            File(path.stem, nullable(json.loads(path.read_text())))
            for path in sorted(folder.glob("*.json"))
        ]
        return cls(rows)

    def operation(self, method: str, path: str) -> tuple[File, Json] | None:
        for file in self.files:
            for template, deeds in file.content["paths"].items():
                if (
                    re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path)
                    and method.lower() in deeds
                ):
                    return file, deeds[method.lower()]
        return None

    def faults(self, exchange: Exchange) -> list[str]:
        found = self.operation(exchange.method, exchange.path)
        if found is None:
            return [f"{exchange.method} {exchange.path}: unknown"]
        file, operation = found
        return [
            *self.of_parameters(file, operation, exchange),
            *self.of_request(file, operation, exchange),
            *self.of_answer(file, operation, exchange),
        ]

    def of_parameters(self, file: File, operation: Json, exchange: Exchange) -> Iterator[str]:
        rows = [file.whole(row) for row in operation.get("parameters", [])]
        named = {(row["in"], row["name"].lower()): row for row in rows}
        given = {("query", name.lower()): value for name, value in exchange.query.items()}
        for place in given:
            if place not in named:
                yield f"{place}: unknown"
        given |= {("header", name.lower()): value for name, value in exchange.headers.items()}
        for place, row in named.items():
            if place[0] != "path" and place not in given and row.get("required"):
                yield f"{place}: missing"
            elif place in given:
                kind = file.whole(row["schema"]).get("type")
                value = int(given[place]) if kind == "integer" else given[place]
                for fault in file.faults(value, row["schema"], request=False):
                    yield f"{place} {fault}"

    def of_request(self, file: File, operation: Json, exchange: Exchange) -> Iterator[str]:
        body = file.whole(operation.get("requestBody") or {})
        if exchange.sent is None or not body:
            if exchange.sent:
                yield "a body that nobody asked for"
            return
        schema = body["content"]["application/json"]["schema"]
        for fault in file.faults(exchange.sent, schema, request=True):
            # An event is PayPal's own, and handed back as it came.
            if not (fault.startswith("$.webhook_event") and fault.endswith("is read-only")):
                yield f"sent {fault}"

    def of_answer(self, file: File, operation: Json, exchange: Exchange) -> Iterator[str]:
        answers = operation["responses"]
        answer = file.whole(answers.get(str(exchange.status)) or answers.get("default"))
        if str(exchange.status)[0] == "2" and str(exchange.status) not in answers:
            yield f"status {exchange.status}: unknown"
            return
        content = answer.get("content")
        if not content:
            if exchange.answered is not None and exchange.status == 204:
                yield "a body that the answer does not have"
            return
        schema = content["application/json"]["schema"]
        for fault in file.faults(exchange.answered, schema, request=False):
            yield f"answered {fault}"
