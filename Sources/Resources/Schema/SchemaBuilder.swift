/// Puts a schema together. Types may refer to each other in any order: name them first, then say
/// what they hold.
package struct SchemaBuilder {
  private var definitions: [SchemaType.Definition] = []
  private var fields: [SchemaField] = []
  private var elements: [SchemaField] = []
  /// Elements without traits of their own, which many fields share.
  private var plainElements: [FieldType: SchemaField.ElementID] = [:]

  /// - Parameter fieldCount: about how many fields there will be.
  package init(fieldCount: Int = 0) {
    fields.reserveCapacity(fieldCount)
  }

  package mutating func addType(_ definition: SchemaType.Definition) -> SchemaType.ID {
    definitions.append(definition)
    return SchemaType.ID(rawValue: UInt32(definitions.count - 1))
  }

  /// - Parameter fields: names differ; any order. Once per type.
  package mutating func setFields(of id: SchemaType.ID, to fields: [SchemaField]) {
    let start = self.fields.count
    let isSorted = zip(fields, fields.dropFirst()).allSatisfy { $0.name < $1.name }
    self.fields += isSorted ? fields : fields.sorted { $0.name < $1.name }
    definitions[Int(id.rawValue)].fields = start..<self.fields.count
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
    Schema(definitions: definitions, fields: fields, elements: elements)
  }
}
