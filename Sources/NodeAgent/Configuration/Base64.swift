import FoundationEssentials

/// The `data` of secrets and the `binaryData` of config maps (RFC 4648, section 4).
enum Base64 {
  /// Empty where the text is no base64: the API has refused such objects.
  static func decoded(_ text: String) -> [UInt8] { [UInt8](Data(base64Encoded: text) ?? Data()) }

  static func decodedText(_ text: String) -> String {
    String(decoding: decoded(text), as: UTF8.self)
  }
}
