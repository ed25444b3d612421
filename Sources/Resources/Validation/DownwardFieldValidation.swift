import Foundations

/// The rules of what a container may learn about its own pod.
/// Source: Kubernetes documentation, "Downward API"; upstream's messages.
enum DownwardFieldValidation {
  /// Beside labels and annotations by key.
  static let environment: Set<String> = [
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
  ]
  static let volume: Set<String> = [
    "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels",
    "metadata.annotations",
  ]

  /// The one version of pods there is.
  private static let podVersion = "v1"
  /// Spellings that clients used once, which are still taken.
  private static let olderSpellings: Set<String> = ["spec.host", "spec.serviceAccount"]
  /// Known to the API, and no business of containers.
  private static let known: Set<String> =
    environment.union(volume).union(olderSpellings).union([
      "spec.restartPolicy", "spec.schedulerName", "status.phase",
    ])

  static func errors(_ field: Document, allowed: Set<String>, at path: String) -> [FieldError] {
    let place = "\(path).fieldPath"
    guard let text = field["fieldPath"]?.string, !text.isEmpty else { return [.required(place)] }
    let version = field["apiVersion"]?.string ?? podVersion
    guard version == podVersion else {
      return [
        .invalid(
          place, Document(text), "error converting fieldPath: unsupported pod version: \(version)")
      ]
    }
    if let bracket = text.firstIndex(of: "["), text.hasSuffix("]") {
      let map = text[..<bracket]
      let key = text[text.index(after: bracket)...].dropLast().filter { $0 != "'" && $0 != "\"" }
      guard map == "metadata.labels" || map == "metadata.annotations" else {
        return [
          .invalid(
            place, Document(text),
            "error converting fieldPath: field label does not support subscript: \(text)")
        ]
      }
      let name = map == "metadata.annotations" ? key.lowercased() : key
      return ObjectName.problems(qualifiedName: name).map { .invalid(path, Document(key), $0) }
    }
    guard known.contains(text) else {
      return [
        .invalid(
          place, Document(text), "error converting fieldPath: field label not supported: \(text)")
      ]
    }
    if allowed.contains(text) || olderSpellings.contains(text) && allowed == environment {
      return []
    }
    return [.notSupported(place, text, allowed.sorted())]
  }

  private static let resources: Set<String> = [
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
    "requests.ephemeral-storage", "requests.memory",
  ]

  private static let divisors = [
    "cpu": ["1m", "1"],
    "memory": ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
  ]

  /// In what a resource is told: zero leaves it to the node.
  private static func divisorErrors(_ field: Document, of resource: String, at path: String)
    -> [FieldError]
  {
    guard resources.contains(resource) || isHugePages(resource) else { return [] }
    let divisor = field["divisor"]?.string ?? "0"
    let isProcessor = resource.hasSuffix(".cpu")
    let allowed = divisors[isProcessor ? "cpu" : "memory"] ?? []
    guard divisor != "0", !allowed.contains(divisor) else { return [] }
    let kind =
      isHugePages(resource)
      ? "hugepages" : resource.hasSuffix(".memory") ? "memory" : "local ephemeral storage"
    let detail =
      isProcessor
      ? "only divisor's values 1m and 1 are supported with the cpu resource"
      : "only divisor's values \(allowed.joined(separator: ", ")) are supported with the \(kind) resource"
    return [.invalid("\(path).divisor", Document(resource), detail)]
  }

  /// - Parameter isOfVolume: a volume is nobody's own, so that the container is to be named.
  static func resourceErrors(_ field: Document, isOfVolume: Bool = false, at path: String)
    -> [FieldError]
  {
    let text = field["resource"]?.string ?? ""
    let errors = divisorErrors(field, of: text, at: path)
    if isOfVolume, field["containerName"]?.string?.isEmpty ?? true {
      return [.required("\(path).containerName")] + errors
    }
    let place = "\(path).resource"
    if text.isEmpty { return [.required(place)] }
    if resources.contains(text) || isHugePages(text) { return errors }
    return [.notSupported(place, text, resources.sorted())]
  }

  private static func isHugePages(_ name: String) -> Bool {
    name.hasPrefix("limits.hugepages-") || name.hasPrefix("requests.hugepages-")
  }
}
