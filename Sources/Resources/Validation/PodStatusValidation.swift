import Foundations

/// The rules of what node agents and others write into the status of a pod.
/// Source: Kubernetes API reference, "PodStatus"; upstream's messages.
enum PodStatusValidation {
  static func errors(_ new: Document, replacing old: Document) -> [FieldError] {
    let (status, before) = (new["status"] ?? .emptyObject, old["status"] ?? .emptyObject)
    var errors = addressErrors(status)
    // Left out, it stays as it is.
    let classes = [status, before].map { $0["qosClass"]?.string ?? "" }
    if !classes[0].isEmpty, !classes[1].isEmpty, classes[0] != classes[1] {
      errors.append(.invalid("status.qosClass", status["qosClass"], "field is immutable"))
    }
    return errors
  }

  private static func addressErrors(_ status: Document) -> [FieldError] {
    let list = (status["podIPs"] ?? .emptyArray).elements.map { $0["ip"] ?? "" }
    // Clients that know of one address only write that one.
    let addresses = list.isEmpty ? [status["podIP"] ?? ""].filter { $0 != "" } : list
    return addresses.enumerated().flatMap { position, address in
      PodNetworkValidation.addressErrors(address, at: "status.podIPs[\(position)]")
    }
  }
}
