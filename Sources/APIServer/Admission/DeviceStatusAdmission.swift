import Foundations
import Resources

/// Lets the status of a claim of devices be written by those who may: allocation by those who bind
/// claims, what is told of devices by their drivers. Whoever gives devices back need not know what
/// was told of them: that goes with them.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation", "ResourceClaim status
/// authorization"; upstream's messages.
struct DeviceStatusAdmission: AdmissionPlugin {
  let authorizer: any Authorizer

  private static let nodeNameKey = "authentication.kubernetes.io/node-name"

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource.group == "resource.k8s.io", write.resource.plural == "resourceclaims",
      write.operation == .update, write.subresource == "status", let old = write.old
    else { return }
    Self.dropReleased(from: &object, replacing: old)
    let problems = bindingProblems(object, old, write) + driverProblems(object, old, write)
    if !problems.isEmpty { throw .invalid(write.resource, write.name, problems.map(\.cause)) }
  }

  // MARK: Devices given back

  private static func dropReleased(from claim: inout Document, replacing old: Document) {
    func keys(_ claim: Document) -> Set<DeviceKey> {
      let results = claim[path: "status", "allocation", "devices", "results"] ?? .emptyArray
      return Set(results.elements.map(DeviceKey.init))
    }
    let released = keys(old).subtracting(keys(claim))
    guard !released.isEmpty, let told = claim[path: "status", "devices"] else { return }
    let kept = told.elements.filter { !released.contains(DeviceKey($0)) }
    claim.set(kept.isEmpty ? nil : Document(kept), at: ["status", "devices"])
  }

  // MARK: Rights

  private func bindingProblems(_ new: Document, _ old: Document, _ write: AdmissionWrite)
    -> [FieldError]
  {
    let isSame = ["allocation", "reservedFor"].allSatisfy {
      new[path: "status", $0] == old[path: "status", $0]
    }
    if isSame { return [] }
    let verb = write.manner.verb
    let attributes = attributes(verb, "binding", write)
    guard case .denied(let reason) = authorizer.decide(attributes) else { return [] }
    return [
      .forbidden(
        "status.allocation",
        "changing status.allocation or status.reservedFor requires "
          + "resource=\"resourceclaims/binding\", verb=\"\(verb)\" permission: \(reason)")
    ]
  }

  /// Where nothing is allocated, nothing is told of devices that a driver would have to be asked for.
  private func driverProblems(_ new: Document, _ old: Document, _ write: AdmissionWrite)
    -> [FieldError]
  {
    guard let allocation = new[path: "status", "allocation"] else { return [] }
    var verbs = ["arbitrary-node:\(write.manner.verb)"]
    if let node = Self.node(of: allocation), Self.isAccount(write.user, on: node) {
      verbs.insert("associated-node:\(write.manner.verb)", at: 0)
    }
    return Self.changedDrivers(new, old).sorted().compactMap { driver -> FieldError? in
      let decisions = verbs.map { verb in
        var attributes = attributes(verb, "driver", write)
        attributes.namespace = write.namespace ?? ""
        attributes.name = driver
        return authorizer.decide(attributes)
      }
      guard !decisions.contains(.allowed), case .denied(let reason)? = decisions.first else {
        return nil
      }
      return .forbidden(
        "status.devices",
        "changing status.devices requires resource=\"resourceclaims/driver\", "
          + "verb=\"[\(verbs.joined(separator: " "))]\" permission: \(reason)")
    }
  }

  private func attributes(_ verb: String, _ subresource: String, _ write: AdmissionWrite)
    -> AccessAttributes
  {
    var attributes = AccessAttributes(user: write.user, verb: verb)
    attributes.group = write.resource.group
    attributes.version = write.resource.version
    attributes.resource = write.resource.plural
    attributes.subresource = subresource
    return attributes
  }

  /// The drivers of what was added, changed or left out.
  private static func changedDrivers(_ new: Document, _ old: Document) -> Set<String> {
    func told(_ claim: Document) -> [DeviceKey: Document] {
      let devices = (claim[path: "status", "devices"] ?? .emptyArray).elements
      return Dictionary(devices.map { (DeviceKey($0), $0) }, uniquingKeysWith: { $1 })
    }
    let (before, after) = (told(old), told(new))
    let keys = Set(before.keys).union(after.keys)
    return Set(keys.filter { before[$0] != after[$0] }.map(\.driver))
  }

  // MARK: Nodes

  /// The one node that devices are allocated on, where the allocation names it.
  private static func node(of allocation: Document) -> String? {
    let terms = allocation[path: "nodeSelector", "nodeSelectorTerms"] ?? .emptyArray
    guard terms.count == 1, terms[0]["matchExpressions"]?.isEmpty ?? true,
      let fields = terms[0]["matchFields"], fields.count == 1,
      fields[0]["key"]?.string == "metadata.name", fields[0]["operator"]?.string == "In",
      let names = fields[0]["values"], names.count == 1
    else { return nil }
    return names[0].string
  }

  /// Whether a service account acts from a pod on that node.
  private static func isAccount(_ user: User, on node: String) -> Bool {
    user.name.hasPrefix("system:serviceaccount:") && user.extra[nodeNameKey] == [node]
      && ObjectName.problems(subdomain: node).isEmpty
  }
}

/// Which device, or which share of one.
private struct DeviceKey: Hashable {
  let driver: String
  let pool: String
  let device: String
  let share: String?

  init(_ device: Document) {
    driver = device["driver"]?.string ?? ""
    pool = device["pool"]?.string ?? ""
    self.device = device["device"]?.string ?? ""
    share = device["shareID"]?.string
  }
}
