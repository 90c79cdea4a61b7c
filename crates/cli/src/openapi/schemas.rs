//! The schemas as generators of clients read them best. What the derived ones say stays the same.
//!
//! Four things are rewritten, each for what reads it: an enum of strings is `enum` and not a choice among constants, which
//! generators for Python cannot read; a choice among tagged objects says so by a `discriminator` (OpenAPI 3.1, "Discriminator
//! Object"), for which its members are schemas of their own; and links between items of our documentation lead nowhere in a
//! description, so that their words alone stay; and what is absent where it is empty is optional, which a `default` hides from
//! generators for TypeScript.

use serde_json::{Map, Value, json};

/// Rewrites all that lies in `components.schemas`.
pub(crate) fn rewrite(schemas: Map<String, Value>) -> Map<String, Value> {
    let mut schemas = schemas;
    for schema in schemas.values_mut() {
        without_defaults(schema);
        plain(schema);
        flat_enum(schema);
    }
    let mut out = Map::new();
    for (name, schema) in &schemas {
        let mut schema = schema.clone();
        for (member, schema) in discriminated(name, &mut schema) {
            out.insert(member, whole(schema, &schemas));
        }
        out.insert(name.clone(), schema);
    }
    out
}

/// A member that is another schema and a tag, with the fields of that other one in it: beside a reference the tag is overlooked.
fn whole(mut member: Value, schemas: &Map<String, Value>) -> Value {
    let Some(name) = member["$ref"].as_str().and_then(|path| path.rsplit('/').next()) else { return member };
    let Some(other) = schemas.get(name).cloned() else { return member };
    if let Some(fields) = member.as_object_mut() {
        fields.remove("$ref");
    }
    for (name, field) in other["properties"].as_object().into_iter().flatten() {
        member["properties"][name] = field.clone();
    }
    if let (Some(required), Some(more)) = (member["required"].as_array_mut(), other["required"].as_array()) {
        required.extend(more.iter().cloned());
    }
    member
}

/// Takes the defaults of fields away: what has one is not required, and that is all there is to say.
fn without_defaults(schema: &mut Value) {
    if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for field in fields.values_mut().filter_map(Value::as_object_mut) {
            field.remove("default");
        }
    }
}

