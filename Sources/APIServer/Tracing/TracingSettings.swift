import Foundations
package import Networking
package import Resources

/// Where traces go, and how many: a TracingConfiguration of apiserver.config.k8s.io.
/// Source: Kubernetes documentation, "Traces For Kubernetes System Components"; upstream's
/// `--tracing-config-file`.
package struct TracingSettings: Equatable, Sendable {
  /// Spoken to without TLS, as upstream does.
  package var collector = GRPCConnection.Address.tcp(host: "localhost", port: defaultPort)
  /// Of a million requests that are no part of somebody else's trace.
  package var samplingRatePerMillion = 0

  /// OTLP over gRPC.
  private static let defaultPort = 4317
  private static let versions: Set<String> = [
    "apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1",
    "apiserver.config.k8s.io/v1alpha1",
  ]

  package init() {}

  /// What is wrong with such a file.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  package init(_ document: Document) throws(Problem) {
    guard document["kind"]?.string == "TracingConfiguration",
      Self.versions.contains(document["apiVersion"]?.string ?? "")
    else {
      throw Problem(
        description: "it is no TracingConfiguration of apiserver.config.k8s.io/v1")
    }
    for member in document.members
    where !["kind", "apiVersion", "endpoint", "samplingRatePerMillion"].contains(member.name) {
      throw Problem(description: "unknown field \"\(member.name)\"")
    }
    if let rate = document["samplingRatePerMillion"], !rate.isNull {
      guard let number = rate.integer else {
        throw Self.invalid("samplingRatePerMillion", rate.jsonText, "it is no whole number")
      }
      guard number >= 0 else {
        throw Self.invalid("samplingRatePerMillion", "\(number)", "sampling rate must be positive")
      }
      guard number <= 1_000_000 else {
        throw Self.invalid(
          "samplingRatePerMillion", "\(number)",
          "sampling rate per million must be less than or equal to one million")
      }
      samplingRatePerMillion = number
    }
    if let endpoint = document["endpoint"], !endpoint.isNull {
      collector = try Self.address(endpoint.string ?? "")
    }
  }

  private static func invalid(_ field: String, _ value: String, _ why: String) -> Problem {
    Problem(description: "\(field): Invalid value: \(value): \(why)")
  }

  /// gRPC's names of servers: `HOST[:PORT]`, with or without `dns:///` in front, and `unix:PATH`.
  /// Source: gRPC, "Name Resolution".
  private static func address(_ endpoint: String) throws(Problem) -> GRPCConnection.Address {
    func invalid(_ why: String) -> Problem { Self.invalid("endpoint", "\"\(endpoint)\"", why) }
    if endpoint.hasPrefix("unix:") {
      var path = endpoint.dropFirst("unix:".count)
      if path.hasPrefix("//") { path = path.dropFirst(2) }
      guard path.hasPrefix("/"), path.utf8.count <= GRPCConnection.Address.socketByteCountMax else {
        throw invalid(
          "a socket has an absolute path of at most "
            + "\(GRPCConnection.Address.socketByteCountMax) bytes")
      }
      return .unixSocket(path: String(path))
    }
    var rest = endpoint[...]
    if let scheme = endpoint.firstRange(of: "://"), scheme.lowerBound != endpoint.startIndex {
      guard endpoint[..<scheme.lowerBound] == "dns" else {
        throw invalid(
          "unsupported scheme: \(endpoint[..<scheme.lowerBound]).  "
            + "Options are none, dns, or unix.")
      }
      // Behind the name of a name server, which is the system's own here.
      rest = endpoint[scheme.upperBound...]
      if let slash = rest.firstIndex(of: "/") { rest = rest[rest.index(after: slash)...] }
    }
    guard let place = hostAndPort(rest) else { throw invalid("it is no HOST:PORT") }
    return .tcp(host: place.host, port: place.port)
  }

  private static func hostAndPort(_ text: Substring) -> (host: String, port: Int)? {
    var (host, port) = (text, Substring("\(defaultPort)"))
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      let behind = text[text.index(after: end)...]
      if !behind.isEmpty {
        guard behind.hasPrefix(":") else { return nil }
        port = behind.dropFirst()
      }
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      if host.contains(":") { return nil }
    }
    guard !host.isEmpty, !host.contains("/"), let number = Int(port), (1...65_535).contains(number)
    else { return nil }
    return (String(host), number)
  }
}
