/// Who a request comes from, once authenticated.
package struct User: Equatable, Sendable {
  package var name: String
  package var uid: String
  package var groups: [String]
  package var extra: [String: [String]]

  package init(
    name: String, uid: String = "", groups: [String] = [], extra: [String: [String]] = [:]
  ) {
    self.name = name
    self.uid = uid
    self.groups = groups
    self.extra = extra
  }

  /// Martlet's own controllers, scheduler and node agent when they run in the server's process.
  package static let loopback = User(
    name: "system:apiserver", groups: ["system:masters", "system:authenticated"])

  package static let anonymous = User(name: "system:anonymous", groups: ["system:unauthenticated"])
}
