/// Why a container cannot be made from its pod's words. It becomes the container's waiting reason
/// and an event, and is tried again: what it needs may come.
package struct ContainerSetupError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `CreateContainerConfigError`, as tools know it.
  package let reason: String
  package let description: String

  package static func configuration(_ message: String) -> Self {
    Self(reason: "CreateContainerConfigError", description: message)
  }

  package static func creation(_ message: String) -> Self {
    Self(reason: "CreateContainerError", description: message)
  }

  package static func start(_ message: String) -> Self {
    Self(reason: "RunContainerError", description: message)
  }
}
