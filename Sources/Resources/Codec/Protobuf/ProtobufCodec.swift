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
