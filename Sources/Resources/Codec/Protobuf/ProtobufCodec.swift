/// Reads and writes Kubernetes' protobuf, guided by a schema.
///
/// An object's body is four marking bytes and an envelope of its kind and its message. Numbers,
/// texts, lists and maps are as in any proto2 message; what JSON spells in its own way (quantities,
/// times, ports, raw objects, alternatives) has a message of its own. `kind` and `apiVersion` stand
/// in the envelope only.
/// Source: Kubernetes API Concepts, "Protobuf encoding"; k8s.io/apimachinery runtime `Unknown`.
package struct ProtobufCodec: Sendable {
  let schema: Schema
  let wire: WireTable

  package init(_ schema: Schema) {
    self.schema = schema
    self.wire = WireTable(schema)
  }

  /// For the built-in API; custom resources have no protobuf form.
  package static let builtin = ProtobufCodec(.builtin)

  /// `k8s` and a zero.
  static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

  /// Deeper messages are refused, since reading them takes stack.
  static let depthMax = 150
}

// MARK: Writing

extension ProtobufCodec {
  /// A whole body: envelope and message. Cost is O(document).
  /// - Parameter type: what the document is; members that it does not have are left out.
  package func encode(_ document: Document, as type: SchemaType) -> [UInt8] {
    enveloped(
      message(document, as: type), apiVersion: document["apiVersion"]?.string ?? "",
      kind: document["kind"]?.string ?? "")
  }

  /// A message alone: what an element of a list is, and what `enveloped` takes.
  package func message(_ document: Document, as type: SchemaType) -> [UInt8] {
    var writer = ByteWriter(capacity: document.index == 0 ? document.arena.text.count : 256)
    defer { writer.deallocate() }
    schema.lookup.withPointers { pointers in
      document.arena.nodes.withUnsafeBufferPointer { nodes in
        document.arena.text.withUnsafeBufferPointer { text in
          let encoding = ProtobufWriter(
            nodes: nodes, text: text, arena: document.arena, schema: pointers)
          encoding.write(document.index, type: type.scalar ?? .object(type.id), to: &writer)
        }
      }
    }
    return Array(writer.bytes)
  }

  /// Puts a message into the envelope that every body has.
  package func enveloped(_ message: [UInt8], apiVersion: String, kind: String) -> [UInt8] {
    var writer = ByteWriter(capacity: message.count + apiVersion.utf8.count + kind.utf8.count + 32)
    defer { writer.deallocate() }
    writer.append(Self.magic)
    let meta = writer.beginMessage(1)
    writer.append(text: apiVersion, number: 1)
    writer.append(text: kind, number: 2)
    writer.endMessage(meta)
    writer.append(bytes: message, number: 2)
    // Go's encoder always writes contentEncoding and contentType.
    writer.append(text: "", number: 3)
    writer.append(text: "", number: 4)
    return Array(writer.bytes)
  }

  /// A whole list's body out of the messages of its items, so that none is written twice.
  /// - Parameter metadata: the list's ListMeta.
  package func list(
    of items: some Sequence<[UInt8]>, metadata: Document, apiVersion: String, kind: String
  ) -> [UInt8] {
    var writer = ByteWriter(capacity: 4096)
    defer { writer.deallocate() }
    let meta = schema.type(named: "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta")
    writer.append(bytes: meta.map { message(metadata, as: $0) } ?? [], number: 1)
    for item in items { writer.append(bytes: item, number: 2) }
    return enveloped(Array(writer.bytes), apiVersion: apiVersion, kind: kind)
  }

  /// One event of a watch, without the frame's length in front.
  /// - Parameters:
  ///   - type: `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
  ///   - object: a whole body, envelope and all.
  package func watchEvent(_ type: String, _ object: [UInt8]) -> [UInt8] {
    var writer = ByteWriter(capacity: object.count + type.utf8.count + 32)
    defer { writer.deallocate() }
    writer.append(text: type, number: 1)
    let raw = writer.beginMessage(2)
    writer.append(bytes: object, number: 1)
    writer.endMessage(raw)
    return Array(writer.bytes)
  }

  /// The same with the four bytes of length, most significant first, that part frames in a stream.
  package func watchFrame(_ type: String, _ object: [UInt8]) -> [UInt8] {
    let event = watchEvent(type, object)
    let count = UInt32(event.count)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + event
  }
}

// MARK: Reading

extension ProtobufCodec {
  /// Reads a whole body. What Go clients send for absent fields (zero, false, "") is dropped, save
  /// where the field keeps zeros.
  /// - Parameter type: what the message is read as; `nil` for what its envelope says.
  package func decode(_ bytes: [UInt8], as type: SchemaType? = nil) throws(ProtobufError)
    -> Document
  {
    try decode(bytes, as: type, isNested: false)
  }

  func decode(_ bytes: [UInt8], as type: SchemaType?, isNested: Bool) throws(ProtobufError)
    -> Document
  {
    guard bytes.count < Document.textByteCountMax else { throw .tooLarge(byteCount: bytes.count) }
    return try read(bytes, isNested) { buffer throws(ProtobufError) in
      let envelope = try ProtobufEnvelope(buffer)
      let kind = GroupVersionKind(apiVersion: envelope.apiVersion, kind: envelope.kind)
      guard let type = type ?? schema.type(of: kind) else {
        throw .unsupportedContent(kind.description)
      }
      return (type, envelope.raw, envelope)
    }
  }

  /// Reads a message without an envelope.
  package func decode(message bytes: [UInt8], as type: SchemaType) throws(ProtobufError)
    -> Document
  {
    guard bytes.count < Document.textByteCountMax else { throw .tooLarge(byteCount: bytes.count) }
    return try read(bytes, false) { _ in (type, 0..<bytes.count, nil) }
  }

  /// Reads the message that `locate` finds.
  private func read(
    _ bytes: [UInt8], _ isNested: Bool,
    _ locate: (UnsafeBufferPointer<UInt8>) throws(ProtobufError) -> (
      type: SchemaType, range: Range<Int>, envelope: ProtobufEnvelope?
    )
  ) throws(ProtobufError) -> Document {
    let result: Result<Document, ProtobufError> = bytes.withUnsafeBufferPointer { buffer in
      schema.lookup.withPointers { pointers in
        do throws(ProtobufError) {
          let (type, range, envelope) = try locate(buffer)
          var reader = ProtobufReader(buffer, codec: self, schema: pointers, isNested: isNested)
          defer { reader.deallocate() }
          try reader.read(range, type, envelope)
          let text = reader.extraText.isEmpty ? bytes : bytes + reader.extraText
          return .success(Document(nodes: reader.nodes.array(), text: text, index: 0))
        } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }
}
