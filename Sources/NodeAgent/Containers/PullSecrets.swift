package import ContainerRuntimeInterface
package import Resources
import SwiftProtobuf

/// Finds in a pod's pull secrets what opens an image's registry. Pure.
/// Source: Kubernetes documentation, "Images", "Interpretation of config.json".
package enum PullSecrets {
  /// - Returns: every set of credentials that fits, the most exact first.
  package static func credentials(
    for image: ImageReference, in secrets: [Secret]
  ) -> [CRIAuthConfig] {
    var found: [(length: Int, credentials: CRIAuthConfig)] = []
    for secret in secrets {
      for (place, entry) in entries(of: secret) {
        guard let length = fit(place, image), let credentials = credentials(entry) else { continue }
        found.append((length, credentials))
      }
    }
    return found.sorted { $0.length > $1.length }.map(\.credentials)
  }

  private static func entries(of secret: Secret) -> [(String, Document)] {
    let key = secret.type == "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson"
    guard let text = secret.data[key], let file = try? Document(json: Base64.decoded(text)) else {
      return []  // a secret of another kind opens nothing
    }
    let entries = key == ".dockercfg" ? file : file["auths"] ?? .emptyObject
    return entries.members.map { ($0.name, $0.value) }
  }

  private static func credentials(_ entry: Document) -> CRIAuthConfig? {
    var config = CRIAuthConfig()
    config.username = entry["username"]?.string ?? ""
    config.password = entry["password"]?.string ?? ""
    config.identityToken = entry["identitytoken"]?.string ?? ""
    config.registryToken = entry["registrytoken"]?.string ?? ""
    if config.username.isEmpty, let auth = entry["auth"]?.string {
      let parts = Base64.decodedText(auth).split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      config.username = String(parts[0])
      config.password = String(parts[1])
    }
    let isEmpty =
      config.username.isEmpty && config.identityToken.isEmpty && config.registryToken.isEmpty
    return isEmpty ? nil : config
  }

  /// How much of the image's name a place names; `nil` where it is another place.
  private static func fit(_ place: String, _ image: ImageReference) -> Int? {
    var rest = Substring(place)
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    var parts = rest.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard var host = parts.first else { return nil }
    parts.removeFirst()
    // The old names of one registry, and of its interface.
    if host == "index.docker.io" || host == "registry-1.docker.io" {
      host = ImageReference.defaultRegistry
    }
    if parts == ["v1"] || parts == ["v2"] { parts = [] }
    guard matches(host, image.registry) else { return nil }
    let path = parts.joined(separator: "/")
    guard path.isEmpty || image.repository == path || image.repository.hasPrefix("\(path)/") else {
      return nil
    }
    return host.utf8.count + path.utf8.count
  }

  /// A star stands for any text within one part of a host's name.
  private static func matches(_ pattern: String, _ host: String) -> Bool {
    let wanted = pattern.split(separator: ".", omittingEmptySubsequences: false)
    let found = host.split(separator: ".", omittingEmptySubsequences: false)
    guard wanted.count == found.count else { return false }
    return zip(wanted, found).allSatisfy { want, have in
      guard let star = want.firstIndex(of: "*") else { return want == have }
      return have.hasPrefix(want[..<star]) && have.hasSuffix(want[want.index(after: star)...])
        && have.count >= want.count - 1
    }
  }
}
