import Foundations

/// The rules of the addresses under which a Service or an Ingress is reached from outside.
/// Source: Kubernetes API reference, "LoadBalancerStatus", "IngressLoadBalancerStatus"; upstream's
/// messages.
enum BalancerStatusValidation {
  private static let modes = ["Proxy", "VIP"]

  /// - Parameter kind: `Service` or `Ingress`.
  static func errors(_ object: Document, of kind: String) -> [FieldError] {
    let path = "status.loadBalancer.ingress"
    let points = object[path: "status", "loadBalancer", "ingress"] ?? .emptyArray
    if kind == "Service", !points.isEmpty, object[path: "spec", "type"]?.string != "LoadBalancer" {
      return [.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")]
    }
    return points.elements.enumerated().flatMap { position, point in
      let place = "\(path)[\(position)]"
      return addressErrors(point, at: place)
        + (kind == "Service" ? modeErrors(point, at: place) : [])
        + nameErrors(point["hostname"], at: "\(place).hostname")
    }
  }

  private static func addressErrors(_ point: Document, at path: String) -> [FieldError] {
    if point["ip"]?.string?.isEmpty ?? true { return [] }
    return PodNetworkValidation.addressErrors(point["ip"], at: "\(path).ip")
  }

  /// How packets to the address arrive is said of every address, and of nothing else.
  private static func modeErrors(_ point: Document, at path: String) -> [FieldError] {
    let hasAddress = point["ip"]?.string?.isEmpty == false
    guard let mode = point["ipMode"]?.string else {
      return hasAddress
        ? [.required("\(path).ipMode", "must be specified when `ip` is set")] : []
    }
    if !hasAddress {
      return [.forbidden("\(path).ipMode", "may not be specified when `ip` is not set")]
    }
    return modes.contains(mode) ? [] : [.notSupported("\(path).ipMode", mode, modes)]
  }

  private static func nameErrors(_ name: Document?, at path: String) -> [FieldError] {
    guard let text = name?.string, !text.isEmpty else { return [] }
    let errors = ReferenceRule.subdomain(name, at: path)
    if IPAddress(text) == nil { return errors }
    return errors + [.invalid(path, name, "must be a DNS name, not an IP address")]
  }
}
