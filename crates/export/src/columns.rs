//! Which CSV columns a schema asks for.

use gloss_core_model::Schema;
use serde_json::Value;

/// Columns of the block itself.
pub(crate) const BLOCK: [&str; 4] = ["block_uid", "block_index", "block_type", "block_content"];
pub(crate) const DRAFT: &str = "draft";
pub(crate) const PROVENANCE: [&str; 6] =
    ["run_id", "model", "call_id", "attempts", "confirmed_by", "confirmed_at"];

/// The columns of a schema's fields, in the schema's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns(Vec<Column>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    header: String,
    field: String,
    /// A property of an object-typed field.
    property: Option<String>,
}

impl Columns {
    /// One column per field; a field that can only be an object with declared properties (or
    /// null) has one per property instead, named `field.property`.
    pub fn of(schema: &Schema) -> Self {
        let fields = schema.properties();
        let mut columns = Self::default();
        for column in schema.columns() {
            match fields.get(&column.name).and_then(declared) {
                Some(properties) => {
                    for property in properties {
                        columns.push(column.name.clone(), Some(property));
                    }
                }
                None => columns.push(column.name, None),
            }
        }
        columns
    }

    /// The header cells, each different from the others and from the fixed columns.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|column| column.header.as_str())
    }

    /// One value per column, `None` where the data has none.
    pub(crate) fn values<'a>(
        &'a self,
        data: Option<&'a Value>,
    ) -> impl Iterator<Item = Option<&'a Value>> {
        self.0.iter().map(move |column| {
            let value = data?.get(&column.field)?;
            column.property.as_ref().map_or(Some(value), |property| value.get(property))
        })
    }

    fn push(&mut self, field: String, property: Option<String>) {
        let mut header = match &property {
            Some(property) => format!("{field}.{property}"),
            None => field.clone(),
        };
        // Two columns of one name would be one column to most readers of CSV.
        while self.is_taken(&header) {
            header.insert_str(0, "data.");
        }
        self.0.push(Column { header, field, property });
    }

    fn is_taken(&self, header: &str) -> bool {
        let fixed = BLOCK.iter().chain([&DRAFT]).chain(&PROVENANCE);
        fixed.copied().chain(self.headers()).any(|taken| taken == header)
    }
}

/// The declared properties of a field that holds nothing but objects and null.
fn declared(field: &Value) -> Option<Vec<String>> {
    let object = match field.get("type")? {
        Value::String(only) => only == "object",
        Value::Array(types) => {
            types.iter().all(|t| t == "object" || t == "null")
                && types.iter().any(|t| t == "object")
        }
        _ => false,
    };
    let properties = field.get("properties")?.as_object()?;
    (object && !properties.is_empty()).then(|| properties.keys().cloned().collect())
}
