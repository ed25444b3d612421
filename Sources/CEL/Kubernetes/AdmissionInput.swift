package import Resources

/// What expressions about a request to the API may name.
/// Source: Kubernetes documentation, "Validating Admission Policy", CEL variables.
package struct AdmissionInput: Sendable {
  /// What is to be stored; `nil` for deletes.
  package var object: Document?
  /// What stands in the store; `nil` for creates.
  package var oldObject: Document?
  /// The attributes of the request, as admission/v1 AdmissionRequest without its objects.
  package var request: Document
  /// `nil` for what lives outside of namespaces.
  package var namespaceObject: Document?
  package var params: Document?
  package var authorizer: AuthorizerValue?

  package init(
    object: Document?, oldObject: Document?, request: Document, namespaceObject: Document? = nil,
    params: Document? = nil, authorizer: AuthorizerValue? = nil
  ) {
    self.object = object
    self.oldObject = oldObject
    self.request = request
    self.namespaceObject = namespaceObject
    self.params = params
    self.authorizer = authorizer
  }

  /// The variables by name. Documents are taken apart as far as expressions look, and once for all
  /// expressions about the same request.
  var variables: [String: Value] {
    var variables: [String: Value] = [
      "object": object.map { Value($0) } ?? .null,
      "oldObject": oldObject.map { Value($0) } ?? .null,
      "request": Value(request), "namespaceObject": namespaceObject.map { Value($0) } ?? .null,
      "params": params.map { Value($0) } ?? .null,
    ]
    if let authorizer { variables["authorizer"] = .opaque(authorizer) }
    return variables
  }
}

extension Environment {
  /// The environment of expressions about requests.
  /// - Parameters:
  ///   - object: what is known of the object; upstream compiles with nothing known, and checks the
  ///     types apart.
  ///   - mutates: whether expressions may build objects and patches.
  package static func admission(
    object: CELType = .dyn, params: CELType? = nil, hasAuthorizer: Bool,
    variables: [String: CELType]? = nil, mutates: Bool = false
  ) -> Environment {
    var names: [String: CELType] = [
      "object": object, "oldObject": object, "request": .dyn, "namespaceObject": .dyn,
    ]
    if let params { names["params"] = params }
    if hasAuthorizer { names["authorizer"] = .opaque(AuthorizerValue.typeName) }
    if let variables {
      names["variables"] = .object(CELType.ObjectType("kubernetes.variables") { variables[$0] })
    }
    var environment = Environment(variables: names)
    if mutates { environment.functions = .mutating }
    return environment
  }
}
