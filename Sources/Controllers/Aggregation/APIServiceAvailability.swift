import Foundations
import Resources

/// Whether the server behind an APIService can be reached, as far as the cluster's objects tell. Pure.
/// Source: apiregistration/v1 APIServiceCondition; upstream's reasons and messages.
enum APIServiceAvailability: Equatable {
  case known(Condition)
  /// The objects look well: what the server itself says decides.
  case needsProbe

  struct Condition: Equatable {
    let isAvailable: Bool
    let reason: String
    let message: String
  }

  static let local = Condition(
    isAvailable: true, reason: "Local", message: "Local APIServices are always available")

  /// - Parameter problem: what a probe found; `nil` for nothing.
  static func probed(problem: String?) -> Condition {
    guard let problem else {
      return Condition(isAvailable: true, reason: "Passed", message: "all checks passed")
    }
    return Condition(isAvailable: false, reason: "FailedDiscoveryCheck", message: problem)
  }

  /// - Parameters:
  ///   - service: the one that `apiService` names; `nil` where it is not there.
  ///   - slices: of that Service.
  init(_ apiService: Document, service: Service?, slices: [EndpointSlice]) {
    guard let reference = apiService[path: "spec", "service"], reference.isObject else {
      self = .known(Self.local)
      return
    }
    let name =
      "service/\(reference["name"]?.string ?? "") in "
      + "\"\(reference["namespace"]?.string ?? "")\""
    func failed(_ reason: String, _ message: String) -> APIServiceAvailability {
      .known(Condition(isAvailable: false, reason: reason, message: message))
    }
    guard let service else {
      self = failed("ServiceNotFound", "\(name) is not present")
      return
    }
    if service.spec.type == "ExternalName" {
      self = .needsProbe
      return
    }
    let number = reference["port"]?.integer ?? 443
    guard let port = service.spec.ports.first(where: { $0.port == number }) else {
      self = failed("ServicePortError", "\(name) is not listening on port \(number)")
      return
    }
    if slices.isEmpty {
      self = failed("EndpointsNotFound", "cannot find endpointslices for \(name)")
      return
    }
    let portName = port.name ?? ""
    let isServed = slices.contains { slice in
      slice.ports.contains { ($0.name ?? "") == portName }
        && slice.endpoints.contains { $0.conditions?.ready ?? true && !$0.addresses.isEmpty }
    }
    self =
      isServed
      ? .needsProbe
      : failed(
        "MissingEndpoints",
        "endpointslices for \(name) have no addresses with port name \"\(portName)\"")
  }
}

extension APIServiceAvailability.Condition {
  private static let type: Document = "Available"

  /// The conditions of an APIService with this one in place; `nil` where it says that already.
  func replacing(in conditions: Document?, now: Timestamp) -> Document? {
    let found = (conditions ?? .emptyArray).elements.map { $0 }
    let status: Document = isAvailable ? "True" : "False"
    let old = found.first { $0["type"] == Self.type }
    var new: Document = [
      "type": Self.type, "status": status, "lastTransitionTime": Document(now.description),
      "reason": Document(reason), "message": Document(message),
    ]
    if let old, old["status"] == status {
      if old["reason"]?.string == reason && old["message"]?.string == message { return nil }
      new["lastTransitionTime"] = old["lastTransitionTime"]
    }
    // Where it stood: readers look at the first.
    var result = found.map { $0["type"] == Self.type ? new : $0 }
    if old == nil { result.append(new) }
    return Document(result)
  }
}
