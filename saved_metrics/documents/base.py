"""What all parts of a metric document share: known keys only, and unions told apart by a field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

JSONObject = dict[str, object]
RowId = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Document(BaseModel):
    """An object in which every key is known."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class QueryNode(Document):
    """An object that carries the two keys common to all query nodes."""

    response: JSONObject | None = None
    version: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class OneOf:
    """A union whose member is named by one field, so that errors speak of that member alone.

    Where the field is missing, the first telling key found decides, else the default.
    """

    named_by: str
    members: Mapping[str, type[Document]]
    default: str
    telling: Mapping[str, str] = field(default_factory=dict)

    def member_name(self, value: object) -> str | None:
        """Return the name of the member that the value claims to be, or None."""
        if not isinstance(value, dict):
            return None
        name = value[self.named_by] if self.named_by in value else self._assumed_name(value)
        return name if isinstance(name, str) else None

    def _assumed_name(self, value: JSONObject) -> str:
        matches = (name for key, name in self.telling.items() if key in value)
        return next(matches, self.default)

    def __get_pydantic_core_schema__(
        self, _source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Build the schema that hands an object to the member it names."""
        expected = f"an object whose {self.named_by} is one of {', '.join(self.members)}"
        return core_schema.tagged_union_schema(
            {name: handler.generate_schema(member) for name, member in self.members.items()},
            discriminator=self.member_name,
            custom_error_type=f"unknown_{self.named_by}",
            custom_error_message=f"Input should be {expected}",
        )
