/// Puts a schema together. Types may refer to each other in any order: name them first, then say
/// what they hold.
package struct SchemaBuilder {
  private var definitions: [SchemaType.Definition] = []
  private var fieldsByType: [[SchemaField]] = []
  private var elements: [SchemaField] = []
  /// Elements without traits of their own, which many fields share.
  private var plainElements: [FieldType: SchemaField.ElementID] = [:]

  package init() {}

  package mutating func addType(_ definition: SchemaType.Definition) -> SchemaType.ID {
    definitions.append(definition)
    fieldsByType.append([])
    return SchemaType.ID(rawValue: UInt32(definitions.count - 1))
  }

  /// - Parameter fields: names differ; any order.
  package mutating func setFields(of id: SchemaType.ID, to fields: [SchemaField]) {
    fieldsByType[Int(id.rawValue)] = fields
  }

  /// The element of an array or map.
  package mutating func addElement(_ field: SchemaField) -> SchemaField.ElementID {
    elements.append(field)
    return SchemaField.ElementID(rawValue: UInt32(elements.count - 1))
  }

  /// The element of an array or map that has nothing but a type.
  package mutating func element(of type: FieldType) -> SchemaField.ElementID {
    if let known = plainElements[type] { return known }
    let id = addElement(SchemaField(type: type))
    plainElements[type] = id
    return id
  }

  func type(of id: SchemaField.ElementID) -> FieldType { elements[Int(id.rawValue)].type }

  package consuming func build() -> Schema {
    var fields: [SchemaField] = []
    fields.reserveCapacity(fieldsByType.reduce(0) { $0 + $1.count })
    for index in definitions.indices {
      let start = fields.count
      fields += fieldsByType[index].sorted { $0.name < $1.name }
      definitions[index].fields = start..<fields.count
    }
    return Schema(definitions: definitions, fields: fields, elements: elements)
  }
}
