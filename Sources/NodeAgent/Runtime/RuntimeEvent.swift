/// What the runtime says happened on its own.
package enum RuntimeEvent: Equatable, Sendable {
  /// The first process of a container or a sandbox ended, and the runtime's status says so already.
  /// - Parameter id: a `ContainerID`'s or a `SandboxID`'s raw value: the two never collide.
  case exited(id: String)
  /// The kernel killed a process of the container for want of memory.
  case outOfMemory(ContainerID)
  /// Events may have been missed: list sandboxes and containers again. The first event of all,
  /// and one a minute as a safety net.
  case resync
}
