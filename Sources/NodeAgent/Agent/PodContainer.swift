package import Resources

/// A container of a pod with the part it plays there.
package struct PodContainer: Equatable, Sendable {
  package enum Role: Equatable, Sendable {
    /// Runs to its end before the next one starts.
    case initial
    /// An init container with restartPolicy Always: the next starts once this one has started.
    case sidecar
    case regular
    /// Added to a running pod, never restarted.
    case ephemeral
  }

  package let role: Role
  package let container: Container

  package init(role: Role, container: Container) {
    self.role = role
    self.container = container
  }

  package var name: String { container.name }

  /// As events and logs name it: `spec.initContainers{setup}`.
  package var fieldPath: String {
    switch role {
    case .initial, .sidecar: "spec.initContainers{\(name)}"
    case .regular: "spec.containers{\(name)}"
    case .ephemeral: "spec.ephemeralContainers{\(name)}"
    }
  }
}

extension Pod {
  /// Init containers and sidecars in order, then containers, then ephemeral ones.
  package var allContainers: [PodContainer] {
    initContainersInOrder + regularContainers + ephemeralContainers
  }

  package var initContainersInOrder: [PodContainer] {
    spec.initContainers.map {
      PodContainer(role: $0.restartPolicy == "Always" ? .sidecar : .initial, container: $0)
    }
  }

  package var regularContainers: [PodContainer] {
    spec.containers.map { PodContainer(role: .regular, container: $0) }
  }

  package var ephemeralContainers: [PodContainer] {
    spec.ephemeralContainers.map {
      PodContainer(role: .ephemeral, container: Container($0.document))
    }
  }

  package var qualityOfService: QualityOfService { QualityOfService(podSpec: spec.document) }
}
