import Foundations

/// The rules of services.
enum ServiceValidation {
  static func errors(_ service: Document) -> [FieldError] {
    guard let spec = service["spec"] else { return [.required("spec")] }
    let type = spec["type"]?.string ?? "ClusterIP"
    var errors = MetadataValidation.labels(spec["selector"], at: "spec.selector")
    let isHeadless = spec["clusterIP"]?.string == "None"
    if type == "ExternalName" {
      let name = spec["externalName"]?.string ?? ""
      if name.isEmpty {
        errors.append(.required("spec.externalName"))
      } else {
        errors += ObjectName.problems(subdomain: name.lowercased()).map {
          .invalid("spec.externalName", spec["externalName"], $0)
        }
      }
    } else if !isHeadless && spec["ports"]?.isEmpty ?? true {
      errors.append(.required("spec.ports"))
    }
    if isHeadless && (type == "NodePort" || type == "LoadBalancer") {
      errors.append(
        .invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type) services"))
    }
    return errors + ports(spec["ports"])
  }

  private static func ports(_ ports: Document?) -> [FieldError] {
    guard let ports else { return [] }
    var errors: [FieldError] = []
    var names: Set<String> = []
    var taken: Set<Document> = []
    for (position, port) in ports.elements.enumerated() {
      let place = "spec.ports[\(position)]"
      if let name = port["name"], let text = name.string, !text.isEmpty {
        errors += ObjectName.problems(label: text).map { .invalid("\(place).name", name, $0) }
        if !names.insert(text).inserted { errors.append(.duplicate("\(place).name", name)) }
      } else if ports.count > 1 {
        errors.append(.required("\(place).name"))
      }
      errors += ContainerValidation.portErrors(port["port"] ?? 0, at: "\(place).port")
      errors += ContainerValidation.portOrNameErrors(
        port["targetPort"], at: "\(place).targetPort")
      let key: Document = ["port": port["port"] ?? 0, "protocol": port["protocol"] ?? "TCP"]
      if !taken.insert(key).inserted { errors.append(.duplicate(place, key)) }
    }
    return errors
  }
}
