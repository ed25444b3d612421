import Foundations
package import Resources
import Synchronization

/// An object or an array of a document as a value. A level is taken apart when it is first looked
/// at, and kept: an expression costs what it looks at, not what the document holds.
package final class DocumentValue: Sendable {
  package let document: Document
  /// What the schema says; `nil` where nothing is known.
  package let shape: ValueShape?
  private let level = Mutex<Level?>(nil)

  private enum Level {
    case elements([Value])
    case entries(MapValue)
  }

  init(_ document: Document, _ shape: ValueShape?) {
    self.document = document
    self.shape = shape
  }

  var isList: Bool { document.isArray }

  /// `nil` where this is an object.
  package var elements: [Value]? {
    if case .elements(let elements) = opened { elements } else { nil }
  }

  /// `nil` where this is an array.
  package var entries: MapValue? {
    if case .entries(let entries) = opened { entries } else { nil }
  }

  private var opened: Level {
    level.withLock { level in
      if let level { return level }
      let made: Level
      if document.isArray {
        let shape = shape?.element
        made = .elements(document.elements.map { Value($0, shape) })
      } else {
        var entries = MapValue()
        for (name, member) in document.members {
          // What is null is absent, as far as its schema does not want nulls.
          let memberShape = shape?.member(name)
          if member.isNull, shape != nil, memberShape?.isNullable != true { continue }
          if let shape, memberShape == nil, shape.hasMembersOnly { continue }
          let key = shape?.hasMembersOnly == true ? FieldEscaping.escaped(name) ?? name : name
          entries.insert(.string(key), Value(member, memberShape))
        }
        made = .entries(entries)
      }
      level = made
      return made
    }
  }
}

extension Value {
  /// A document's value; with a shape, what the shape makes of numbers and texts.
  package init(_ document: Document, _ shape: ValueShape? = nil) {
    switch document.kind {
    case .null: self = .null
    case .true: self = .bool(true)
    case .false: self = .bool(false)
    case .integer:
      let value = document.integer ?? 0
      self = shape?.type == "number" ? .double(Double(value)) : .int(value)
    case .double: self = .double(document.double ?? 0)
    case .string: self = Self.text(document.string ?? "", shape?.format)
    case .array, .object: self = .document(DocumentValue(document, shape))
    }
  }

  private static func text(_ text: String, _ format: String?) -> Value {
    switch format {
    case "byte": Base64.decode(text).map { .bytes($0) } ?? .string(text)
    case "date-time": Timestamp(text).map { .timestamp($0) } ?? .string(text)
    case "date": Timestamp("\(text)T00:00:00Z").map { .timestamp($0) } ?? .string(text)
    case "duration": GoDuration.parse(text).map { .duration($0) } ?? .string(text)
    default: .string(text)
    }
  }

  /// The value as JSON has it; `nil` for what JSON has not.
  package var document: Document? {
    switch self {
    case .null: return .null
    case .bool(let value): return Document(value)
    case .int(let value): return Document(value)
    case .uint(let value):
      return Int(exactly: value).map { Document($0) } ?? Document(Double(value))
    case .double(let value): return value.isFinite ? Document(value) : nil
    case .string(let value): return Document(value)
    case .bytes(let value): return Document(Base64.encode(value))
    case .timestamp(let value): return Document(value.description)
    case .duration(let value): return Document(GoDuration.seconds(value))
    case .list(let elements):
      var array = Document.emptyArray
      for element in elements {
        guard let document = element.document else { return nil }
        array.append(document)
      }
      return array
    case .map(let map):
      var object = Document.emptyObject
      for (key, value) in map.entries {
        guard let document = value.document else { return nil }
        guard let name = key.mapKeyText else { return nil }
        object[name] = document
      }
      return object
    case .document(let value): return value.document
    case .optional(let value): return value.flatMap(\.document)
    case .opaque(let value): return (value as? MessageValue)?.document
    case .type: return nil
    }
  }

  private var mapKeyText: String? {
    switch self {
    case .string(let text): text
    case .int(let number): String(number)
    case .uint(let number): String(number)
    case .bool(let value): String(value)
    default: nil
    }
  }
}
