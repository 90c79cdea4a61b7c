//! JSON Schema of what stands in a report.

use crate::Format;

/// In a report it is one of those in which a redirect map can be said.
impl schemars::JsonSchema for Format {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Format".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A host's way to write redirects down.",
            "oneOf": Self::ALL.map(|format| schemars::json_schema!({
                "const": format.id(),
                "description": format.place(),
                "type": "string",
            })),
        })
    }
}
