import Foundations

/// Writes the nodes of one arena as the messages that a schema gives them.
struct ProtobufWriter {
  let nodes: UnsafeBufferPointer<Document.Node>
  let text: UnsafeBufferPointer<UInt8>
  let arena: Arena
  let schema: SchemaPointers

  /// Writes a message's content.
  func write(_ index: Int, type: FieldType, to writer: inout ByteWriter) {
    switch type {
    case .object(let id): fields(of: index, Int(id.rawValue), WirePrefix(), to: &writer)
    case .union(let id): alternative(index, Int(id.rawValue), to: &writer)
    case .quantity: writer.append(bytes: slice(nodes[index]), number: 1)
    case .time, .microTime: time(nodes[index], to: &writer)
    case .intOrString: intOrString(nodes[index], to: &writer)
    case .any, .fieldsV1: writer.append(bytes: Document(arena: arena, index: index).json, number: 1)
    default: break
    }
  }

  /// The numbers of the inlined messages around the fields that are being written.
  private struct WirePrefix {
    var numbers: [Int] = []

    /// What is left of a field's path inside these messages; `nil` for a field outside them.
    func rest(of path: WirePath) -> WirePath? {
      var path = path
      for number in numbers {
        guard path.first == number else { return nil }
        path = path.rest
      }
      return path.isEmpty ? nil : path
    }
  }

  private func fields(
    of index: Int, _ typeIndex: Int, _ prefix: WirePrefix, to writer: inout ByteWriter
  ) {
    guard nodes[index].kind == .object else { return }
    var inlined: [Int] = []
    var child = Int(nodes[index].low)
    while child != 0 {
      if let entry = entry(of: child, typeIndex), let path = prefix.rest(of: entry.wirePath) {
        if path.rest.isEmpty {
          field(child, entry.type, entry.traits, path.first, to: &writer)
        } else if !inlined.contains(path.first) {
          inlined.append(path.first)
        }
      }
      child = Int(nodes[child].next)
    }
    for number in inlined {
      let start = writer.beginMessage(number)
      fields(of: index, typeIndex, WirePrefix(numbers: prefix.numbers + [number]), to: &writer)
      writer.endMessage(start)
    }
  }

  private func entry(of child: Int, _ typeIndex: Int) -> FieldLookup.Entry? {
    let node = nodes[child]
    guard node.nameLength > 0, let base = text.baseAddress else { return nil }
    let key = NameKey(
      base, at: Int(node.nameOffset), count: Int(node.nameLength), end: text.count)
    return schema.entry(of: typeIndex, key, base)?.pointee
  }

  /// Writes a value under its number; a null is left out.
  private func field(
    _ index: Int, _ type: FieldType, _ traits: SchemaField.Traits, _ number: Int,
    to writer: inout ByteWriter
  ) {
    let node = nodes[index]
    if node.kind == .null { return }
    switch type {
    case .string, .duration: writer.append(bytes: slice(node), number: number)
    case .int32, .int64: writer.append(number: Int64(bitPattern: node.bits), number: number)
    case .boolean: writer.append(number: node.kind == .true ? 1 : 0, number: number)
    case .double: writer.append(double: double(node), number: number)
    case .bytes: bytes(node, number, to: &writer)
    case .array(let element):
      array(index, element, isWrapped: traits.contains(.wrapped), number, to: &writer)
    case .map(let element): map(index, element, number, to: &writer)
    default:
      let start = writer.beginMessage(number)
      write(index, type: type, to: &writer)
      writer.endMessage(start)
    }
  }

  private func array(
    _ index: Int, _ element: SchemaField.ElementID, isWrapped: Bool, _ number: Int,
    to writer: inout ByteWriter
  ) {
    guard nodes[index].kind == .array else { return }
    if isWrapped {
      let start = writer.beginMessage(number)
      array(index, element, isWrapped: false, 1, to: &writer)
      writer.endMessage(start)
      return
    }
    let type = schema.elementTypes[Int(element.rawValue)]
    var child = Int(nodes[index].low)
    while child != 0 {
      field(child, type, [], number, to: &writer)
      child = Int(nodes[child].next)
    }
  }

  private func map(
    _ index: Int, _ element: SchemaField.ElementID, _ number: Int, to writer: inout ByteWriter
  ) {
    guard nodes[index].kind == .object else { return }
    let type = schema.elementTypes[Int(element.rawValue)]
    let traits = schema.elementTraits[Int(element.rawValue)]
    var child = Int(nodes[index].low)
    while child != 0 {
      let node = nodes[child]
      let start = writer.beginMessage(number)
      let name = text[Int(node.nameOffset)..<Int(node.nameOffset) + Int(node.nameLength)]
      writer.append(bytes: UnsafeBufferPointer(rebasing: name), number: 1)
      field(child, type, traits, 2, to: &writer)
      writer.endMessage(start)
      child = Int(node.next)
    }
  }

  // MARK: Scalars with a message of their own

  private func slice(_ node: Document.Node) -> UnsafeBufferPointer<UInt8> {
    guard node.kind == .string else { return UnsafeBufferPointer(rebasing: text[0..<0]) }
    return UnsafeBufferPointer(rebasing: text[Int(node.low)..<Int(node.low) + Int(node.high)])
  }

  private func double(_ node: Document.Node) -> Double {
    node.kind == .integer
      ? Double(Int64(bitPattern: node.bits)) : Double(bitPattern: node.bits)
  }

  private func bytes(_ node: Document.Node, _ number: Int, to writer: inout ByteWriter) {
    let encoded = slice(node)
    let decoded = Base64Text.isValid(encoded) ? Base64Text.decode(encoded) : []
    writer.append(bytes: decoded, number: number)
  }

  private func time(_ node: Document.Node, to writer: inout ByteWriter) {
    guard let time = TimeText.parse(slice(node)) else { return }
    writer.append(number: time.seconds, number: 1)
    writer.append(number: Int64(time.nanoseconds), number: 2)
  }

  /// Source: util/intstr IntOrString: type 0 is a number, 1 is text. All three are always written.
  private func intOrString(_ node: Document.Node, to writer: inout ByteWriter) {
    let isText = node.kind == .string
    writer.append(number: isText ? 1 : 0, number: 1)
    writer.append(number: isText ? 0 : Int64(bitPattern: node.bits), number: 2)
    writer.append(bytes: slice(node), number: 3)
  }

  /// One alternative of a union, under its number. Where true is an alternative, it goes along with
  /// an object: readers in Go expect it so.
  private func alternative(_ index: Int, _ typeIndex: Int, to writer: inout ByteWriter) {
    let type = schema.types[typeIndex]
    let kind = nodes[index].kind
    for position in Int(type.firstEntry)..<Int(type.firstEntry + type.entryCount) {
      let entry = schema.entries[position]
      let number = entry.wirePath.first
      switch (entry.type, kind) {
      case (.boolean, .object): writer.append(number: 1, number: number)
      case (.boolean, .true), (.boolean, .false), (.array, .array), (.object, .object):
        field(index, entry.type, [], number, to: &writer)
      default: break
      }
    }
  }
}
