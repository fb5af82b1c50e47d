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
    return msgspec.json.schema(kind, ref_template="#/components/schemas/{name}")["$defs"][kind.__name__]  # type: ignore[no-any-return]  # a JSON schema


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
