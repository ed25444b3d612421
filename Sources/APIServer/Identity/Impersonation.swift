import Networking
import Resources

/// Lets those who may act for others do so: `kubectl --as`. What a request asks for is refused or
/// honoured, never overlooked, since the asker counts on having no more rights than the other.
/// Source: Kubernetes documentation, "Authenticating", "User impersonation".
struct Impersonation: Sendable {
  let authorizer: any Authorizer

  private static let prefix = "impersonate-"
  private static let userField = "impersonate-user"
  private static let groupField = "impersonate-group"
  private static let uidField = "impersonate-uid"
  private static let extraPrefix = "impersonate-extra-"
  private static let serviceAccountPrefix = "system:serviceaccount:"
  private static let group = "authentication.k8s.io"

  /// Who the request acts for: `user` itself where it names nobody else.
  /// - Throws: 400 for other fields without a user, 403 where `user` may not act for what is named.
  func actingUser(of request: ServerRequest, for user: User) throws(APIError) -> User {
    guard request.headers.hasName(startingWith: Self.prefix) else { return user }
    let groups = request.headers.values(of: Self.groupField)
    let uid = request.headers[Self.uidField] ?? ""
    let extra = Self.extra(in: request.headers)
    guard let name = request.headers[Self.userField], !name.isEmpty else {
      guard groups.isEmpty, uid.isEmpty, extra.isEmpty else {
        throw APIError(
          code: 400, reason: .badRequest,
          message: "groups, UID and extra fields can be impersonated with Impersonate-User only")
      }
      return user
    }
    try requireName(name, user)
    for group in groups { try require(user, "groups", name: group) }
    if !uid.isEmpty { try require(user, "uids", group: Self.group, name: uid) }
    for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
      for value in values {
        try require(user, "userextras", group: Self.group, subresource: key, name: value)
      }
    }
    return User(
      name: name, uid: uid, groups: Self.groups(of: name, asked: groups), extra: extra)
  }

  /// What everybody of that kind belongs to comes by itself.
  private static func groups(of name: String, asked: [String]) -> [String] {
    var groups = asked
    if groups.isEmpty, let (namespace, _) = serviceAccount(name) {
      groups = ["system:serviceaccounts", "system:serviceaccounts:\(namespace)"]
    }
    let implied =
      name == User.anonymous.name ? "system:unauthenticated" : "system:authenticated"
    if !groups.contains(implied), !groups.contains("system:unauthenticated") {
      groups.append(implied)
    }
    return groups
  }

  private static func serviceAccount(_ name: String) -> (namespace: String, name: String)? {
    guard name.hasPrefix(serviceAccountPrefix) else { return nil }
    let parts = name.dropFirst(serviceAccountPrefix.count).split(
      separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    return (String(parts[0]), String(parts[1]))
  }

  /// `Impersonate-Extra-KEY: VALUE`, with keys in lower case, percent-encoded where they need it.
  private static func extra(in headers: HeaderFields) -> [String: [String]] {
    var extra: [String: [String]] = [:]
    for field in headers.fields where field.name.utf8.count > extraPrefix.utf8.count {
      let name = field.name.lowercased()
      guard name.hasPrefix(extraPrefix) else { continue }
      let key = String(name.dropFirst(extraPrefix.count))
      extra[PercentEncoding.decodePathSegment(key) ?? key, default: []].append(field.value)
    }
    return extra
  }

  // MARK: Permission

  private func requireName(_ name: String, _ user: User) throws(APIError) {
    if let account = Self.serviceAccount(name) {
      try require(user, "serviceaccounts", namespace: account.namespace, name: account.name)
    } else {
      try require(user, "users", name: name)
    }
  }

  private func require(
    _ user: User, _ resource: String, group: String = "", subresource: String = "",
    namespace: String? = nil, name: String
  ) throws(APIError) {
    var attributes = AccessAttributes(user: user, verb: "impersonate")
    attributes.group = group
    attributes.version = "v1"
    attributes.resource = resource
    attributes.subresource = subresource
    attributes.namespace = namespace ?? ""
    attributes.name = name
    guard case .denied(let reason) = authorizer.decide(attributes) else { return }
    if user == .anonymous { throw .unauthorized }
    throw .accessDenied(
      user: user.name, verb: "impersonate",
      resource: ResourceType(
        group: group, version: "v1", plural: resource, kind: "", isNamespaced: namespace != nil),
      subresource: subresource.isEmpty ? nil : subresource, name: name, namespace: namespace,
      reason: reason)
  }
}
