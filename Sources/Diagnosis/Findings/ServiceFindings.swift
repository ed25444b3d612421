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
      found.append(
        Finding(
          .noExternalAddress, reference, "has no address from outside",
          reason: picture.warning(about: reference)
            ?? "nobody has written status.loadBalancer.ingress",
          remedy: "install a load balancer for spec.loadBalancerClass, or change spec.type"))
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
    let templates = templates(in: reference.namespace, picture)
    // The pods that it is meant for were scaled away, or are about to be made.
    if templates.contains(where: { selector.matches($0.labels) }) { return nil }
    let near = templates.max { nearness($0.labels, selector) < nearness($1.labels, selector) }
    let hint = near.flatMap { near -> String? in
      guard nearness(near.labels, selector) > 0 || templates.count == 1 else { return nil }
      let labels = Selector(labels: near.labels)
      return "; the pods of \(near.reference) have \(labels)"
    }
    return Finding(
      .selectsNothing, reference, "selects no pod",
      reason: "no pod in \(reference.namespace) has the labels \(selector)" + (hint ?? ""),
      remedy: "change spec.selector of \(reference), or the labels of the pods it is meant for")
  }

  /// How many of the selector's labels pods have, a label with another value counting half.
  private static func nearness(_ labels: [String: String], _ selector: Selector) -> Int {
    selector.labels.reduce(0) { sum, label in
      guard let found = labels[label.key] else { return sum }
      return sum + (found == label.value ? 2 : 1)
    }
  }

  private static func templates(in namespace: String, _ picture: ClusterPicture)
    -> [(reference: ObjectReference, labels: [String: String])]
  {
    let workloads = (WorkloadScale.kinds + [.jobs]).flatMap { kind in
      picture[kind].filter { ObjectKey($0).namespace == namespace && WorkloadScale.isOwn($0) }.map {
        let labels = $0[path: "spec", "template", "metadata", "labels"]
        return (reference: ObjectReference(kind, $0), labels: Selector(labels).labels)
      }
    }
    let single = picture.pods(in: namespace).filter { WorkloadScale.isOwn($0.document) }.map {
      (reference: ObjectReference(.pods, $0.document), labels: $0.metadata.labels)
    }
    return workloads + single
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

extension ServiceFindings.Selector {
  fileprivate init(labels: [String: String]) { self.labels = labels }
}
