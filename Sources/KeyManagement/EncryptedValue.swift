import Foundations

/// A sealed value with the seed that it was sealed with, as it is stored: readable for any API server
/// that has the same plugin.
/// Source: k8s.io/apiserver, `envelope/kmsv2/v2/api.proto`, EncryptedObject: the numbers of its fields.
struct EncryptedValue: Equatable {
  let content: [UInt8]
  let seed: EncryptedSeed

  /// Keys follow from a seed. Zero would be a key itself, which is not written any more.
  private static let seedType: UInt64 = 1

  var bytes: [UInt8] {
    var message = WireMessage()
    message.add(1, content)
    message.add(2, seed.keyID)
    message.add(3, seed.ciphertext)
    message.add(4, annotations: seed.annotations)
    message.add(5, varint: Self.seedType)
    return message.bytes
  }

  init(content: [UInt8], seed: EncryptedSeed) {
    self.content = content
    self.seed = seed
  }

  /// - Throws: why the bytes are no such value.
  init(_ bytes: [UInt8]) throws(KeyServiceError) {
    do throws(WireFields.Malformed) {
      let fields = try WireFields(bytes)
      content = fields.bytes(1)
      seed = EncryptedSeed(
        ciphertext: fields.bytes(3), keyID: fields.text(2) ?? "",
        annotations: try fields.annotations(4))
      guard fields.varint(5) == Self.seedType else {
        throw WireFields.Malformed(offset: 0)
      }
    } catch {
      throw KeyServiceError("it is no encrypted object: \(error)")
    }
    guard !content.isEmpty else { throw KeyServiceError("encrypted data is empty") }
    try seed.check()
  }
}

extension WireMessage {
  /// `map<string, bytes>`, in order of the names.
  mutating func add(_ number: Int, annotations: [String: [UInt8]]) {
    for (name, value) in annotations.sorted(by: { $0.key < $1.key }) {
      var entry = WireMessage()
      entry.add(1, name)
      entry.add(2, value)
      add(number, entry)
    }
  }
}

extension WireFields {
  /// `map<string, bytes>`.
  func annotations(_ number: Int) throws(Malformed) -> [String: [UInt8]] {
    var annotations: [String: [UInt8]] = [:]
    for content in contents(number) {
      let entry = try WireFields(content)
      guard let name = entry.text(1) else { throw Malformed(offset: 0) }
      annotations[name] = entry.bytes(2)
    }
    return annotations
  }
}
