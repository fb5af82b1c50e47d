"""What the OpenAPI document says of posts, answers and errors."""

from typing import Any, Final

import msgspec
from ninja import Schema

from tocsin.api.submitting import Answer
from tocsin.stream.post import Post


class Health(Schema):
    """The answer of `/health`."""

    status: str
    version: str
    time: str


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    (schema,), parts = msgspec.json.schema_components([kind], ref_template="{name}")
    return _filled(parts[schema["$ref"]], parts)  # type: ignore[no-any-return]  # an object stays one


def _filled(schema: Any, parts: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Put the parts where they are named, so that a schema can stand anywhere in the document."""
    if isinstance(schema, list):
        return [_filled(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _filled(parts[schema["$ref"]], parts)
    return {name: _filled(value, parts) for name, value in schema.items()}


POST_SCHEMA: Final = _schema(Post)
ANSWER_SCHEMA: Final = _schema(Answer)
ERROR_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}
