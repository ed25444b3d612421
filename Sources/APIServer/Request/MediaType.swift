import Resources

/// What a client asks for in `Accept`: an encoding and, for reads, a shape.
/// Source: Kubernetes API Concepts, "Alternate representations of resources".
package struct MediaType: Equatable, Sendable {
  package enum Encoding: String, Sendable {
    case json = "application/json"
    case yaml = "application/yaml"
    case protobuf = "application/vnd.kubernetes.protobuf"

    /// As messages list what is accepted.
    static let names =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf"
  }

  /// What is sent in place of the object itself.
  package enum Shape: String, Sendable {
    case object = ""
    case table = "Table"
    case partialMetadata = "PartialObjectMetadata"
    case partialMetadataList = "PartialObjectMetadataList"
    case discovery = "APIGroupDiscoveryList"
  }

  package var encoding: Encoding
  package var shape: Shape

  package init(_ encoding: Encoding, as shape: Shape = .object) {
    self.encoding = encoding
    self.shape = shape
  }

  /// Custom resources have no protobuf messages of their own; what is told in place of them has.
  func fits(_ custom: CustomVersion?, _ path: APIPath.ResourcePath) -> Bool {
    custom == nil || encoding != .protobuf || shape != .object || path.subresource == "scale"
  }

  /// The first form of an `Accept` header that can be served; JSON where the header is absent.
  /// - Parameter isOffered: whether this request's answer has that form.
  /// - Returns: `nil` where nothing fits: 406 Not Acceptable.
  package static func negotiate(accept: String?, isOffered: (MediaType) -> Bool) -> MediaType? {
    guard let accept, !accept.isEmpty else { return MediaType(.json) }
    if let plain = plainEncoding(accept), isOffered(MediaType(plain)) { return MediaType(plain) }
    for range in accept.split(separator: ",") {
      if let type = offered(range), isOffered(type) { return type }
    }
    return nil
  }

  /// What the first range asks for where that is one of the usual, without parameters.
  private static func plainEncoding(_ accept: String) -> Encoding? {
    switch Substring(accept.utf8.prefix { $0 != UInt8(ascii: ",") }) {
    case "application/json": .json
    case "application/vnd.kubernetes.protobuf": .protobuf
    default: nil
    }
  }

  private static func offered(_ range: Substring) -> MediaType? {
    var parts = range.split(separator: ";").map(trimmed)[...]
    guard let name = parts.popFirst()?.lowercased() else { return nil }
    let encoding: Encoding
    switch name {
    case "application/json", "*/*", "application/*": encoding = .json
    case "application/yaml": encoding = .yaml
    case "application/vnd.kubernetes.protobuf": encoding = .protobuf
    default: return nil
    }
    var parameters: [String: String] = [:]
    for part in parts {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      parameters[trimmed(pair[0]).lowercased()] = trimmed(pair[1])
    }
    guard let wanted = parameters["as"] else { return MediaType(encoding) }
    guard let shape = Shape(rawValue: wanted) else { return nil }
    // Table and partial metadata exist as meta.k8s.io/v1 and v1beta1; both read the same.
    let version = parameters["v"] ?? ""
    let versions = shape == .discovery ? ["v2"] : ["v1", "v1beta1"]
    guard versions.contains(version) else { return nil }
    return MediaType(encoding, as: shape)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
