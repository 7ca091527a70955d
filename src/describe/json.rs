//! Reading JSON in which an absent value is the zero of its type, as in Go.

use serde_json::Value as Json;

/// What is read of an object.
pub(super) trait Read {
    /// A text; empty where there is none.
    fn text(&self) -> &str;
    /// The items of a list; none where there is no list.
    fn items(&self) -> &[Json];
    /// The entries of a map, sorted by their keys.
    fn entries(&self) -> impl Iterator<Item = (&str, &Json)>;
    /// An integer; 0 where there is none.
    fn int(&self) -> i64;
    /// Whether it is `true`.
    fn is_true(&self) -> bool;
    /// Whether it is given and no empty text, list or map.
    fn is_given(&self) -> bool;
    /// The value as Go prints it with `%v`: texts bare, lists in brackets, nothing where it is absent.
    fn show(&self) -> String;
    /// The value as [`Read::show`], or another text where it is absent.
    fn show_or(&self, absent: &str) -> String;
}

impl Read for Json {
    fn text(&self) -> &str {
        self.as_str().unwrap_or_default()
    }

    fn items(&self) -> &[Json] {
        self.as_array().map_or(&[], Vec::as_slice)
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }

    fn int(&self) -> i64 {
        self.as_i64().unwrap_or_default()
    }

    fn is_true(&self) -> bool {
        *self == Json::Bool(true)
    }

    fn is_given(&self) -> bool {
        match self {
            Json::Null => false,
            Json::String(text) => !text.is_empty(),
            Json::Array(items) => !items.is_empty(),
            Json::Object(entries) => !entries.is_empty(),
            Json::Bool(_) | Json::Number(_) => true,
        }
    }

    fn show(&self) -> String {
        match self {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            Json::Array(items) => format!("[{}]", items.iter().map(Read::show).collect::<Vec<_>>().join(" ")),
            Json::Object(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{key}:{}", value.show())).collect();
                format!("map[{}]", entries.join(" "))
            }
            other => other.to_string(),
        }
    }

    fn show_or(&self, absent: &str) -> String {
        if self.is_null() { absent.to_owned() } else { self.show() }
    }
}

/// The field of an object, which becomes one where it is absent; `None` where it is anything else.
pub(super) fn within<'j>(object: &'j mut Json, field: &str) -> Option<&'j mut Json> {
    let entry = object.as_object_mut()?.entry(field).or_insert(Json::Null);
    if entry.is_null() {
        *entry = Json::Object(serde_json::Map::new());
    }
    entry.is_object().then_some(entry)
}

/// Sets a field that is absent, or an empty text, which is the zero of a field that is no pointer.
pub(super) fn default(object: &mut Json, field: &str, value: impl Into<Json>) {
    if let Some(object) = object.as_object_mut() {
        let entry = object.entry(field).or_insert(Json::Null);
        if entry.is_null() || *entry == "" {
            *entry = value.into();
        }
    }
}

/// Sets a field that is absent; a pointer to an empty text stays.
pub(super) fn default_pointer(object: &mut Json, field: &str, value: impl Into<Json>) {
    if let Some(object) = object.as_object_mut() {
        let entry = object.entry(field).or_insert(Json::Null);
        if entry.is_null() {
            *entry = value.into();
        }
    }
}

/// The items of a list of an object, to be changed.
pub(super) fn items_mut<'j>(object: &'j mut Json, field: &str) -> impl Iterator<Item = &'j mut Json> + use<'j> {
    object.get_mut(field).and_then(Json::as_array_mut).into_iter().flatten()
}

/// The items of a list in the order of one of their fields.
pub(super) fn sorted<'j>(list: &'j Json, field: &str) -> Vec<&'j Json> {
    let mut items: Vec<&Json> = list.items().iter().collect();
    items.sort_by_key(|item| item[field].text());
    items
}
