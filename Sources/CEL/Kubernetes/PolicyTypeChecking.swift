package import Resources

/// Checks a ValidatingAdmissionPolicy's expressions against the types that it is about: what can be
/// known to fail is told in its status. Pure.
/// Source: Kubernetes documentation, "Validating Admission Policy", type checking.
package enum PolicyTypeChecking {
  /// As many types of one policy are checked. Source: upstream's `maxTypesToCheck`.
  private static let typesMax = 10

  /// The policy's `status.typeChecking`.
  /// - Parameter type: of the objects of a resource; `nil` where it is not known, which is no fault.
  package static func status(
    of policy: Document,
    type: (_ group: String, _ version: String, _ plural: String) -> (GroupVersionKind, CELType)?
  ) -> Document {
    let spec = policy["spec"] ?? .emptyObject
    let types = types(spec["matchConstraints"], type)
    var warnings: [Document] = []
    let params: CELType? = spec["paramKind"] == nil ? nil : .dyn
    func check(_ expression: Document?, at path: String) {
      guard let source = expression?.string, !source.isEmpty else { return }
      var problems: [String] = []
      for (kind, type) in types {
        let known = PolicyVariables.compile(spec["variables"]) {
          .admission(object: type, params: params, hasAuthorizer: true, variables: $0)
        }
        let environment = Environment.admission(
          object: type, params: params, hasAuthorizer: true, variables: known.types)
        do throws(CompileError) {
          _ = try environment.compile(source)
        } catch {
          problems.append("\(kind): \(error)")
        }
      }
      guard !problems.isEmpty else { return }
      warnings.append([
        "fieldRef": Document(path), "warning": Document(problems.joined(separator: "\n")),
      ])
    }
    for (position, validation) in (spec["validations"] ?? .emptyArray).elements.enumerated() {
      check(validation["expression"], at: "spec.validations[\(position)].expression")
      check(validation["messageExpression"], at: "spec.validations[\(position)].messageExpression")
    }
    return warnings.isEmpty ? .emptyObject : ["expressionWarnings": Document(warnings)]
  }

  /// Rules with wildcards are about everything, so about no type.
  private static func types(
    _ constraints: Document?,
    _ type: (_ group: String, _ version: String, _ plural: String) -> (GroupVersionKind, CELType)?
  ) -> [(GroupVersionKind, CELType)] {
    var found: [(GroupVersionKind, CELType)] = []
    for rule in (constraints?["resourceRules"] ?? .emptyArray).elements {
      func texts(_ member: String) -> [String] {
        (rule[member] ?? .emptyArray).elements.compactMap(\.string)
      }
      for group in texts("apiGroups") {
        for version in texts("apiVersions") {
          for resource in texts("resources") where !resource.contains("/") {
            guard let known = type(group, version, resource), found.count < typesMax,
              !found.contains(where: { $0.0 == known.0 })
            else { continue }
            found.append(known)
          }
        }
      }
    }
    return found
  }
}
