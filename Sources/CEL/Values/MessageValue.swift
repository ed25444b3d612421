package import Resources

/// An object that an expression builds: `Object{...}`, `JSONPatch{...}`.
package struct MessageValue: OpaqueValue {
  /// `Object.spec.template`: for parts, the way to their place.
  package let typeName: String
  package let fields: MapValue

  package func field(_ name: String, _ evaluation: Evaluation) throws(EvaluationError) -> Value? {
    fields[name]
  }

  package func isEqual(to other: any OpaqueValue) -> Bool {
    guard let other = other as? MessageValue, typeName == other.typeName else { return false }
    return document == other.document
  }

  /// The object as JSON has it; `nil` where it holds what JSON has not.
  package var document: Document? { Value.map(fields).document }

  /// Where parts stand in other places than their names say. The types of built objects are their
  /// places, and nothing else tells a mistake apart from an intention.
  package var misplacedParts: [String] {
    var found: [String] = []
    Self.collect(.opaque(self), at: typeName, &found)
    return found
  }

  private static func collect(_ value: Value, at place: String, _ found: inout [String]) {
    switch value {
    case .opaque(let part as MessageValue):
      if part.typeName != place {
        found.append(
          "unexpected type name \"\(part.typeName)\", expected \"\(place)\", which matches field "
            + "name path from root Object type")
      }
      for (name, inner) in part.fields.entries {
        guard case .string(let name) = name else { continue }
        collect(inner, at: "\(place).\(name)", &found)
      }
    case .list(let elements): for element in elements { collect(element, at: place, &found) }
    case .map(let map): for entry in map.entries { collect(entry.value, at: place, &found) }
    case .optional(let held?): collect(held, at: place, &found)
    default: break
    }
  }
}
