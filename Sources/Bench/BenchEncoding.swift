import Resources

/// What the run's objects travel as, in requests, answers and watches.
package enum BenchEncoding: String, CaseIterable, Sendable {
  /// What most tools speak.
  case json
  /// What Kubernetes' own components speak for built-in kinds.
  case protobuf

  var mediaType: String {
    switch self {
    case .json: "application/json"
    case .protobuf: "application/vnd.kubernetes.protobuf"
    }
  }

  var watchMediaType: String {
    switch self {
    case .json: "application/json"
    case .protobuf: "\(mediaType);stream=watch"
    }
  }

  /// - Parameter object: states its kind, which is a built-in one.
  /// - Throws: `KindWithoutSchema`, for protobuf has no form of a kind that is not known.
  func bytes(of object: Document) throws -> [UInt8] {
    switch self {
    case .json: return object.json
    case .protobuf:
      let kind = GroupVersionKind(
        apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
      guard let type = Schema.builtin.type(of: kind) else { throw KindWithoutSchema(kind: kind) }
      return ProtobufCodec.builtin.encode(object, as: type)
    }
  }

  func object(_ bytes: [UInt8]) throws -> Document {
    switch self {
    case .json: try Document(json: bytes)
    case .protobuf: try ProtobufCodec.builtin.decode(bytes)
    }
  }
}

/// An object was to be sent as protobuf that has no such form.
struct KindWithoutSchema: Error, CustomStringConvertible {
  let kind: GroupVersionKind
  var description: String { "\(kind) has no form in protobuf" }
}
