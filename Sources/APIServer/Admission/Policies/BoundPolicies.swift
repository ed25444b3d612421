import CEL
import Foundations
import Resources
import Store
import Synchronization

/// A kind of policy that bindings put to use.
protocol AdmissionPolicy: Sendable {
  /// As messages name the kind: `ValidatingAdmissionPolicy`.
  static var kind: String { get }
  var name: String { get }
  /// Whether requests pass that it has no answer to.
  var ignoresFailure: Bool { get }
  /// What kind its parameters are of; `nil` where it takes none.
  var paramKind: GroupVersionKind? { get }
  init(_ policy: Document)
}

extension ValidatingPolicy: AdmissionPolicy {
  static var kind: String { "ValidatingAdmissionPolicy" }
}

extension MutatingPolicy: AdmissionPolicy {
  static var kind: String { "MutatingAdmissionPolicy" }
}

extension ResourceType {
  /// A resource that configures admission; its kind does not matter to where it is kept.
  static func admission(_ plural: String) -> ResourceType {
    ResourceType(
      group: "admissionregistration.k8s.io", plural: plural, kind: "", isNamespaced: false)
  }
}

/// The policies of a kind with their bindings, in order of name. Each policy is compiled once for each
/// of its versions; without any policy, asking costs one read of an empty snapshot.
final class BoundPolicies<Policy: AdmissionPolicy>: Sendable {
  private let policies: WatchCache
  private let bindings: WatchCache
  private let read = Mutex(Read())

  struct Bound: Sendable {
    let policy: Policy
    let resources: PolicyResources
    let bindings: [PolicyBinding]
  }

  private struct Read {
    var versions: [Revision] = []
    var bound: [Bound] = []
    var compiled: [String: (version: Revision, policy: Policy)] = [:]
  }

  /// - Returns: `nil` where such policies are not served.
  init?(policies: WatchCache?, bindings: WatchCache?) {
    guard let policies, let bindings else { return nil }
    self.policies = policies
    self.bindings = bindings
  }

  /// - Throws: 500 where one cannot be read: what it would refuse is not known.
  func all() throws(APIError) -> [Bound] {
    let snapshot = policies.read()
    if snapshot.count == 0 { return [] }
    let policies = Array(snapshot.objects())
    let bindings = Array(self.bindings.read().objects())
    let versions = policies.map(\.modRevision) + bindings.map(\.modRevision)
    let old = read.withLock { $0 }
    if old.versions == versions { return old.bound }
    var new = Read(versions: versions)
    for object in policies {
      let known = old.compiled[object.name]
      let policy =
        known?.version == object.modRevision ? known?.policy : nil
      let compiled = policy ?? Policy(object.document)
      new.compiled[object.name] = (object.modRevision, compiled)
      do throws(LabelSelector.ParsingError) {
        var own: [PolicyBinding] = []
        for binding in bindings
        where binding.document[path: "spec", "policyName"]?.string == object.name {
          own.append(try PolicyBinding(binding.document))
        }
        new.bound.append(
          Bound(
            policy: compiled,
            resources: try PolicyResources(
              object.document[path: "spec", "matchConstraints"], isOpen: false),
            bindings: own))
      } catch {
        throw .internalError("\(Policy.kind) \(object.name) cannot be read: \(error)")
      }
    }
    let made = new
    read.withLock { $0 = made }
    return made.bound
  }
}

/// How a policy is put to use. Source: admissionregistration/v1 ValidatingAdmissionPolicyBinding and
/// MutatingAdmissionPolicyBinding.
struct PolicyBinding: Sendable {
  let name: String
  let resources: PolicyResources
  /// Of a validating policy.
  let actions: Set<String>
  let params: ParamReference?

  struct ParamReference: Sendable {
    let name: String
    /// `nil` where the parameters are in the namespace of the request.
    let namespace: String?
    /// `nil` where they are chosen by name.
    let selector: LabelSelector?
    let allowsMissing: Bool
  }

  init(_ binding: Document) throws(LabelSelector.ParsingError) {
    let spec = binding["spec"] ?? .emptyObject
    name = binding[path: "metadata", "name"]?.string ?? ""
    resources = try PolicyResources(spec["matchResources"], isOpen: true)
    actions = Set((spec["validationActions"] ?? .emptyArray).elements.compactMap(\.string))
    guard let reference = spec["paramRef"] else {
      params = nil
      return
    }
    params = ParamReference(
      name: reference["name"]?.string ?? "", namespace: reference["namespace"]?.string,
      selector: try reference["selector"].map { (selector) throws(LabelSelector.ParsingError) in
        try LabelSelector(selectorObject: selector)
      }, allowsMissing: reference["parameterNotFoundAction"]?.string == "Allow")
  }
}
