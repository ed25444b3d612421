package import Resources

/// Addresses that a pod has once its sandbox stands.
package struct PodAddresses: Equatable, Sendable {
  package var podIPs: [String]
  package var hostIPs: [String]

  package init(podIPs: [String] = [], hostIPs: [String] = []) {
    self.podIPs = podIPs
    self.hostIPs = hostIPs
  }
}

/// Reads the fields of a pod that it may show to its containers.
/// Source: Kubernetes documentation, "Downward API", "Available fields".
package enum PodFieldReference {
  /// - Parameter path: `metadata.name`, `metadata.labels['app']`, `status.podIP`.
  /// - Throws: where the path names nothing that may be shown.
  package static func value(
    _ path: String, of pod: Pod, _ addresses: PodAddresses
  ) throws(ContainerSetupError) -> String {
    let metadata = pod.metadata
    switch path {
    case "metadata.name": return metadata.name ?? ""
    case "metadata.namespace": return metadata.namespace ?? ""
    case "metadata.uid": return metadata.uid ?? ""
    case "metadata.labels": return listing(metadata.labels)
    case "metadata.annotations": return listing(metadata.annotations)
    case "spec.nodeName": return pod.spec.nodeName ?? ""
    case "spec.serviceAccountName": return pod.spec.serviceAccountName ?? ""
    case "status.hostIP": return addresses.hostIPs.first ?? ""
    case "status.hostIPs": return addresses.hostIPs.joined(separator: ",")
    case "status.podIP": return addresses.podIPs.first ?? ""
    case "status.podIPs": return addresses.podIPs.joined(separator: ",")
    default: break
    }
    if let key = key(in: path, of: "metadata.labels") { return metadata.labels[key] ?? "" }
    if let key = key(in: path, of: "metadata.annotations") {
      return metadata.annotations[key] ?? ""
    }
    throw .configuration("unsupported fieldPath: \(path)")
  }

  /// `web` of `metadata.labels['web']`.
  private static func key(in path: String, of map: String) -> String? {
    guard path.hasPrefix("\(map)['"), path.hasSuffix("']") else { return nil }
    return String(path.dropFirst(map.count + 2).dropLast(2))
  }

  /// `key="value"` by line, in order of keys, with quotes and line ends escaped.
  private static func listing(_ map: [String: String]) -> String {
    map.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7f {
          let digits = String(scalar.value, radix: 16)
          output += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
    }
    return output + "\""
  }
}
