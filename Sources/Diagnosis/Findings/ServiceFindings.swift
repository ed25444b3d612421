import Foundations
import Resources

/// Services that lead nowhere.
enum ServiceFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    picture[.services].flatMap { findings(of: $0, picture) }
  }

  private static func findings(of service: Document, _ picture: ClusterPicture) -> [Finding] {
    let spec = service["spec"] ?? .emptyObject
    let metadata = ObjectMeta(service["metadata"] ?? .emptyObject)
    let reference = ObjectReference(.services, service)
    guard !metadata.isTerminating, spec["type"]?.string != "ExternalName" else { return [] }
    var found: [Finding] = []
    if spec["type"]?.string == "LoadBalancer",
      service[path: "status", "loadBalancer", "ingress"]?.isEmpty ?? true,
      picture.age(of: metadata.creationTimestamp) > Patience.provision
    {
      let said = picture.warning(about: reference)
      found.append(
        Finding(
          .noExternalAddress, reference, "has no address from outside",
          reason: said ?? "nobody has written status.loadBalancer.ingress",
          remedy: said == nil
            ? "install a load balancer for spec.loadBalancerClass, or change spec.type"
            : "change what the reason names of \(reference), or its spec.type"))
    }
    let selector = Selector(spec["selector"])
    guard !selector.labels.isEmpty, picture.knows(.pods) else { return found }
    let pods = picture.pods(in: reference.namespace).filter {
      !$0.isFinished && selector.matches($0.metadata.labels)
    }
    if pods.isEmpty {
      if let finding = selectsNothing(reference, selector, picture) { found.append(finding) }
      return found
    }
    found += unknownPorts(spec, reference, pods)
    if !pods.contains(where: \.isReady), spec["publishNotReadyAddresses"]?.bool != true {
      found.append(
        Finding(
          .warning, .noReadyEndpoint, reference, "leads to no ready pod",
          reason: "\(pods.count) pods match spec.selector, and none of them is ready",
          remedy: "mend the pods: kubectl \(reference.scope)get pods -l \(selector)"))
    }
    return found
  }

  /// Labels that a pod has to have.
  struct Selector: CustomStringConvertible {
    let labels: [String: String]

    init(_ object: Document?) {
      labels = Dictionary(
        (object ?? .emptyObject).members.compactMap { member in
          member.value.string.map { (member.name, $0) }
        }, uniquingKeysWith: { first, _ in first })
    }

    func matches(_ found: [String: String]) -> Bool {
      labels.allSatisfy { found[$0.key] == $0.value }
    }

    var description: String {
      labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
  }

  private static func selectsNothing(
    _ reference: ObjectReference, _ selector: Selector, _ picture: ClusterPicture
  ) -> Finding? {
    PodSelection(selector, in: reference.namespace, picture).nothing.map { reason in
      Finding(
        .selectsNothing, reference, "selects no pod", reason: reason,
        remedy: "change spec.selector of \(reference), or the labels of the pods it is meant for")
    }
  }

  /// Ports that are named after a port that no pod has.
  private static func unknownPorts(
    _ spec: Document, _ reference: ObjectReference, _ pods: [Pod]
  ) -> [Finding] {
    let names = Set(
      pods.flatMap { $0.spec.containers + $0.spec.initContainers }.flatMap(\.ports)
        .compactMap(\.name))
    return (spec["ports"] ?? .emptyArray).elements.compactMap { port in
      guard let target = port["targetPort"]?.string, !names.contains(target) else { return nil }
      let known = names.sorted().joined(separator: ", ")
      return Finding(
        .unknownTargetPort, reference, "leads to the port \(target), which no pod has",
        reason: names.isEmpty ? "its pods name no ports" : "its pods name the ports \(known)",
        remedy: "change spec.ports[port=\(port["port"]?.integer ?? 0)].targetPort of \(reference), "
          + "or name a port of the container so")
    }
  }
}
