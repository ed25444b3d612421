import NIOHTTP1
import Networking

/// The header fields of a request that goes on to an aggregated server: who asks is told by this
/// server alone, which shows the front proxy's certificate for it.
/// Source: Kubernetes documentation, "Configure the Aggregation Layer", "Kubernetes Apiserver Proxies
/// the Request".
enum RequestHeaderFields {
  private static let prefix = "x-remote-"
  private static let extraPrefix = "X-Remote-Extra-"

  /// What the client said of itself, and its credentials, stay here.
  private static func isKept(_ name: String) -> Bool {
    let name = name.lowercased()
    return name != "authorization" && name != "cookie" && !name.hasPrefix(prefix)
      && !name.hasPrefix("impersonate-")
  }

  static func passedOn(of request: ServerRequest, for user: User) -> HTTPHeaders {
    var fields = HTTPHeaders()
    for (name, value) in ProxyFields.passedOn(of: request) where isKept(name) {
      fields.add(name: name, value: value)
    }
    fields.add(name: "X-Remote-User", value: user.name)
    if !user.uid.isEmpty { fields.add(name: "X-Remote-Uid", value: user.uid) }
    for group in user.groups { fields.add(name: "X-Remote-Group", value: group) }
    for (key, values) in user.extra.sorted(by: { $0.key < $1.key }) {
      for value in values { fields.add(name: extraPrefix + encoded(key), value: value) }
    }
    return fields
  }

  /// Bytes that no header field's name may hold, and `%`, are percent-encoded.
  /// Source: RFC 9110, section 5.1; upstream's `headerKeyEscape`.
  static func encoded(_ key: String) -> String {
    var text = ""
    for byte in key.utf8 {
      let scalar = UnicodeScalar(byte)
      let isToken =
        byte < 0x80
        && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte)
          || "!#$&'*+-.^_`|~".unicodeScalars.contains(scalar))
      if isToken {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return text
  }
}
