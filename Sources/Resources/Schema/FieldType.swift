/// What one place in a document may hold.
///
/// Payloads are indexes into the `Schema` that the value comes from; they mean nothing in another.
package enum FieldType: Hashable, Sendable {
  case string
  /// A whole number in the range of 32 or 64 signed bits.
  case int32, int64
  case double
  case boolean
  /// Base64 text on JSON, plain bytes on protobuf.
  case bytes
  /// `100m`, `1Gi`: text on JSON, where a bare number is taken too.
  case quantity
  /// A port or a percentage: a 32-bit number or text.
  case intOrString
  /// RFC 3339, to the second.
  case time
  /// RFC 3339, to the microsecond.
  case microTime
  /// Text as Go spells durations: `1h30m`.
  case duration
  /// Any JSON value: RawExtension, a JSON schema's default.
  case any
  /// The set of fields of a managedFields entry: an object of any shape.
  case fieldsV1
  case object(SchemaType.ID)
  /// One of several shapes, told apart by the kind of the JSON value. Each field of the type is one
  /// alternative; JSON holds its value bare, protobuf under the field's number.
  case union(SchemaType.ID)
  /// Elements are as the nameless field says.
  case array(SchemaField.ElementID)
  /// An object with free names; values are as the nameless field says.
  case map(SchemaField.ElementID)
}

extension FieldType {
  /// How messages to users name the type.
  package var description: String {
    switch self {
    case .string: "string"
    case .int32: "32-bit integer"
    case .int64: "64-bit integer"
    case .double: "number"
    case .boolean: "boolean"
    case .bytes: "base64 string"
    case .quantity: "quantity (string or number)"
    case .intOrString: "32-bit integer or string"
    case .time: "RFC 3339 time"
    case .microTime: "RFC 3339 time with microseconds"
    case .duration: "duration string"
    case .any: "value"
    case .fieldsV1, .object, .map: "object"
    case .union: "one of several shapes"
    case .array: "array"
    }
  }
}
