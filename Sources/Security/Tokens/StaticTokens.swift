import Crypto

/// Tokens from a file, each for one user. Source: Kubernetes documentation, "Authenticating",
/// "Static token file": lines of `token,user,uid` with an optional fourth column of groups,
/// `"group1,group2"`.
package struct StaticTokens: Sendable {
  package struct User: Equatable, Sendable {
    package let name: String
    package let uid: String
    package let groups: [String]

    package init(name: String, uid: String, groups: [String]) {
      self.name = name
      self.uid = uid
      self.groups = groups
    }
  }

  package struct LineError: Error, Equatable, Sendable, CustomStringConvertible {
    /// From 1.
    package let line: Int
    package let reason: String

    package init(line: Int, reason: String) {
      self.line = line
      self.reason = reason
    }

    package var description: String { "line \(line): \(reason)" }
  }

  /// Found by digest, so that the time of a look-up tells nothing about the tokens.
  private let usersByDigest: [SHA256Digest: User]

  package init(text: String) throws(LineError) {
    var users: [SHA256Digest: User] = [:]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      let columns = try Self.columns(line, number: index + 1)
      guard columns.count >= 3 else {
        throw LineError(line: index + 1, reason: "it needs token, user name and user id")
      }
      guard !columns[0].isEmpty else { throw LineError(line: index + 1, reason: "no token") }
      let groups = columns.count > 3 ? columns[3].split(separator: ",") : []
      let user = User(
        name: columns[1], uid: columns[2],
        groups: groups.map { String($0.trimmed) })
      let digest = SHA256.hash(data: Array(columns[0].utf8))
      guard users.updateValue(user, forKey: digest) == nil else {
        throw LineError(line: index + 1, reason: "the token appears twice")
      }
    }
    usersByDigest = users
  }

  package func user(for token: Redacted<String>) -> User? {
    usersByDigest[SHA256.hash(data: Array(token.exposed.utf8))]
  }

  /// Comma-separated values with double quotes; a quote inside quotes is doubled.
  private static func columns(_ line: Substring, number: Int) throws(LineError) -> [String] {
    var columns = [""]
    var isQuoted = false
    var rest = line[...]
    while let character = rest.popFirst() {
      switch character {
      case "\"" where isQuoted && rest.first == "\"":
        rest.removeFirst()
        columns[columns.count - 1].append("\"")
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: columns.append("")
      default: columns[columns.count - 1].append(character)
      }
    }
    guard !isQuoted else { throw LineError(line: number, reason: "a quote is not closed") }
    return columns.map { String($0[...].trimmed) }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let head = drop(while: \.isWhitespace)
    return head.prefix(head.count - head.reversed().prefix(while: \.isWhitespace).count)
  }
}
