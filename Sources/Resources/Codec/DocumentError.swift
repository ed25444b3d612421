/// Why bytes are no document of the expected type.
package enum DocumentError: Error, Equatable, Sendable {
  /// The bytes are not the format they claim to be.
  case malformed(JSONError)
  case malformedProtobuf(ProtobufError)
  case malformedYAML(YAMLError)
  /// A place holds another kind of value than its type allows.
  case wrongType(path: String, found: String, expected: String)
  /// A place holds the right kind of value with a content that its type refuses.
  case wrongContent(path: String, found: String, expected: String)
  /// In strict validation: members that no field takes, and members that are given twice.
  case strict([FieldProblem])
}

/// A member that the schema does not know, or that an object has twice.
package struct FieldProblem: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case unknown, duplicate
  }
  package let kind: Kind
  /// `spec.containers[0].foo`.
  package let path: String

  package init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// Worded as upstream words it: it is also the text of a `Warning` header.
  package var description: String {
    switch kind {
    case .unknown: "unknown field \"\(path)\""
    case .duplicate: "duplicate field \"\(path)\""
    }
  }
}

extension DocumentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let error): error.description
    case .malformedProtobuf(let error): error.description
    case .malformedYAML(let error): error.description
    case .wrongType(let path, let found, let expected):
      "\(path.isEmpty ? "the body" : path): found \(found), expected \(expected)"
    case .wrongContent(let path, let found, let expected):
      "\(path.isEmpty ? "the body" : path): \"\(found)\" is no \(expected)"
    case .strict(let problems):
      "strict decoding error: " + problems.map(\.description).joined(separator: ", ")
    }
  }
}

extension DocumentError {
  /// The answer to a request whose body this is: 400 BadRequest.
  /// - Parameter kind: what the body was to be; `nil` where nothing was expected.
  package func apiError(expecting kind: GroupVersionKind?) -> APIError {
    guard let kind else { return .badRequest(description) }
    return .badRequest(
      "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): \(self)")
  }
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpectedEnd: "unexpected end of JSON input"
    case .unexpectedByte(let byte, let offset):
      "invalid JSON: unexpected \(Self.spelling(byte)) at byte \(offset)"
    case .invalidNumber(let offset): "invalid JSON: malformed number at byte \(offset)"
    case .numberOutOfRange(let offset): "invalid JSON: number out of range at byte \(offset)"
    case .invalidEscape(let offset): "invalid JSON: malformed escape at byte \(offset)"
    case .invalidUTF8(let offset): "invalid JSON: text at byte \(offset) is no UTF-8"
    case .tooDeep(let limit): "invalid JSON: nested deeper than \(limit) levels"
    case .tooLarge(let byteCount): "a body of \(byteCount) bytes is too large"
    case .trailingBytes(let offset):
      "invalid JSON: unexpected data after the value at byte \(offset)"
    }
  }

  private static func spelling(_ byte: UInt8) -> String {
    (0x21...0x7E).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
  }
}
