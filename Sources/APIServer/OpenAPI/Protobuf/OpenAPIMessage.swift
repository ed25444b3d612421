import Resources

/// How an object of an OpenAPI document stands in a protobuf message: which member is which field.
/// Members without a field are left away.
/// Source: google/gnostic-models, `openapiv2/OpenAPIv2.proto`: the numbers of its fields.
struct OpenAPIMessage: Sendable {
  /// What a member's value becomes.
  indirect enum Shape: Sendable {
    case text, flag, integer, number
    /// Any value, as YAML: JSON is YAML.
    case any
    case message(Name)
    /// Each element of an array, under the same number. What is no array is a list of one.
    case list(Shape)
    /// A message with one field, which holds the value.
    case wrapped(Int, Shape)
    /// Each member of an object as `{1: name, 2: value}`, in a message, under this number.
    case named(Int, Shape)
    /// By what the value is: a Boolean, or the message.
    case flagOrMessage(flag: Int, message: Int, Name)
    /// By where a parameter stands: in the body, or in one of the other places.
    case parameter
    /// A parameter of an operation: one that stands there, or a reference to one.
    case parameterOrReference
  }

  struct Field: Sendable {
    let number: Int
    let shape: Shape

    init(_ number: Int, _ shape: Shape) {
      self.number = number
      self.shape = shape
    }
  }

  let fields: [String: Field]
  /// The field for each member whose name begins with `x-`.
  let extensionNumber: Int?
  /// The field for each other member, as `{1: name, 2: value}`: what users name, such as paths.
  let others: Field?

  init(_ fields: [String: Field], extensions: Int? = nil, others: Field? = nil) {
    self.fields = fields
    extensionNumber = extensions
    self.others = others
  }
}
