import Resources

/// What policies of both kinds have in common, compiled.
struct PolicyFrame: Sendable {
  let name: String
  let ignoresFailure: Bool
  /// What kind its parameters are of; `nil` where it takes none.
  let paramKind: GroupVersionKind?
  let conditions: MatchConditions
  private let variables: PolicyVariables.Programs

  /// - Parameter mutates: whether the policy's expressions may build what is to be changed.
  /// - Returns: the frame, and what the policy's own expressions are compiled in.
  static func compile(_ policy: Document, mutates: Bool = false)
    -> (frame: PolicyFrame, environment: Environment)
  {
    let spec = policy["spec"] ?? .emptyObject
    let paramKind = spec["paramKind"].map {
      GroupVersionKind(
        apiVersion: $0["apiVersion"]?.string ?? "", kind: $0["kind"]?.string ?? "")
    }
    let params: CELType? = paramKind == nil ? nil : .dyn
    let variables = PolicyVariables.compile(spec["variables"]) {
      .admission(params: params, hasAuthorizer: true, variables: $0)
    }
    let frame = PolicyFrame(
      name: policy[path: "metadata", "name"]?.string ?? "",
      ignoresFailure: spec["failurePolicy"]?.string == "Ignore", paramKind: paramKind,
      conditions: MatchConditions(spec["matchConditions"], hasParams: paramKind != nil),
      variables: variables.programs)
    return (
      frame,
      .admission(
        params: params, hasAuthorizer: true, variables: variables.types, mutates: mutates)
    )
  }

  /// What the policy's expressions see of a request. Its variables are evaluated when first used.
  func bindings(_ input: AdmissionInput) -> [String: Value] {
    var bindings = input.variables
    bindings["variables"] = .opaque(PolicyVariables(variables, bindings))
    return bindings
  }
}
