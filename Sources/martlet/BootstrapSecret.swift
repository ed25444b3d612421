import FoundationEssentials
import Foundations
import Resources
import Security

/// How long a token is good, as people write it: `30m`, `24h`, `7d`, `0` for ever.
struct TokenLifetime: Equatable {
  /// `nil` is for ever.
  let duration: Duration?

  init?(_ text: String) {
    if text == "0" {
      duration = nil
      return
    }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      (1...1_000_000).contains(number)
    else { return nil }
    duration = .seconds(number * unit)
  }
}

/// The Secret of a token by which machines join.
/// Source: Kubernetes documentation, "Authenticating with Bootstrap Tokens".
struct BootstrapSecret {
  static let namespace = "kube-system"
  static let type = "bootstrap.kubernetes.io/token"
  /// Read by the controller that approves joins.
  private static let singleUseAnnotation = "martlet.local/single-use"
  private static let usedByAnnotation = "martlet.local/used-by"

  let token: BootstrapCredential
  let lifetime: TokenLifetime
  let isReusable: Bool
  let note: String

  func object(now: Timestamp) -> Document {
    var data: Document = [
      "token-id": Document(token.id),
      "token-secret": Document(String(decoding: token.secret.exposed, as: UTF8.self)),
      "usage-bootstrap-authentication": "true", "usage-bootstrap-signing": "false",
    ]
    if let duration = lifetime.duration {
      data["expiration"] = Document(now.advanced(by: duration).description)
    }
    if !note.isEmpty { data["description"] = Document(note) }
    var metadata: Document = [
      "name": Document(token.secretName), "namespace": Document(Self.namespace),
    ]
    if !isReusable { metadata["annotations"] = [Self.singleUseAnnotation: "true"] }
    return [
      "apiVersion": "v1", "kind": "Secret", "type": Document(Self.type), "metadata": metadata,
      "stringData": data,
    ]
  }

  /// One line a token, its secret left out.
  static func table(of secrets: [Document], now: Timestamp) -> String {
    var rows = [["TOKEN", "EXPIRES", "GOOD FOR", "USED BY", "NOTE"]]
    for secret in secrets.sorted(by: { ObjectKey($0) < ObjectKey($1) }) {
      func text(_ key: String) -> String? {
        secret[path: "data", key]?.string.flatMap { Data(base64Encoded: $0) }
          .map { String(decoding: $0, as: UTF8.self) }
      }
      let annotations = secret[path: "metadata", "annotations"]
      let end = text("expiration")
      let isOver = end.map { Timestamp($0).map { $0 <= now } ?? true } ?? false
      rows.append([
        text("token-id") ?? "?", isOver ? "expired" : end ?? "never",
        annotations?[singleUseAnnotation]?.string == "true" ? "one node" : "any number",
        annotations?[usedByAnnotation]?.string ?? "", text("description") ?? "",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count + 3)
      }.joined()
      return String(cells.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
