import Resources

/// Autoscalers that cannot scale.
enum AutoscalerFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    picture[.horizontalPodAutoscalers].compactMap { autoscaler in
      let failing = ["AbleToScale", "ScalingActive"].compactMap { autoscaler.condition($0) }
        .first {
          $0["status"]?.string == "False" && $0["reason"]?.string != "ScalingDisabled"
        }
      guard let failing else { return nil }
      let reference = ObjectReference(.horizontalPodAutoscalers, autoscaler)
      return Finding(
        .autoscalerInactive, reference, "does not scale",
        reason: [failing["reason"]?.string, failing["message"]?.string].compactMap(\.self)
          .joined(separator: ": "),
        remedy: remedy(for: autoscaler, reference, picture))
    }
  }

  private static func remedy(
    for autoscaler: Document, _ reference: ObjectReference, _ picture: ClusterPicture
  ) -> String {
    let target = autoscaler[path: "spec", "scaleTargetRef"] ?? .emptyObject
    let kind = target["kind"]?.string ?? ""
    let name = target["name"]?.string ?? ""
    guard let resource = WorkloadScale.kinds.first(where: { $0.kind == kind }) else {
      return "change spec.scaleTargetRef or spec.metrics of \(reference)"
    }
    guard let workload = picture.object(resource, reference.namespace, name) else {
      return "change spec.scaleTargetRef of \(reference): there is no \(kind) \(name)"
    }
    for metric in (autoscaler[path: "spec", "metrics"] ?? .emptyArray).elements {
      guard metric[path: "resource", "target", "type"]?.string == "Utilization",
        let asked = metric[path: "resource", "name"]?.string
      else { continue }
      let containers = workload[path: "spec", "template", "spec", "containers"] ?? .emptyArray
      if let unset = containers.elements.first(where: {
        $0[path: "resources", "requests", asked] == nil
      }) {
        return "set spec.template.spec.containers[name=\(unset["name"]?.string ?? "")]"
          + ".resources.requests.\(asked) of \(ObjectReference(resource, workload)): a utilization "
          + "is a share of it"
      }
    }
    return "see that its pods run and that their metrics are served (kubectl "
      + "\(reference.scope)top pods), or change spec.metrics of \(reference)"
  }
}
