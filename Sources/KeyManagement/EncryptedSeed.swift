import Foundations

/// What keys for values are derived from, as the plugin encrypted it, with all that the plugin needs to
/// decrypt it again. It is stored in the open, beside each value.
package struct EncryptedSeed: Hashable, Sendable {
  package let ciphertext: [UInt8]
  /// The plugin's name for the key that it encrypted with.
  package let keyID: String
  package let annotations: [String: [UInt8]]

  package init(ciphertext: [UInt8], keyID: String, annotations: [String: [UInt8]] = [:]) {
    self.ciphertext = ciphertext
    self.keyID = keyID
    self.annotations = annotations
  }

  // Source: k8s.io/kms, apis/v2: what the fields of EncryptResponse must satisfy.
  private static let ciphertextByteCountMax = 1 << 10
  private static let keyIDByteCountMax = 1 << 10
  private static let annotationsByteCountMax = 32 << 10

  /// - Throws: why a plugin may not have answered this.
  package func check() throws(KeyServiceError) {
    guard !ciphertext.isEmpty else { throw KeyServiceError("encrypted DEK source is empty") }
    guard ciphertext.count <= Self.ciphertextByteCountMax else {
      throw KeyServiceError(
        "encrypted DEK source is \(ciphertext.count) bytes, which exceeds the max size of "
          + "\(Self.ciphertextByteCountMax)")
    }
    try Self.check(keyID: keyID)
    for name in annotations.keys where !Self.isQualified(name) {
      throw KeyServiceError(
        "annotations: Invalid value: \"\(name)\": should be a domain with at least two segments "
          + "separated by dots")
    }
    let byteCount = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
    guard byteCount <= Self.annotationsByteCountMax else {
      throw KeyServiceError(
        "total size of annotations is \(byteCount), which exceeds the max size of "
          + "\(Self.annotationsByteCountMax)")
    }
  }

  static func check(keyID: String) throws(KeyServiceError) {
    guard !keyID.isEmpty else { throw KeyServiceError("keyID is empty") }
    guard keyID.utf8.count <= keyIDByteCountMax else {
      throw KeyServiceError(
        "keyID is \(keyID.utf8.count) bytes, which exceeds the max size of \(keyIDByteCountMax)")
    }
  }

  private static func isQualified(_ name: String) -> Bool {
    let labels = (name.hasSuffix(".") ? name.dropLast() : name[...])
      .split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && ObjectName.problems(subdomain: labels.joined(separator: ".")).isEmpty
  }
}
