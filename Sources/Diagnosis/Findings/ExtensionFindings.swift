import Resources

/// Webhooks, APIs of other servers and definitions that do not work.
enum ExtensionFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    webhooks(picture) + services(picture) + definitions(picture)
  }

  private static func webhooks(_ picture: ClusterPicture) -> [Finding] {
    guard picture.knows(.services), picture.knows(.endpointSlices) else { return [] }
    return [ClusterPicture.mutatingWebhooks, ClusterPicture.validatingWebhooks].flatMap { kind in
      picture[kind].flatMap { configuration in
        (configuration["webhooks"] ?? .emptyArray).elements.compactMap {
          finding(of: $0, ObjectReference(kind, configuration), picture)
        }
      }
    }
  }

  private static func finding(
    of webhook: Document, _ reference: ObjectReference, _ picture: ClusterPicture
  ) -> Finding? {
    guard let service = webhook[path: "clientConfig", "service"] else { return nil }
    let key = ObjectKey(
      namespace: service["namespace"]?.string ?? "", name: service["name"]?.string ?? "")
    let exists = picture.object(.services, key.namespace, key.name) != nil
    if exists && hasEndpoint(key, picture) { return nil }
    let ignores = webhook["failurePolicy"]?.string == "Ignore"
    let name = webhook["name"]?.string ?? ""
    return Finding(
      ignores ? .warning : .problem, .webhookUnreachable, reference,
      "webhook \(name) cannot be asked" + (ignores ? "" : ", so what it watches is refused"),
      reason: exists ? "Service \(key) has no ready endpoint" : "there is no Service \(key)",
      remedy: "mend that Service, change webhooks[name=\(name)].clientConfig.service, or kubectl "
        + "delete \(reference.kubectl)")
  }

  private static func hasEndpoint(_ service: ObjectKey, _ picture: ClusterPicture) -> Bool {
    picture[.endpointSlices].contains { slice in
      ObjectKey(slice).namespace == service.namespace
        && slice[path: "metadata", "labels", "kubernetes.io/service-name"]?.string == service.name
        && (slice["endpoints"] ?? .emptyArray).elements.contains {
          $0[path: "conditions", "ready"]?.bool != false
        }
    }
  }

  private static func services(_ picture: ClusterPicture) -> [Finding] {
    picture[.apiServices].compactMap { service in
      guard let condition = service.condition("Available"), condition["status"]?.string == "False"
      else { return nil }
      let reference = ObjectReference(.apiServices, service)
      let key = ObjectKey(
        namespace: service[path: "spec", "service", "namespace"]?.string ?? "",
        name: service[path: "spec", "service", "name"]?.string ?? "")
      return Finding(
        .apiUnavailable, reference, "is not available",
        reason: [condition["reason"]?.string, condition["message"]?.string].compactMap(\.self)
          .joined(separator: ": "),
        remedy: "mend Service \(key), or kubectl delete \(reference.kubectl)")
    }
  }

  private static func definitions(_ picture: ClusterPicture) -> [Finding] {
    picture[.customResourceDefinitions].compactMap { definition in
      let refused = ["NamesAccepted", "Established"].compactMap { definition.condition($0) }
        .first { $0["status"]?.string == "False" && $0["reason"]?.string != "Installing" }
      guard let refused else { return nil }
      let reference = ObjectReference(.customResourceDefinitions, definition)
      return Finding(
        .definitionRefused, reference, "is not served",
        reason: [refused["reason"]?.string, refused["message"]?.string].compactMap(\.self)
          .joined(separator: ": "),
        remedy: "change spec.names of \(reference)")
    }
  }
}
