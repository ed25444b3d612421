import FoundationEssentials
package import Foundations

extension Kubeconfig {
  /// The file's YAML, secrets in the clear: write it with mode 0600 only.
  package func yaml() -> Redacted<[UInt8]> {
    var lines = ["apiVersion: v1", "kind: Config"]
    lines += list("clusters", "cluster", clusters) { cluster in
      [("server", cluster.server)]
        + entry(cluster.certificateAuthority, "certificate-authority")
        + [("tls-server-name", cluster.tlsServerName)]
        + [("insecure-skip-tls-verify", cluster.skipsTLSVerification ? true : nil)]
    }
    lines += list("users", "user", users) { user in
      entry(user.clientCertificate, "client-certificate") + entry(user.clientKey, "client-key")
        + [
          ("token", user.token.map { String(decoding: $0.exposed, as: UTF8.self) }),
          ("tokenFile", user.tokenFile),
        ]
    }
    lines += list("contexts", "context", contexts) { context in
      [("cluster", context.cluster), ("user", context.user), ("namespace", context.namespace)]
    }
    lines.append("current-context: \(quoted(currentContext))")
    return Redacted(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Replaces the file in one step, readable by its owner only.
  package func write(to path: String) throws(FileError) {
    try DurableFile.write(yaml().exposed, to: path, mode: 0o600)
  }

  private typealias Field = (key: String, value: (any CustomStringConvertible)?)

  private func list<Value>(
    _ title: String, _ kind: String, _ entries: [String: Value],
    fields: (Value) -> [Field]
  ) -> [String] {
    guard !entries.isEmpty else { return ["\(title): []"] }
    var lines = ["\(title):"]
    for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
      let body = fields(value).compactMap { field in
        field.value.map { "    \(field.key): \($0 is Bool ? "\($0)" : quoted("\($0)"))" }
      }
      lines.append("- name: \(quoted(name))")
      lines += body.isEmpty ? ["  \(kind): {}"] : ["  \(kind):"] + body
    }
    return lines
  }

  private func entry(_ source: Source?, _ key: String) -> [Field] {
    switch source {
    case .inline(let content): [("\(key)-data", Data(content.exposed).base64EncodedString())]
    case .file(let path): [(key, path)]
    case nil: []
    }
  }

  /// Plain where YAML cannot take it for anything but this string, else in double quotes.
  private func quoted(_ text: String) -> String {
    let isWord = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-_./+=:@".utf8.contains($0)
    }
    let startsPlain = text.utf8.first.map {
      (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "/")
    }
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    if isWord, startsPlain == true, !text.hasSuffix(":"), !words.contains(text.lowercased()) {
      return text
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\x\(digits.count == 1 ? "0" : "")\(digits)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
