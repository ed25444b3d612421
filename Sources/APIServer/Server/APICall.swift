package import Networking
package import Resources

/// One authenticated, authorized request for a resource, with what every verb needs of it.
package struct APICall: Sendable {
  package let request: ServerRequest
  package let path: APIPath.ResourcePath
  package let served: ServedResource
  package let user: User
  package let verb: Verb
  /// Where the request is written down; `nil` where it is not.
  var audit: AuditTrail?
  /// Where it is traced; `nil` where it is not.
  var trace: RequestTrace?
  /// What priority and fairness gave it; the answer's end gives it back.
  var seat: RequestSeat?

  /// Which of the API's verbs a request is: authorization and discovery speak of these.
  package enum Verb: String, Sendable, CaseIterable {
    case get, list, watch, create, update, patch, delete, deletecollection
  }

  package init(
    request: ServerRequest, path: APIPath.ResourcePath, served: ServedResource, user: User,
    verb: Verb
  ) throws(APIError) {
    self.request = request
    self.path = path
    self.served = served
    self.user = user
    self.verb = verb
    if served.type.isNamespaced && path.namespace == nil && (path.name != nil || verb == .create)
      && served.collection != nil
    {
      throw .methodNotAllowed("the server does not allow this method on the requested resource")
    }
  }

  package var query: QueryItems { request.query }
  package var type: ResourceType { served.type }
  /// The namespace to work in; `nil` for resources outside namespaces and for all of them.
  package var namespace: String? { served.type.isNamespaced ? path.namespace : nil }

  /// The name on the URL.
  package func name() throws(APIError) -> String {
    guard let name = path.name else {
      throw .methodNotAllowed("the server does not allow this method on the requested resource")
    }
    return name
  }

  /// The collection behind the resource.
  package func collection() throws(APIError) -> Collection {
    guard let collection = served.collection else {
      throw .methodNotAllowed("the server does not allow this method on the requested resource")
    }
    return collection
  }

  package static func verb(_ method: RequestMethod, _ path: APIPath.ResourcePath, isWatch: Bool)
    -> Verb?
  {
    switch method {
    case .get, .head:
      if path.isWatchPath { return .watch }
      if path.name != nil { return .get }
      return isWatch ? .watch : .list
    case .post: return .create
    case .put: return .update
    case .patch: return .patch
    case .delete: return path.name == nil ? .deletecollection : .delete
    // Only what a proxy leads to knows more methods.
    default: return path.subresource == "proxy" ? .get : nil
    }
  }

  /// Options every write has: dry run and field manager.
  /// - Parameter answer: takes warnings.
  func writeContext(telling answer: ObjectAnswer? = nil) throws(APIError)
    -> Collection.WriteContext
  {
    var context = Collection.WriteContext(user: user)
    try RequestOptions.requireValidWrite(query, verb)
    context.isDryRun = query["dryRun"] == "All"
    context.fieldManager = query["fieldManager"] ?? defaultFieldManager
    context.warnings = answer?.told
    context.audit = audit
    context.trace = trace
    if verb == .patch { context.manner.verb = verb.rawValue }
    context.manner.fieldValidation = query["fieldValidation"] ?? ""
    return context
  }

  /// The part of `User-Agent` before the first slash. Source: Kubernetes documentation,
  /// "Server-Side Apply", "Field management".
  private var defaultFieldManager: String {
    guard let agent = request.headers["user-agent"] else { return "unknown" }
    let name = agent.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: " ") }
    return String(Substring(name).prefix(128))
  }
}

extension QueryItems {
  /// Go's idea of a true parameter: `1`, `t`, `true` in any case; also the empty value.
  func isTrue(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return ["", "1", "t", "true"].contains(value.lowercased())
  }

  /// - Throws: 400 where the parameter is there and no whole number.
  func integer(_ name: String) throws(APIError) -> Int? {
    guard let value = self[name], !value.isEmpty else { return nil }
    guard let number = Int(value) else {
      throw .badRequest("query parameter \"\(name)\" holds \"\(value)\", which is no whole number")
    }
    return number
  }
}
