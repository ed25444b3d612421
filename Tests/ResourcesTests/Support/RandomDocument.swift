import Resources

/// Documents that fill a type's fields at random, with values that both JSON and protobuf keep: no
/// zeros where a zero is absence, no empty lists, canonical spellings.
struct RandomDocument {
  let schema: Schema
  var generator: SeededGenerator
  /// How many more objects may be begun: some types contain themselves.
  private var objectsLeft = 60

  init(_ schema: Schema, seed: UInt64) {
    self.schema = schema
    self.generator = SeededGenerator(seed: seed)
  }

  /// - Parameter density: how likely an optional field is set, 0...1.
  mutating func object(_ type: SchemaType, density: Double = 0.5, depth: Int = 0) -> Document {
    var object = Document.emptyObject
    objectsLeft -= 1
    for field in type.fields {
      // Inside other objects the wire has no kind.
      if field.wirePath.isEmpty { continue }
      let chance = depth > 6 || objectsLeft < 0 ? 0.05 : density
      guard field.isRequired && depth < 8 || Double.random(in: 0..<1, using: &generator) < chance
      else { continue }
      object[field.name] = value(field.type, field.traits, density: density, depth: depth)
    }
    return object
  }

  private mutating func value(
    _ type: FieldType, _ traits: SchemaField.Traits, density: Double, depth: Int
  ) -> Document? {
    let number = Int.random(in: 1...999, using: &generator)
    let keepsZero = traits.contains(.keepsZero) && Bool.random(using: &generator)
    switch type {
    case .string, .duration: return keepsZero ? "" : Document(text())
    case .int32:
      return keepsZero ? 0 : [1, -1, Int(Int32.max), Int(Int32.min), number].random(&generator)
    case .int64: return keepsZero ? 0 : [1, -1, Int.max, Int.min, number].random(&generator)
    case .double: return Document(Double(number) + 0.5)
    case .boolean: return keepsZero ? false : true
    case .bytes: return ["AA==", "AAE=", "AAEC", "/+8="].random(&generator)
    case .quantity: return ["1", "100m", "1Gi", "1500m", "2e3", "0", "-5"].random(&generator)
    case .intOrString: return [0, 80, -1, "http", "25%"].random(&generator)
    case .time:
      return ["2026-03-14T09:26:53Z", "1970-01-01T00:00:00Z", "1815-12-10T00:00:00Z"]
        .random(&generator)
    case .microTime:
      return ["2026-03-14T09:26:53.000001Z", "1969-12-31T23:59:59.999999Z"].random(&generator)
    case .any:
      return [["a": ["b": 1]], ["kind": "X", "l": [1, "2", .null]], "x"].random(&generator)
    case .fieldsV1: return ["f:metadata": ["f:labels": [".": .emptyObject]]]
    case .object(let id): return object(schema[id], density: density, depth: depth + 1)
    case .union(let id):
      let alternatives = Array(schema[id].fields)
      let chosen = alternatives[Int.random(in: 0..<alternatives.count, using: &generator)]
      return value(chosen.type, .keepsZero, density: density, depth: depth + 1)
    case .array(let element):
      let field = schema[element]
      return Document(
        (0..<Int.random(in: 1...3, using: &generator)).compactMap { _ in
          value(field.type, .keepsZero, density: density, depth: depth + 1)
        })
    case .map(let element):
      let field = schema[element]
      var map = Document.emptyObject
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        map[text()] = value(field.type, .keepsZero, density: density, depth: depth + 1)
      }
      return map
    }
  }

  private mutating func text() -> String {
    let pieces = [
      "a", "app.kubernetes.io/name", "x y", "é😀", "\"\\\n\t<&>", "true", "- 1", "0644", "#",
    ]
    let count = Int.random(in: 1...3, using: &generator)
    return (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }
      .joined()
  }
}

extension Array where Element == Document {
  fileprivate func random(_ generator: inout SeededGenerator) -> Document {
    self[Int.random(in: 0..<count, using: &generator)]
  }
}

extension Array where Element == Int {
  fileprivate func random(_ generator: inout SeededGenerator) -> Document {
    Document(self[Int.random(in: 0..<count, using: &generator)])
  }
}
