/// A list of operations on places of a document. Source: RFC 6902; paths: RFC 6901.
package struct JSONPatch: Sendable {
  /// Longer patches are refused. Source: upstream's maxJSONPatchOperations.
  package static let operationsMax = 10_000
  /// Copies may add this much, so that a short patch cannot blow an object up.
  private static let copiedByteCountMax = 3 * 1024 * 1024

  private let operations: [Operation]

  private enum Operation {
    case add(path: [String], Document)
    case remove(path: [String])
    case replace(path: [String], Document)
    case move(from: [String], to: [String])
    case copy(from: [String], to: [String])
    case test(path: [String], Document)
  }

  /// - Throws: `.malformed` where the document is no list, `.tooLarge` for too long a one, and
  ///   `.inapplicable` where something in it is no operation.
  package init(_ patch: Document) throws(PatchError) {
    guard patch.isArray else {
      throw .malformed("a JSON patch is a list of operations, found \(patch.kind)")
    }
    var operations: [Operation] = []
    for entry in patch.elements {
      if operations.count == Self.operationsMax {
        throw .tooLarge(
          "The allowed maximum operations in a JSON patch is \(Self.operationsMax), "
            + "got \(patch.count)")
      }
      operations.append(try Self.operation(entry))
    }
    self.operations = operations
  }

  private static func operation(_ entry: Document) throws(PatchError) -> Operation {
    let name = entry["op"]?.string ?? ""
    let path = try pointer(entry["path"], "path")
    func value() throws(PatchError) -> Document {
      guard let value = entry["value"] else {
        throw .inapplicable("operation \"\(name)\" of the JSON patch lacks \"value\"")
      }
      return value
    }
    switch name {
    case "add": return .add(path: path, try value())
    case "remove": return .remove(path: path)
    case "replace": return .replace(path: path, try value())
    case "move": return .move(from: try pointer(entry["from"], "from"), to: path)
    case "copy": return .copy(from: try pointer(entry["from"], "from"), to: path)
    case "test": return .test(path: path, entry["value"] ?? .null)
    default: throw .inapplicable("unexpected kind of operation \"\(name)\" in the JSON patch")
    }
  }

  private static func pointer(_ value: Document?, _ member: String) throws(PatchError) -> [String] {
    guard let text = value?.string else {
      throw .inapplicable("an operation of the JSON patch lacks \"\(member)\"")
    }
    if text.isEmpty { return [] }
    guard text.hasPrefix("/") else {
      throw .inapplicable("\"\(text)\" in the JSON patch is no path: it must start with \"/\"")
    }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(unescaped)
  }

  /// `~1` is a slash, `~0` a tilde.
  private static func unescaped(_ token: Substring) -> String {
    guard token.contains("~") else { return String(token) }
    var result = ""
    var rest = token
    while let character = rest.popFirst() {
      if character == "~", let next = rest.first, next == "0" || next == "1" {
        rest.removeFirst()
        result.append(next == "1" ? "/" : "~")
      } else {
        result.append(character)
      }
    }
    return result
  }

  // MARK: Applying

  /// - Throws: `.inapplicable` at the first operation that does not fit; nothing is changed then.
  package func applied(to document: Document) throws(PatchError) -> Document {
    var result = document
    var copied = 0
    for operation in operations {
      switch operation {
      case .add(let path, let value): result = try Self.add(value, at: path[...], of: result)
      case .remove(let path): result = try Self.remove(path[...], of: result).document
      case .replace(let path, let value):
        // A member that is not there is added, as upstream has it; an element has to be there.
        let isAdded = try Self.isMissingMember(path, of: result)
        let place =
          path.isEmpty || isAdded ? result : try Self.remove(path[...], of: result).document
        result = try Self.add(value, at: path[...], of: place)
      case .move(let from, let to):
        if to.starts(with: from) && to.count > from.count {
          throw .inapplicable("a value cannot be moved into itself: \(Self.text(from))")
        }
        let (rest, value) = try Self.remove(from[...], of: result)
        result = try Self.add(value, at: to[...], of: rest)
      case .copy(let from, let to):
        let value = try Self.value(at: from, of: result)
        copied += value.json.count
        guard copied <= Self.copiedByteCountMax else {
          throw .inapplicable(
            "the copies of the JSON patch exceed \(Self.copiedByteCountMax) bytes")
        }
        result = try Self.add(value, at: to[...], of: result)
      case .test(let path, let expected):
        let found = try? Self.value(at: path, of: result)  // absent is unequal to all but null
        guard found == expected || (found == nil && expected.isNull) else {
          throw .testFailed("testing value \(Self.text(path)) failed")
        }
      }
    }
    return result
  }

  private static func text(_ path: some Sequence<String>) -> String {
    path.map { "/" + $0 }.joined()
  }

  private static func missing(_ path: some Sequence<String>) -> PatchError {
    .inapplicable("the JSON patch names \(text(path)), which does not exist")
  }

  private static func value(at path: [String], of document: Document) throws(PatchError) -> Document
  {
    var current = document
    for token in path {
      if current.isArray {
        current = current[try position(token, in: current, max: current.count - 1)]
      } else {
        guard let member = current[token] else { throw missing(path) }
        current = member
      }
    }
    return current
  }

  private static func isMissingMember(_ path: [String], of document: Document) throws(PatchError)
    -> Bool
  {
    let parent = try value(at: Array(path.dropLast()), of: document)
    return parent.isObject && path.last.map { parent[$0] == nil } ?? false
  }

  private static func position(_ token: String, in array: Document, max: Int) throws(PatchError)
    -> Int
  {
    guard let number = Int(token), number >= 0, String(number) == token else {
      throw .inapplicable("\"\(token)\" is no position in a list")
    }
    guard number <= max else {
      throw .inapplicable("position \(number) is outside the list of \(array.count)")
    }
    return number
  }

  private static func add(
    _ value: Document, at path: ArraySlice<String>, of document: Document
  ) throws(PatchError) -> Document {
    guard let token = path.first else { return value }
    var result = document
    if document.isArray {
      if path.count == 1 {
        let count = document.count
        let place = token == "-" ? count : try position(token, in: document, max: count)
        var elements = Array(document.elements)
        elements.insert(value, at: place)
        return Document(elements)
      }
      let place = try position(token, in: document, max: document.count - 1)
      result[place] = try add(value, at: path.dropFirst(), of: document[place])
      return result
    }
    guard document.isObject else { throw missing(path) }
    if path.count == 1 {
      result[token] = value
    } else {
      guard let inner = document[token] else { throw missing(path) }
      result[token] = try add(value, at: path.dropFirst(), of: inner)
    }
    return result
  }

  private static func remove(_ path: ArraySlice<String>, of document: Document) throws(PatchError)
    -> (document: Document, value: Document)
  {
    guard let token = path.first else { return (.null, document) }
    var result = document
    if document.isArray {
      let place = try position(token, in: document, max: document.count - 1)
      if path.count == 1 {
        result.removeElement(at: place)
        return (result, document[place])
      }
      let (inner, value) = try remove(path.dropFirst(), of: document[place])
      result[place] = inner
      return (result, value)
    }
    guard let inner = document[token] else { throw missing(path) }
    if path.count == 1 {
      result.removeMember(token)
      return (result, inner)
    }
    let (rest, value) = try remove(path.dropFirst(), of: inner)
    result[token] = rest
    return (result, value)
  }
}