/// Takes links between items out of every description.
pub(crate) fn plain(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => *text = without_links(text),
                    _ => plain(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// "see [`Risk`]" and "[the order](crate::order)" without brackets; links to web addresses stay.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((words, behind)) = after.split_once(']') else { break };
        let target = behind.strip_prefix('(').and_then(|target| target.split_once(')'));
        out.push_str(before);
        match target {
            Some((target, _)) if target.contains("://") || words.contains('[') => {
                out.push('[');
                rest = after;
            }
            Some((_, behind)) => {
                out.push_str(words);
                rest = behind;
            }
            None if words.starts_with('`') && words.ends_with('`') => {
                out.push_str(words);
                rest = behind;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `oneOf` of constants becomes `enum`; what each of them means goes into the description.
fn flat_enum(schema: &mut Value) {
    let Some(members) = schema["oneOf"].as_array() else { return };
    let mut values = Vec::new();
    let mut meanings = String::new();
    for member in members {
        let constants = match (&member["const"], member["enum"].as_array()) {
            (Value::String(one), _) => vec![one.clone()],
            (_, Some(several)) => several.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => return,
        };
        for constant in constants {
            if let Some(meaning) = member["description"].as_str() {
                meanings.push_str(&format!("\n- `{constant}`: {meaning}"));
            }
            values.push(Value::String(constant));
        }
    }
    let description = schema["description"].as_str().unwrap_or_default();
    let description = format!("{description}\n{meanings}");
    *schema = json!({ "type": "string", "enum": values, "description": description.trim() });
}

/// Members of a choice that one property with a constant tells apart: schemas of their own, by name; in their place stand
/// references and the discriminator.
fn discriminated(name: &str, schema: &mut Value) -> Vec<(String, Value)> {
    let Some(members) = schema["oneOf"].as_array().cloned() else { return Vec::new() };
    let tag = |member: &Value| {
        let properties = member["properties"].as_object()?;
        let mut tagged = properties
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value["const"].as_str()?.to_owned())));
        tagged.next()
    };
    let Some(tags) = members.iter().map(tag).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let property = tags.first().map(|(property, _)| property.clone()).unwrap_or_default();
    if tags.iter().any(|(other, _)| *other != property) {
        return Vec::new();
    }
    let (mut parts, mut references, mut mapping) = (Vec::new(), Vec::new(), Map::new());
    for ((_, value), mut member) in tags.into_iter().zip(members) {
        let part = format!("{name}{}", pascal(&value));
        let reference = format!("#/components/schemas/{part}");
        // A single word of an enum is read by more generators than a constant is.
        member["properties"][&property]["enum"] = json!([value.clone()]);
        if let Some(field) = member["properties"][&property].as_object_mut() {
            field.remove("const");
        }
        references.push(json!({ "$ref": reference }));
        mapping.insert(value, Value::String(reference));
        parts.push((part, member));
    }
    schema["oneOf"] = Value::Array(references);
    schema["discriminator"] = json!({ "propertyName": property, "mapping": mapping });
    parts
}

/// `remove-record` as `RemoveRecord`.
fn pascal(words: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    words.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enum_is_a_list_of_words_and_says_what_each_means() {
        let mut schema = json!({
            "description": "Whether it can go live.",
            "oneOf": [
                { "type": "string", "const": "go", "description": "It can." },
                { "type": "string", "const": "no-go" },
            ],
        });
        flat_enum(&mut schema);
        assert_eq!(schema["enum"], json!(["go", "no-go"]));
        assert_eq!(schema["description"], "Whether it can go live.\n\n- `go`: It can.");
        assert!(schema["oneOf"].is_null());
    }

    #[test]
    fn a_choice_among_tagged_objects_has_a_discriminator_and_members_with_names() {
        let schemas = Map::from_iter([(
            "Fix".to_owned(),
            json!({ "oneOf": [
                { "type": "object", "properties": { "kind": { "type": "string", "const": "step" } } },
                { "type": "object", "properties": { "kind": { "type": "string", "const": "remove-record" } } },
            ] }),
        )]);
        let out = rewrite(schemas);
        assert_eq!(out["Fix"]["discriminator"]["propertyName"], "kind");
        assert_eq!(
            out["Fix"]["discriminator"]["mapping"]["remove-record"],
            "#/components/schemas/FixRemoveRecord"
        );
        assert_eq!(out["FixStep"]["properties"]["kind"]["enum"], json!(["step"]));
    }

    #[test]
    fn a_field_with_a_default_is_optional_and_nothing_more() {
        let field = json!({ "type": "array", "default": [] });
        let out = rewrite(Map::from_iter([("Row".to_owned(), json!({ "properties": { "notes": field } }))]));
        assert_eq!(out["Row"]["properties"]["notes"], json!({ "type": "array" }));
    }

    #[test]
    fn a_tag_beside_a_reference_joins_the_fields_of_what_is_referred_to() {
        let schemas = Map::from_iter([
            (
                "Report".to_owned(),
                json!({ "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] }),
            ),
            (
                "Event".to_owned(),
                json!({ "oneOf": [{
                    "$ref": "#/components/schemas/Report",
                    "properties": { "event": { "const": "report" } }, "required": ["event"],
                }] }),
            ),
        ]);
        let out = rewrite(schemas);
        assert_eq!(out["EventReport"]["required"], json!(["event", "id"]));
        assert!(out["EventReport"]["$ref"].is_null() && !out["EventReport"]["properties"]["id"].is_null());
    }

    #[test]
    fn links_between_items_become_words_and_links_to_the_web_stay() {
        for (text, plain) in [
            ("in order; see [`Risk`].", "in order; see `Risk`."),
            ("as [the order](crate::order) says", "as the order says"),
            (
                "by [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)",
                "by [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)",
            ),
            ("a list [1, 2] of numbers", "a list [1, 2] of numbers"),
            ("no end [here", "no end [here"),
        ] {
            assert_eq!(without_links(text), plain);
        }
    }
}
