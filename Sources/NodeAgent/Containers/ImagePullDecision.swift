import Foundations
import Resources

/// Whether an image must be pulled. Pure.
package enum ImagePullDecision: Equatable, Sendable {
  case use
  case pull
  /// It is not here, and nobody may fetch it.
  case refuse

  /// Source: Kubernetes documentation, "Images", "Image pull policy".
  package init(policy: String?, isPresent: Bool) {
    switch policy {
    case "Always": self = .pull
    case "Never": self = isPresent ? .use : .refuse
    default: self = isPresent ? .use : .pull
    }
  }
}

/// An image's name in its parts. Pure.
package struct ImageReference: Equatable, Sendable {
  /// `docker.io` where the name has no registry.
  package let registry: String
  /// `library/busybox`
  package let repository: String

  /// - Returns: `nil` for what no image can be called.
  package init?(_ text: String) {
    var name = Substring(text)
    if let digest = name.firstIndex(of: "@") { name = name[..<digest] }
    if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
      name = name[..<colon]
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !parts.contains("") else { return nil }
    let first = parts[0]
    let hasRegistry =
      parts.count > 1 && (first.contains(".") || first.contains(":") || first == "localhost")
    registry = hasRegistry ? String(first) : Self.defaultRegistry
    let path = hasRegistry ? parts.dropFirst() : parts[...]
    let isOfficial = registry == Self.defaultRegistry && path.count == 1
    repository = (isOfficial ? "library/" : "") + path.joined(separator: "/")
    let isLower = repository.utf8.allSatisfy { byte in
      (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
        || [0x2d, 0x2e, 0x5f, 0x2f].contains(byte)
    }
    guard isLower else { return nil }
  }

  package static let defaultRegistry = "docker.io"
}
