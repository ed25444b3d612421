import Foundations
package import Resources

/// What Secrets are sealed with on the disk: an EncryptionConfiguration of apiserver.config.k8s.io.
///
/// Its `kms` providers of version v2 are Kubernetes'. `identity` stands for the server's own key file,
/// with which Secrets are sealed where there is no such configuration: they never lie in the open.
/// Source: Kubernetes documentation, "Encrypting Confidential Data at Rest".
package struct EncryptionSettings: Equatable, Sendable {
  package struct Plugin: Equatable, Sendable {
    package let name: String
    /// Absolute.
    package let socketPath: String
    package let timeout: Duration
  }

  package let plugins: [Plugin]
  /// Which of them seals what is written; `nil` for the server's own key file.
  package let writer: Int?

  /// What is wrong with such a file.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let description: String

    fileprivate init(_ field: String, _ why: String) { description = "\(field): \(why)" }
  }

  package init(_ document: Document) throws(Problem) {
    guard document["kind"]?.string == "EncryptionConfiguration",
      document["apiVersion"]?.string == "apiserver.config.k8s.io/v1"
    else {
      throw Problem("kind", "it is no EncryptionConfiguration of apiserver.config.k8s.io/v1")
    }
    try Self.checkMembers(of: document, ["kind", "apiVersion", "resources"], at: "")
    let groups = Array((document["resources"] ?? .emptyArray).elements)
    guard let group = groups.first else {
      throw Problem("resources", "Required value: at least one resources is required")
    }
    guard groups.count == 1 else {
      throw Problem("resources", "Invalid value: only Secrets are sealed, so one element is enough")
    }
    try Self.checkMembers(of: group, ["resources", "providers"], at: "resources[0].")
    for (index, resource) in (group["resources"] ?? .emptyArray).elements.enumerated()
    where resource.string != "secrets" {
      throw Problem(
        "resources[0].resources[\(index)]",
        "Unsupported value: \(resource.jsonText): supported values: \"secrets\"")
    }
    guard group["resources"]?.isEmpty == false else {
      throw Problem(
        "resources[0].resources", "Required value: at least one resources[0].resources is required")
    }
    (plugins, writer) = try Self.providers(group["providers"] ?? .emptyArray)
  }

  private static func providers(_ list: Document) throws(Problem) -> ([Plugin], Int?) {
    let field = "resources[0].providers"
    guard !list.isEmpty else {
      throw Problem(field, "Required value: at least one \(field) is required")
    }
    var plugins: [Plugin] = []
    var writer: Int?
    for (index, provider) in list.elements.enumerated() {
      let members = Array(provider.members)
      guard members.count == 1, let (kind, value) = members.first else {
        throw Problem("\(field)[\(index)]", "Invalid value: it has to be one provider")
      }
      switch kind {
      case "identity": try checkMembers(of: value, [], at: "\(field)[\(index)].identity.")
      case "kms":
        let plugin = try plugin(value, at: "\(field)[\(index)].kms", after: plugins)
        if index == 0 { writer = 0 }
        plugins.append(plugin)
      default:
        throw Problem(
          "\(field)[\(index)]",
          "Unsupported value: \"\(kind)\": supported values: \"identity\", \"kms\"")
      }
    }
    return (plugins, writer)
  }

  private static func plugin(_ kms: Document, at field: String, after others: [Plugin])
    throws(Problem) -> Plugin
  {
    let known: Set<String> = ["apiVersion", "name", "endpoint", "timeout", "cachesize"]
    try checkMembers(of: kms, known, at: "\(field).")
    guard kms["apiVersion"]?.string == "v2" else {
      throw Problem(
        "\(field).apiVersion",
        "Invalid value: unsupported apiVersion \(kms["apiVersion"]?.string ?? "v1") for KMS "
          + "provider, only v2 is supported")
    }
    guard kms["cachesize"] == nil else {
      throw Problem("\(field).cachesize", "Invalid value: cachesize is not supported in v2")
    }
    guard let name = kms["name"]?.string, !name.isEmpty else {
      throw Problem("\(field).name", "Required value: name is a mandatory field for a provider")
    }
    guard !name.contains(":") else {
      throw Problem(
        "\(field).name", "Invalid value: invalid KMS provider name \(name), must not contain ':'")
    }
    guard !others.contains(where: { $0.name == name }) else {
      throw Problem(
        "\(field).name", "Invalid value: duplicate KMS provider name \(name), names must be unique")
    }
    return Plugin(
      name: name, socketPath: try socketPath(kms["endpoint"], at: "\(field).endpoint"),
      timeout: try timeout(kms["timeout"], at: "\(field).timeout"))
  }

  /// Of a socket. Source: unix(7).
  private static let socketByteCountMax = 107

  private static func socketPath(_ endpoint: Document?, at field: String) throws(Problem) -> String
  {
    guard let text = endpoint?.string, !text.isEmpty else {
      throw Problem(field, "Invalid value: endpoint is a mandatory field for a kms")
    }
    guard text.hasPrefix("unix://") else {
      throw Problem(
        field,
        "Invalid value: \"\(text)\": unsupported scheme for KMS provider, only unix is supported")
    }
    let path = String(text.dropFirst("unix://".count))
    guard path.hasPrefix("/"), path.utf8.count <= socketByteCountMax else {
      throw Problem(
        field,
        "Invalid value: \"\(text)\": a socket has an absolute path of at most "
          + "\(socketByteCountMax) bytes")
    }
    return path
  }

  /// Source: Kubernetes' default.
  private static let defaultTimeout = Duration.seconds(3)

  private static func timeout(_ value: Document?, at field: String) throws(Problem) -> Duration {
    guard let value, !value.isNull else { return defaultTimeout }
    guard let timeout = value.string.flatMap({ GoDuration.parse($0) }) else {
      throw Problem(field, "Invalid value: \(value.jsonText): it is no duration such as 3s")
    }
    guard timeout > .zero else {
      throw Problem(
        field, "Invalid value: \(value.jsonText): timeout should be a positive value")
    }
    return timeout
  }

  private static func checkMembers(of object: Document, _ known: Set<String>, at path: String)
    throws(Problem)
  {
    for member in object.members where !known.contains(member.name) {
      throw Problem(path + member.name, "unknown field")
    }
  }
}
