extension Document {
  /// The bytes that a `bytes` field holds; `nil` where it is no base64 text.
  package var base64Bytes: [UInt8]? {
    guard let text = stringBytes else { return nil }
    return text.withUnsafeBufferPointer { text in
      Base64Text.isValid(text) ? Base64Text.decode(text) : nil
    }
  }

  /// A `bytes` field.
  package static func base64(_ bytes: [UInt8]) -> Document {
    var text: [UInt8] = []
    bytes.withUnsafeBufferPointer { Base64Text.append($0, to: &text) }
    return Document(String(decoding: text, as: UTF8.self))
  }
}
