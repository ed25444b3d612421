package import Foundations
package import Resources

/// The objects of a cluster as they were at one moment, laid out for those who look for what is wrong.
package struct ClusterPicture: Sendable {
  /// The kinds that are looked at; of events, those that warn. Secrets are not among them: see
  /// `secretKeys`.
  package static let kinds: [ResourceType] = [
    .nodes, .namespaces, .pods, .services, .persistentVolumeClaims, .persistentVolumes,
    .storageClasses, .deployments, .replicaSets, .statefulSets, .daemonSets, .jobs, .cronJobs,
    .replicationControllers, .endpointSlices, ingresses, ingressClasses, .podDisruptionBudgets,
    .resourceQuotas, .horizontalPodAutoscalers, .apiServices, .customResourceDefinitions,
    mutatingWebhooks, validatingWebhooks, .events,
  ]

  package let now: Timestamp
  private let objects: [ResourceType: [Document]]
  private let byKey: [ResourceType: [ObjectKey: Document]]
  /// The names of what a Secret holds; only of Secrets that an Ingress names.
  package let secretKeys: [ObjectKey: [String]]
  /// `tls.crt` of those Secrets, PEM.
  package let secretCertificates: [ObjectKey: [UInt8]]
  /// What the cluster itself shows and trusts.
  package let keptCertificates: [KeptCertificate]
  /// The last line of the log of a container that ended.
  package let lastWords: [ContainerReference: String]
  /// Kinds about which nothing is known, and why.
  package let unread: [ResourceType: String]
  /// In order of name.
  package let pods: [Pod]
  private let podsByNamespace: [String: [Pod]]
  /// The newest of each reason.
  private let warnings: [EventTarget: [String: Document]]

  package struct ContainerReference: Hashable, Sendable {
    package let pod: ObjectKey
    package let container: String

    package init(pod: ObjectKey, container: String) {
      self.pod = pod
      self.container = container
    }
  }

  private struct EventTarget: Hashable {
    let kind: String
    let key: ObjectKey
  }

  package init(
    _ objects: [ResourceType: [Document]], secretKeys: [ObjectKey: [String]] = [:],
    secretCertificates: [ObjectKey: [UInt8]] = [:], keptCertificates: [KeptCertificate] = [],
    lastWords: [ContainerReference: String] = [:], unread: [ResourceType: String] = [:],
    now: Timestamp
  ) {
    self.objects = objects.mapValues { $0.sorted { ObjectKey($0) < ObjectKey($1) } }
    byKey = objects.mapValues { list in
      Dictionary(list.map { (ObjectKey($0), $0) }, uniquingKeysWith: { first, _ in first })
    }
    self.secretKeys = secretKeys
    self.secretCertificates = secretCertificates
    self.keptCertificates = keptCertificates
    self.lastWords = lastWords
    self.unread = unread
    self.now = now
    pods = self.objects[.pods, default: []].map { Pod($0) }
    podsByNamespace = Dictionary(grouping: pods) { $0.metadata.namespace ?? "" }
    var warnings: [EventTarget: [String: Document]] = [:]
    for event in objects[.events, default: []] {
      let involved = event["involvedObject"]
      let target = EventTarget(
        kind: involved?["kind"]?.string ?? "",
        key: ObjectKey(
          namespace: involved?["namespace"]?.string ?? "", name: involved?["name"]?.string ?? ""))
      let reason = event["reason"]?.string ?? ""
      if let known = warnings[target]?[reason], Self.time(of: known) > Self.time(of: event) {
        continue
      }
      warnings[target, default: [:]][reason] = event
    }
    self.warnings = warnings
  }

  /// In order of namespace and name.
  package subscript(_ resource: ResourceType) -> [Document] { objects[resource, default: []] }

  package func object(_ resource: ResourceType, _ namespace: String, _ name: String) -> Document? {
    byKey[resource]?[ObjectKey(namespace: namespace, name: name)]
  }

  /// Whether a kind could be read: what is missing is only known then.
  package func knows(_ resource: ResourceType) -> Bool { unread[resource] == nil }

  package func pods(in namespace: String) -> [Pod] { podsByNamespace[namespace, default: []] }

  /// What the newest warning about an object says.
  package func warning(about subject: ObjectReference) -> String? {
    warnings[target(subject)]?.values.max { Self.time(of: $0) < Self.time(of: $1) }?["message"]?
      .string
  }

  /// The newest warning of one reason about an object, and when it was last seen.
  package func warning(about subject: ObjectReference, reason: String) -> (
    message: String, time: Timestamp
  )? {
    guard let event = warnings[target(subject)]?[reason], let message = event["message"]?.string
    else { return nil }
    return (message, Self.time(of: event))
  }

  private func target(_ subject: ObjectReference) -> EventTarget {
    EventTarget(
      kind: subject.kind, key: ObjectKey(namespace: subject.namespace, name: subject.name))
  }

  /// How long ago something was; zero where nobody says.
  package func age(of time: Timestamp?) -> Duration { time.map { $0.distance(to: now) } ?? .zero }

  private static func time(of event: Document) -> Timestamp {
    let times = [
      event["lastTimestamp"], event["eventTime"], event[path: "metadata", "creationTimestamp"],
    ].compactMap { $0?.string.flatMap { Timestamp($0) } }
    return times.max() ?? Timestamp(seconds: 0)
  }
}

/// Kinds that only this looks at.
extension ClusterPicture {
  package static let ingresses = ResourceType(
    group: "networking.k8s.io", plural: "ingresses", kind: "Ingress")
  package static let ingressClasses = ResourceType(
    group: "networking.k8s.io", plural: "ingressclasses", kind: "IngressClass", isNamespaced: false)
  package static let mutatingWebhooks = ResourceType(
    group: "admissionregistration.k8s.io", plural: "mutatingwebhookconfigurations",
    kind: "MutatingWebhookConfiguration", isNamespaced: false)
  package static let validatingWebhooks = ResourceType(
    group: "admissionregistration.k8s.io", plural: "validatingwebhookconfigurations",
    kind: "ValidatingWebhookConfiguration", isNamespaced: false)
}
