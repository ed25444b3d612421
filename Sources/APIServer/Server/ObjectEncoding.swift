import Networking
import Resources
import Store

/// Stored objects as bytes in each encoding. What was encoded once is shared by everyone after.
enum ObjectEncoding {
  /// A stored object's bytes.
  static func bytes(
    of object: CachedObject, _ served: ServedResource, _ encoding: MediaType.Encoding
  ) -> [UInt8] {
    switch encoding {
    case .json: object.json
    case .yaml: object.bytes(in: encoding.format) { Array($0.yaml.utf8) }
    case .protobuf:
      ProtobufCodec.builtin.enveloped(
        message(of: object, served), apiVersion: served.type.apiVersion, kind: served.type.kind)
    }
  }

  /// A document's bytes; for answers that are made for one client. A document that states its own
  /// kind is of that kind: what a subresource answers is not always of its collection's.
  static func encode(
    _ document: Document, ofKind kind: GroupVersionKind, as encoding: MediaType.Encoding
  ) -> [UInt8] {
    if encoding == .yaml { return Array(document.yaml.utf8) }
    guard encoding == .protobuf else { return document.json }
    var kind = kind
    if let own = document["kind"]?.string, let apiVersion = document["apiVersion"]?.string {
      kind = GroupVersionKind(apiVersion: apiVersion, kind: own)
    }
    guard let type = Schema.builtin.type(of: kind) else { return document.json }
    return ProtobufCodec.builtin.encode(document, as: type)
  }

  /// A stored object's protobuf message, without its envelope: made once, shared by lists, reads and
  /// watches.
  static func message(of object: CachedObject, _ served: ServedResource) -> [UInt8] {
    object.bytes(in: MediaType.Encoding.protobuf.format) { document in
      served.definition.type.map { ProtobufCodec.builtin.message(document, as: $0) } ?? []
    }
  }

  /// A list's body. In JSON it is made of the objects' own bytes while it goes out.
  static func list(
    of runs: [ArraySlice<CachedObject>], metadata: Document, _ served: ServedResource,
    _ encoding: MediaType.Encoding
  ) -> ResponseBody {
    let kind = GroupVersionKind(
      group: served.type.group, version: served.type.version, kind: served.type.kind + "List")
    if encoding == .protobuf {
      return .source(
        ProtobufListBody(
          runs.joined().map { message(of: $0, served) }, metadata: metadata,
          apiVersion: served.type.apiVersion, kind: kind.kind))
    }
    if encoding == .yaml {
      let list: Document = [
        "kind": Document(kind.kind), "apiVersion": Document(served.type.apiVersion),
        "metadata": metadata, "items": Document(runs.joined().lazy.map(\.document)),
      ]
      return .bytes(Array(list.yaml.utf8))
    }
    var head = Array(
      "{\"kind\":\"\(kind.kind)\",\"apiVersion\":\"\(served.type.apiVersion)\",\"metadata\":".utf8)
    metadata.encodeJSON(into: &head)
    head.append(contentsOf: ",\"items\":[".utf8)
    // Custom resources repeat what the list states, as upstream's do.
    let itemHead = served.custom == nil ? itemHead(served.type) : []
    return .source(ListBody(head: head, of: runs, itemHead: itemHead))
  }

  /// How every stored object of a collection begins: `ObjectPreparation.canonical` sees to it.
  private static func itemHead(_ type: ResourceType) -> [UInt8] {
    Array("{\"kind\":\"\(type.kind)\",\"apiVersion\":\"\(type.apiVersion)\",".utf8)
  }
}

extension MediaType.Encoding {
  /// What the encodings of stored objects are kept under.
  var format: EncodingFormat {
    switch self {
    case .json: EncodingFormat(0)
    case .protobuf: EncodingFormat(1)
    case .yaml: EncodingFormat(2)
    }
  }
}

/// The frames of a watch: `{"type":"ADDED","object":{...}}`, one a line.
enum WatchFrame {
  static func chunks(
    _ type: String, _ object: CachedObject, _ served: ServedResource,
    _ encoding: MediaType.Encoding
  ) -> [[UInt8]] {
    if encoding == .protobuf {
      let message = ObjectEncoding.message(of: object, served)
      let head = ProtobufCodec.envelopeHead(
        messageByteCount: message.count, apiVersion: served.type.apiVersion, kind: served.type.kind)
      let tail = ProtobufCodec.envelopeTail
      let byteCount = head.count + message.count + tail.count
      let frame = ProtobufCodec.watchFrameHead(type, bodyByteCount: byteCount)
      return [frame + head, message, tail]
    }
    return [head(of: type), object.json, tail]
  }

  static func chunks(
    _ type: String, _ object: Document, ofKind kind: GroupVersionKind,
    _ encoding: MediaType.Encoding
  ) -> [[UInt8]] {
    let bytes = ObjectEncoding.encode(object, ofKind: kind, as: encoding)
    return encoding == .protobuf
      ? [ProtobufCodec.watchFrameHead(type, bodyByteCount: bytes.count), bytes]
      : [head(of: type), bytes, tail]
  }

  private static let tail: [UInt8] = Array("}\n".utf8)
  private static let heads = Dictionary(
    uniqueKeysWithValues: ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"].map {
      ($0, Array("{\"type\":\"\($0)\",\"object\":".utf8))
    })

  private static func head(of type: String) -> [UInt8] { heads[type] ?? [] }
}

extension GroupVersionKind {
  static let status = GroupVersionKind(group: "", version: "v1", kind: "Status")
  static let table = GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: "Table")
  static let partialObjectMetadata = GroupVersionKind(
    group: "meta.k8s.io", version: "v1", kind: "PartialObjectMetadata")
  static let partialObjectMetadataList = GroupVersionKind(
    group: "meta.k8s.io", version: "v1", kind: "PartialObjectMetadataList")
}
