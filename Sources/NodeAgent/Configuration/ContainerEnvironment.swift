package import Foundations
package import Resources

/// Everything outside a pod that its containers' variables may come from, gathered beforehand.
package struct EnvironmentSources: Sendable {
  /// By name, of the pod's namespace. One that is not there is absent.
  package var configMaps: [String: ConfigMap] = [:]
  package var secrets: [String: Secret] = [:]
  package var services: [Service] = []
  package var addresses = PodAddresses()
  /// The node's, for limits that are not set.
  package var allocatable: [String: Quantity] = [:]
  package init() {}
}

/// Works out a container's environment. Pure.
package struct ContainerEnvironment: Equatable, Sendable {
  /// In order; each name once.
  package private(set) var variables: [(name: String, value: String)] = []
  /// Names of `envFrom` that no variable can have, each with where it came from.
  package private(set) var skipped: [String] = []
  private var positions: [String: Int] = [:]

  package init(
    of container: Container, in pod: Pod, from sources: EnvironmentSources
  ) throws(ContainerSetupError) {
    let services = ServiceVariables.variables(
      services: sources.services, namespace: pod.metadata.namespace ?? "",
      linksServices: pod.spec.enableServiceLinks ?? true)
    var serviceValues: [String: String] = [:]
    for service in services { serviceValues[service.name] = service.value }

    for source in container.envFrom { try addAll(of: source, pod, sources) }
    for variable in container.env {
      guard let value = try Self.value(of: variable, container, pod, sources) else { continue }
      set(
        variable.name,
        variable.valueFrom == nil
          ? VariableExpansion.expand(value) { self[$0] ?? serviceValues[$0] } : value)
    }
    for service in services where self[service.name] == nil { set(service.name, service.value) }
  }

  package subscript(name: String) -> String? { positions[name].map { variables[$0].value } }

  package static func == (left: Self, right: Self) -> Bool {
    left.variables.elementsEqual(right.variables) { $0 == $1 } && left.skipped == right.skipped
  }

  private mutating func set(_ name: String, _ value: String) {
    if let position = positions[name] {
      variables[position].value = value
    } else {
      positions[name] = variables.count
      variables.append((name, value))
    }
  }

  private mutating func addAll(
    of source: EnvFromSource, _ pod: Pod, _ sources: EnvironmentSources
  ) throws(ContainerSetupError) {
    let prefix = source.prefix ?? ""
    if let reference = source.configMapRef {
      let name = reference.name ?? ""
      guard let configMap = sources.configMaps[name] else {
        if reference.optional == true { return }
        throw .configuration("configmap \"\(name)\" not found")
      }
      addAll(configMap.data, prefix, "ConfigMap \(pod.metadata.namespace ?? "")/\(name)")
    } else if let reference = source.secretRef {
      let name = reference.name ?? ""
      guard let secret = sources.secrets[name] else {
        if reference.optional == true { return }
        throw .configuration("secret \"\(name)\" not found")
      }
      var values: [String: String] = [:]
      for (key, text) in secret.data { values[key] = Base64.decodedText(text) }
      addAll(values, prefix, "Secret \(pod.metadata.namespace ?? "")/\(name)")
    }
  }

  private mutating func addAll(_ values: [String: String], _ prefix: String, _ origin: String) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      let name = prefix + key
      // Printable ASCII but "=": what the API allows a variable to be called.
      if name.isEmpty || name.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e || $0 == 0x3d }) {
        skipped.append("\(key) of \(origin)")
      } else {
        set(name, value)
      }
    }
  }

  /// `nil` where an optional source is not there.
  private static func value(
    of variable: EnvVar, _ container: Container, _ pod: Pod, _ sources: EnvironmentSources
  ) throws(ContainerSetupError) -> String? {
    guard let source = variable.valueFrom else { return variable.value ?? "" }
    let namespace = pod.metadata.namespace ?? ""
    if let field = source.fieldRef {
      return try PodFieldReference.value(field.fieldPath, of: pod, sources.addresses)
    }
    if let resource = source.resourceFieldRef {
      let owner = try self.owner(of: resource, or: container, in: pod)
      return try ContainerResourceReference.value(
        resource, of: owner, allocatable: sources.allocatable)
    }
    if let reference = source.configMapKeyRef {
      let name = reference.name ?? ""
      guard let configMap = sources.configMaps[name] else {
        if reference.optional == true { return nil }
        throw .configuration("configmap \"\(name)\" not found")
      }
      if let value = configMap.data[reference.key] { return value }
      if reference.optional == true { return nil }
      throw .configuration("couldn't find key \(reference.key) in ConfigMap \(namespace)/\(name)")
    }
    if let reference = source.secretKeyRef {
      let name = reference.name ?? ""
      guard let secret = sources.secrets[name] else {
        if reference.optional == true { return nil }
        throw .configuration("secret \"\(name)\" not found")
      }
      if let value = secret.data[reference.key] { return Base64.decodedText(value) }
      if reference.optional == true { return nil }
      throw .configuration("couldn't find key \(reference.key) in Secret \(namespace)/\(name)")
    }
    return ""
  }

  static func owner(
    of reference: ResourceFieldSelector, or container: Container, in pod: Pod
  ) throws(ContainerSetupError) -> Container {
    guard let name = reference.containerName, !name.isEmpty, name != container.name else {
      return container
    }
    guard let found = pod.allContainers.first(where: { $0.name == name }) else {
      throw .configuration("container \(name) not found")
    }
    return found.container
  }
}

extension ContainerEnvironment {
  /// What must be gathered before this pod's container can be set up.
  package static func configMapNames(of container: Container) -> Set<String> {
    Set(
      container.envFrom.compactMap { $0.configMapRef?.name }
        + container.env.compactMap { $0.valueFrom?.configMapKeyRef?.name })
  }

  package static func secretNames(of container: Container) -> Set<String> {
    Set(
      container.envFrom.compactMap { $0.secretRef?.name }
        + container.env.compactMap { $0.valueFrom?.secretKeyRef?.name })
  }
}
