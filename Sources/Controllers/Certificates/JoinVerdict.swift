import Foundations
import Resources
import Security

/// Whether a machine that shows a bootstrap token may have a node's certificate. Pure.
///
/// Departs from upstream, where any token gets a certificate for any node's name: here a name that
/// a node has is that node's, and a token made for one machine is good for one.
enum JoinVerdict: Equatable {
  /// The token has to be marked as used first.
  case allowAndMark
  case allow
  case deny(reason: String, message: String)

  /// Marks a token that is good for one node: `true`.
  static let singleUseAnnotation = "martlet.local/single-use"
  /// The node that used it.
  static let usedByAnnotation = "martlet.local/used-by"

  private static let userPrefix = "system:bootstrap:"
  private static let nodePrefix = "system:node:"

  /// The token's name where the sender showed one.
  static func tokenID(ofUser name: String) -> String? {
    guard name.hasPrefix(userPrefix) else { return nil }
    let id = name.dropFirst(userPrefix.count)
    return BootstrapCredential.isID(id) ? String(id) : nil
  }

  static func nodeName(ofUser name: String) -> String? {
    name.hasPrefix(nodePrefix) ? String(name.dropFirst(nodePrefix.count)) : nil
  }

  /// - Parameter secret: of the token; `nil` where it is gone.
  init(node name: String, isThere: Bool, tokenID: String, secret: Document?) {
    let annotations = secret?[path: "metadata", "annotations"]
    let user = annotations?[Self.usedByAnnotation]?.string
    if isThere {
      self = .deny(
        reason: "NodeNameTaken",
        message: "it has a node named \(name) already: choose another name with --node-name, or "
          + "delete that node first (kubectl delete node \(name))")
    } else if secret == nil {
      self = .deny(
        reason: "TokenGone",
        message: "the token \(tokenID) was deleted: make another with martlet token create")
    } else if annotations?[Self.singleUseAnnotation]?.string != "true" || user == name {
      self = .allow
    } else if let user {
      self = .deny(
        reason: "TokenUsed",
        message: "the token \(tokenID) was used by the node \(user) and is good for one node: make "
          + "another with martlet token create")
    } else {
      self = .allowAndMark
    }
  }
}

extension Node {
  /// The names and addresses that a certificate of this node's agent may hold.
  var servedNames: Set<String> {
    Set([metadata.name ?? ""] + status.addresses.map(\.address))
  }
}
