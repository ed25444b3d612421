/// Merges a part of an object into it, as an apply would, without anybody coming to own it. Pure.
///
/// A part says nothing about what it does not name, so it may not hold what is replaced as a whole:
/// whoever wrote it would remove what they did not think of.
/// Source: Kubernetes documentation, "Mutating Admission Policy", "ApplyConfiguration"; upstream's
/// messages.
package struct StructuredMerge: Sendable {
  private let type: SchemaType?

  /// Why a part cannot be merged.
  package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// - Parameter type: of the objects; `nil` merges objects by member.
  package init(type: SchemaType?) { self.type = type }

  /// - Parameter part: of the live object's kind, whatever it says itself.
  package func merged(_ part: Document, into live: Document) throws(Problem) -> Document {
    var part = part
    for member in ["apiVersion", "kind"] { part[member] = live[member] }
    var check = PartCheck()
    check.visit(part, FieldShape(type), at: "")
    if !check.mistakes.isEmpty {
      throw Problem(
        description: "failed to convert patch object to typed object: \(check.mistakeText)")
    }
    if !check.atomics.isEmpty {
      throw Problem(
        description: "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
          + check.atomics.joined(separator: ", "))
    }
    let wish = Self.withoutNullContainers(part, FieldShape(type))
    return AppliedConfiguration(document: wish, type: type).merged(into: live)
  }

  /// A container that is null says as little as one that is not named.
  private static func withoutNullContainers(_ value: Document, _ shape: FieldShape) -> Document {
    if value.isArray {
      return Document(value.elements.map { withoutNullContainers($0, shape.element) })
    }
    guard value.isObject else { return value }
    var result = value
    for (name, member) in value.members {
      let inner = shape.member(name)
      if member.isNull {
        if inner.isContainer { result.removeMember(name) }
      } else if member.isObject || member.isArray {
        result[name] = withoutNullContainers(member, inner)
      }
    }
    return result
  }
}

/// What is wrong with a part of an object.
private struct PartCheck {
  /// What is not of the type.
  private(set) var mistakes: [String] = []
  /// Places that would be replaced as a whole: `.spec.selector`.
  private(set) var atomics: [String] = []

  var mistakeText: String {
    mistakes.count == 1
      ? mistakes[0] : (["errors:"] + mistakes.map { "  " + $0 }).joined(separator: "\n")
  }

  private mutating func report(_ message: String, at path: String) {
    mistakes.append(path.isEmpty ? message : "\(path): \(message)")
  }

  mutating func visit(_ value: Document, _ shape: FieldShape, at path: String) {
    if value.isNull { return }
    guard shape.admits(value) else {
      return report("expected \(shape.expectation), got \(value.kind)", at: path)
    }
    let form = shape.form(of: value)
    if value.isObject {
      if form == .atomic { atomics.append(path) }
      for (name, member) in value.members {
        let place = "\(path).\(name)"
        if shape.declares(name) {
          visit(member, shape.member(name), at: place)
        } else {
          report("field not declared in schema", at: place)
        }
      }
    } else if value.isArray {
      if form == .atomic { atomics.append(path) }
      visitElements(of: value, shape, form, at: path)
    }
  }

  private mutating func visitElements(
    of list: Document, _ shape: FieldShape, _ form: FieldShape.Form, at path: String
  ) {
    var known: Set<String> = []
    for (position, element) in list.elements.enumerated() {
      if case .keyed(let keys) = form {
        if let problem = shape.keyProblem(of: element, keys) {
          report("element \(position): \(problem)", at: path)
          continue
        }
      }
      if form != .atomic, !known.insert(shape.step(to: element, form)).inserted {
        report("duplicate entries for key \(shape.identity(of: element, form))", at: path)
      }
      visit(element, shape.element, at: "\(path)[\(position)]")
    }
  }
}

extension FieldShape {
  fileprivate var isContainer: Bool {
    switch type {
    case .object(let id): schema[id].scalar == nil
    case .array, .map: true
    default: false
    }
  }

  /// Whether an object of this place may have a member.
  fileprivate func declares(_ name: String) -> Bool {
    guard case .object(let id) = type else { return true }
    return schema[id].field(named: name) != nil
      || schema[id].traits.contains(.preservesUnknown)
  }

  /// Whether a value is of the kind of JSON that the place holds.
  fileprivate func admits(_ value: Document) -> Bool {
    switch scalarType {
    case .string, .bytes, .time, .microTime, .duration: value.string != nil
    case .int32, .int64, .double: isNumber(value)
    case .boolean: value.bool != nil
    case .quantity, .intOrString: isNumber(value) || value.string != nil
    case .object, .map: value.isObject
    case .array: value.isArray
    case .any, .union, .fieldsV1: true
    }
  }

  private func isNumber(_ value: Document) -> Bool {
    value.kind == .integer || value.kind == .double
  }

  /// What `admits` demands, as messages name it.
  fileprivate var expectation: String {
    switch scalarType {
    case .string, .bytes, .time, .microTime, .duration: "string"
    case .int32, .int64, .double: "numeric (int or float)"
    case .boolean: "boolean"
    case .quantity, .intOrString: "string or numeric"
    case .array: "list"
    case .object, .map, .any, .union, .fieldsV1: "map"
    }
  }

  /// The type, or that of the scalar which a named type stands for.
  private var scalarType: FieldType {
    if case .object(let id) = type, let scalar = schema[id].scalar { return scalar }
    return type
  }

  /// Why an element of a keyed list has no identity.
  fileprivate func keyProblem(of element: Document, _ keys: [String]) -> String? {
    guard element.isObject else {
      return "associative list with keys may not have non-map elements"
    }
    let missing = keys.first { element[$0] == nil && self.element.member($0).defaultValue == nil }
    return missing.map {
      "associative list with keys has an element that omits key field \"\($0)\" (and doesn't have "
        + "default value)"
    }
  }

  private var defaultValue: Document? { field?.defaultValue }

  /// `[name="web"]`, or `[="web"]` for an element that is its own identity.
  fileprivate func identity(of element: Document, _ form: Form) -> String {
    guard case .keyed(let keys) = form else { return "[=\(element.jsonText)]" }
    let parts = keys.sorted().map { key in
      let value = element[key] ?? self.element.member(key).defaultValue
      return "\(key)=\(value?.jsonText ?? "null")"
    }
    return "[\(parts.joined(separator: ","))]"
  }
}
