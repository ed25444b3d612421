/// Values: what is read where, and what it has to be.
extension JSONMachine {
  /// Reads the value at `offset`, or opens the container there.
  @inline(__always)
  mutating func value(_ type: FieldType) -> Step {
    guard offset < end else { return failed(.malformed(.unexpectedEnd)) }
    switch bytes[offset] {
    case UInt8(ascii: "\""): return stringValue(type)
    case UInt8(ascii: "{"): return openObject(type)
    case UInt8(ascii: "["): return openArray(type)
    case UInt8(ascii: "t"): return literal("true", .true, type)
    case UInt8(ascii: "f"): return literal("false", .false, type)
    case UInt8(ascii: "n"): return null(type)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return numberValue(type)
    default:
      _ = fail(unexpected: bytes[offset])
      return .failed
    }
  }

  @inline(__always)
  private mutating func openObject(_ type: FieldType) -> Step {
    switch type {
    case .object(let id):
      guard open(.object, .object, .any) else { return .failed }
      frame.typeIndex = Int(id.rawValue)
    case .map(let element):
      guard open(.object, .map, schema.elementTypes[Int(element.rawValue)]) else { return .failed }
    case .any, .fieldsV1:
      guard open(.object, .map, .any) else { return .failed }
    case .union:
      guard let alternative = alternative(of: type, where: \.takesObject) else {
        return mismatch("an object", type)
      }
      return openObject(alternative)
    default: return mismatch("an object", type)
    }
    return .opened
  }

  @inline(__always)
  private mutating func openArray(_ type: FieldType) -> Step {
    switch type {
    case .array(let element):
      guard open(.array, .array, schema.elementTypes[Int(element.rawValue)]) else {
        return .failed
      }
    case .any:
      guard open(.array, .array, .any) else { return .failed }
    case .union:
      guard let alternative = alternative(of: type, where: \.takesArray) else {
        return mismatch("an array", type)
      }
      return openArray(alternative)
    default: return mismatch("an array", type)
    }
    return .opened
  }

  private mutating func literal(
    _ spelling: StaticString, _ kind: Document.Kind, _ type: FieldType
  ) -> Step {
    guard take(spelling) else { return .failed }
    switch type {
    case .boolean, .any: break
    case .union where alternative(of: type, where: { $0 == .boolean }) != nil: break
    default: return mismatch(spelling.description, type)
    }
    finish(append(Document.Node(kind)))
    return .finished
  }

  /// Null is a value among free values, absence where a field has a type, and the zero value for
  /// elements of typed arrays and maps. Source: how Go's decoder fills API types.
  private mutating func null(_ type: FieldType) -> Step {
    guard take("null") else { return .failed }
    if frame.kind == .root && type != .any { return mismatch("null", type) }
    if frame.kind == .object {
      // The member of a dropped name has opened the discard; close it.
      if discardDepth == frames.count { discardDepth = -1 }
      return .finished
    }
    switch type {
    // A time that is not set has no other spelling.
    case .any, .time, .microTime: finish(append(Document.Node(.null)))
    case .object, .map, .fieldsV1: finish(append(Document.Node(.object)))
    case .array: finish(append(Document.Node(.array)))
    case .string, .bytes: finish(append(stringNode(TextRange(offset: 0, length: 0))))
    case .int32, .int64, .double, .intOrString: finish(append(Document.Node(.integer)))
    case .boolean: finish(append(Document.Node(.false)))
    case .quantity: finish(append(stringNode(keep("0".utf8))))
    case .duration, .union: return mismatch("null", type)
    }
    return .finished
  }

  private mutating func take(_ spelling: StaticString) -> Bool {
    let count = spelling.utf8CodeUnitCount
    guard offset + count <= end else { return fail(.malformed(.unexpectedEnd)) }
    for position in 0..<count where bytes[offset + position] != spelling.utf8Start[position] {
      offset += position
      return fail(unexpected: bytes[offset])
    }
    offset += count
    return true
  }

  // MARK: Unions

  /// The alternative that takes a kind of JSON value.
  private func alternative(of type: FieldType, where takes: (FieldType) -> Bool) -> FieldType? {
    guard case .union(let id) = type else { return nil }
    let entry = schema.types[Int(id.rawValue)]
    for index in Int(entry.firstEntry)..<Int(entry.firstEntry + entry.entryCount)
    where takes(schema.entries[index].type) {
      return schema.entries[index].type
    }
    return nil
  }

  // MARK: Failures

  @inline(never)
  mutating func failed(_ error: DocumentError) -> Step {
    _ = fail(error)
    return .failed
  }

  @inline(never)
  mutating func mismatch(_ found: String, _ type: FieldType) -> Step {
    failed(.wrongType(path: currentPath(), found: found, expected: type.description))
  }
}

extension FieldType {
  fileprivate var takesObject: Bool {
    switch self {
    case .object, .map: true
    default: false
    }
  }

  fileprivate var takesArray: Bool {
    if case .array = self { true } else { false }
  }
}
