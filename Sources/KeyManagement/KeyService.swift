/// Somebody who keeps a key that never leaves it, and encrypts with it what we show: a KMS plugin.
/// Every call is bounded in time.
/// Source: Kubernetes documentation, "Using a KMS provider for data encryption", KMS v2.
package protocol KeyService: Sendable {
  /// How it is, and which key it encrypts with now.
  func status() async throws(KeyServiceError) -> KeyServiceStatus

  func encrypt(_ plaintext: [UInt8]) async throws(KeyServiceError) -> EncryptedSeed

  func decrypt(_ seed: EncryptedSeed) async throws(KeyServiceError) -> [UInt8]
}

package struct KeyServiceStatus: Equatable, Sendable {
  package let version: String
  /// `ok`, or what is wrong.
  package let health: String
  package let keyID: String

  package init(version: String, health: String, keyID: String) {
    self.version = version
    self.health = health
    self.keyID = keyID
  }

  private static let versions: Set<String> = ["v2", "v2beta1"]

  /// - Throws: why nothing may be encrypted with it.
  package func check() throws(KeyServiceError) {
    guard health == "ok" else {
      throw KeyServiceError("got unexpected healthz status: \(health)")
    }
    guard Self.versions.contains(version) else {
      throw KeyServiceError("expected KMSv2 API version v2, got \(version)")
    }
    try EncryptedSeed.check(keyID: keyID)
  }
}

/// Why a plugin gave no answer, or none that can be used. Holds nothing of what was to be kept secret.
package struct KeyServiceError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String
  /// gRPC's name of what went wrong.
  let status: String

  package init(_ description: String) { self.init(description, code: 2) }

  /// - Parameter code: gRPC's.
  init(_ description: String, code: Int) {
    self.description = description
    status = Self.names.indices.contains(code) ? Self.names[code] : "Unknown"
  }

  /// Source: gRPC, "Status codes and their use in gRPC".
  private static let names = [
    "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound",
    "AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted",
    "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
  ]
}
