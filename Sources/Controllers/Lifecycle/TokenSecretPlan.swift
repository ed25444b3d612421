import FoundationEssentials
import Foundations
import Resources

/// What a Secret of type `kubernetes.io/service-account-token` needs. Pure but for `token`.
/// Source: Kubernetes documentation, "Managing Service Accounts", "Token controller".
enum TokenSecretPlan {
  static let type = "kubernetes.io/service-account-token"
  static let nameAnnotation = "kubernetes.io/service-account.name"
  static let uidAnnotation = "kubernetes.io/service-account.uid"

  /// The ServiceAccount that a Secret is for; `nil` for Secrets of other types.
  static func account(of secret: Document) -> String? {
    guard secret["type"]?.string == type else { return nil }
    return secret[path: "metadata", "annotations", nameAnnotation]?.string
  }

  /// Whether the ServiceAccount is the one that the Secret was made for.
  static func fits(_ secret: Document, account: Document) -> Bool {
    let wanted = secret[path: "metadata", "annotations", uidAnnotation]?.string ?? ""
    return wanted.isEmpty || wanted == account[path: "metadata", "uid"]?.string
  }

  /// - Parameters:
  ///   - rootCertificate: PEM, of the cluster's CA.
  ///   - token: makes one for this Secret; asked only where the Secret has none.
  /// - Returns: the Secret with all that belongs in it; `nil` where nothing is missing.
  static func completed(
    _ secret: Document, account: Document, rootCertificate: [UInt8],
    token: () throws -> String
  ) rethrows -> Document? {
    let authority = Document(Data(rootCertificate).base64EncodedString())
    func isEmpty(_ key: String) -> Bool { secret[path: "data", key]?.string?.isEmpty != false }
    let needsToken = isEmpty("token")
    let needsNamespace = isEmpty("namespace")
    guard needsToken || needsNamespace || secret[path: "data", "ca.crt"] != authority else {
      return nil
    }
    var completed = secret
    completed.set(authority, at: ["data", "ca.crt"])
    if needsNamespace {
      let namespace = secret[path: "metadata", "namespace"]?.string ?? ""
      completed.set(
        Document(Data(namespace.utf8).base64EncodedString()), at: ["data", "namespace"])
    }
    if needsToken {
      completed.set(
        Document(Data(try token().utf8).base64EncodedString()), at: ["data", "token"])
    }
    completed.set(
      account[path: "metadata", "uid"], at: ["metadata", "annotations", uidAnnotation])
    return completed
  }
}
