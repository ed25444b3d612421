extension StructuralSchema {
  /// Fills in what is absent, or null where null is no value, and has a default. Doing it twice changes
  /// nothing more.
  /// Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions",
  /// "Defaulting" and "Defaulting and Nullable".
  package func applyDefaults(_ value: inout Document) {
    guard hasDefaults else { return }
    if value.isArray {
      if let items { value.editElements { items.applyDefaults(&$0) } }
      return
    }
    guard value.isObject else { return }
    for name in names {
      guard let schema = properties[name], let given = schema.defaultValue else { continue }
      let known = value[name]
      if known == nil || (known?.isNull == true && !schema.isNullable) { value[name] = given }
    }
    for (name, _) in value.members.map({ $0 }) {
      guard let schema = member(name), schema.hasDefaults else { continue }
      value.edit(name) { schema.applyDefaults(&$0) }
    }
  }
}
