/// Why bytes are no protobuf message of the API. `offset` counts bytes from the start of the body.
package enum ProtobufError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The body does not begin with the four bytes that mark Kubernetes' protobuf.
  case noEnvelope
  case unexpectedEnd(offset: Int)
  /// A field is not encoded as its type is, or its key is no key.
  case wrongWireType(offset: Int)
  case invalidVarint(offset: Int)
  case invalidUTF8(offset: Int)
  /// A value that JSON could not say: a time out of range, a raw object that is no JSON.
  case invalidValue(offset: Int)
  case tooDeep(limit: Int)
  case tooLarge(byteCount: Int)
  /// The envelope's content is encoded or of a type that is not read here.
  case unsupportedContent(String)

  package var description: String {
    switch self {
    case .noEnvelope:
      "provided data does not appear to be a protobuf message, expected prefix 6b 38 73 00"
    case .unexpectedEnd(let offset): "invalid protobuf: unexpected end at byte \(offset)"
    case .wrongWireType(let offset): "invalid protobuf: wrong wire type at byte \(offset)"
    case .invalidVarint(let offset): "invalid protobuf: malformed number at byte \(offset)"
    case .invalidUTF8(let offset): "invalid protobuf: text at byte \(offset) is no UTF-8"
    case .invalidValue(let offset): "invalid protobuf: malformed value at byte \(offset)"
    case .tooDeep(let limit): "invalid protobuf: nested deeper than \(limit) messages"
    case .tooLarge(let byteCount): "a body of \(byteCount) bytes is too large"
    case .unsupportedContent(let content):
      "protobuf content of type \"\(content)\" is not supported"
    }
  }
}
